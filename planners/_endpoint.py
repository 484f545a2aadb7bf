"""A SageMaker endpoint and what it runs on: its configuration, its instances, and what scales them."""

import re
from collections.abc import Iterator

from remediator.model import Observation, StateAddress

_KEYS = re.compile(r'\[(?:"(?:[^"\\]|\\.)*"|\d+)\]')


def runs_on(endpoint: Observation, configuration: Observation) -> bool:
    """Whether an endpoint is as a configuration says."""
    its, mine = configuration.resource, endpoint.resource
    return (its.account, its.region, its.id) == (mine.account, mine.region, mine.spec.text("endpoint_config_name"))


def targets(target: Observation, endpoint: Observation) -> bool:
    """Whether a target of Application Auto Scaling is a variant of an endpoint."""
    return _together(target, endpoint) and _place(target)[:2] == ["endpoint", endpoint.resource.id]


def scales(target: Observation, endpoint: Observation) -> bool:
    """Whether Application Auto Scaling scales a variant of an endpoint, or a component that may run on it."""
    return targets(target, endpoint) or (_together(target, endpoint) and _place(target)[0] == "inference-component")


def _together(target: Observation, endpoint: Observation) -> bool:
    mine, its = endpoint.resource, target.resource
    return (its.account, its.region) == (mine.account, mine.region)


def _place(target: Observation) -> list[str]:
    return (target.resource.spec.text("resource_id") or "").split("/")


def instances(endpoint: Observation) -> int | None:
    """How many instances its only variant has; None where it has several, or none."""
    counts = endpoint.resource.spec.texts("instance_counts")
    return int(counts[0]) if len(counts) == 1 and counts[0].isdecimal() and int(counts[0]) else None


def left_behind(configuration: Observation, endpoint: Observation) -> Iterator[str]:
    """Why the endpoint would not move over to a new configuration that Terraform makes in place of this one."""
    mine, its = configuration.declared, endpoint.declared
    if mine is None:
        return  # no code makes a new one
    if not mine.attributes.text("name_prefix") and not configuration.resource.id.startswith("terraform-"):
        yield (
            "its name is fixed, so that Terraform would delete the configuration that the endpoint runs on, and the "
            "endpoint would keep its instances: give it a name_prefix and create_before_destroy first"
        )
    elif its is None or _state(mine.at) != _state(its.at):
        yield f"no code in the same state declares endpoint {endpoint.resource.id}, which would keep the old one"
    elif _block(mine.at) not in its.dependencies:
        yield f"{its.at.address} does not refer to it, and would keep the old one"


def _state(at: StateAddress) -> tuple[str, str, str, str]:
    return at.repository, at.root, at.workspace, at.backend


def _block(at: StateAddress) -> str:
    """The address of all its instances, as states name what something depends on."""
    module = _KEYS.sub("", at.module)
    return f"{module}.{at.type}.{at.name}" if module else f"{at.type}.{at.name}"
