"""How many calls it takes to list each kind: `python -m bench.listing_calls [--each 1000]`.

An AWS of so many resources of each kind answers within the client, from botocore's own models of the services: no
emulator has all kinds. A page holds what AWS gives unless it is asked for more, and at most what AWS gives at all
(`PAGES`, from the API references). What AWS describes one by one alone takes a call for each, and is told apart.
"""

import argparse
import re
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from types import SimpleNamespace

import boto3
from botocore.model import ListShape, OperationModel, Shape, StructureShape
from botocore.session import get_session

from bench.table import Row, shown
from remediator.observe.calls import CallCounter
from remediator.observe.inventory import list_kind
from remediator.observe.kinds import KINDS, Kind
from remediator.observe.sessions import Clients, core

PAGES: Mapping[str, tuple[int, int]] = {
    "DescribeAutoScalingGroups": (50, 100),
    "DescribePolicies": (50, 100),
    "DescribeScheduledActions": (50, 100),
    "DescribeScalableTargets": (50, 50),
    "DescribeLogGroups": (50, 50),
    "ListServices": (10, 100),
    "ListEndpoints": (10, 100),
    "ListNotebookInstances": (10, 100),
    "ListApps": (10, 100),
    "ListTrainingJobs": (10, 100),
    "SageMaker.ListClusters": (10, 100),
    "GetResources": (50, 100),
    "DescribeLaunchTemplateVersions": (200, 200),
    "DescribeLoadBalancers": (400, 400),
    "DescribeInstances": (1000, 1000),
    "DescribeVolumes": (500, 500),
    "DescribeSnapshots": (1000, 1000),
    "ListBuckets": (10_000, 10_000),
}
"""Items of a page, by default and at most; 100 where the reference says nothing else."""
ONE_BY_ONE = frozenset(
    ("DescribeCluster", "DescribeNodegroup", "DescribeEndpoint", "DescribeEndpointConfig", "DescribeApp")
) | {"DescribeTrainingJob"}
"""Operations that take one name and have no counterpart that takes several."""
PARENTS = 10
"""Clusters that services and node groups are spread over."""
LEAST = 0.12
"""Calls for each resource, at most, beside those for its parents: DescribeServices takes ten."""
STATES: Mapping[str, str] = {"FileSystemType": "LUSTRE", "TrainingJobStatus": "InProgress"}
"""Values by which an item is one of its kind, whatever the kind."""
KEPT: Mapping[str, Mapping[str, str]] = {
    "aws_sagemaker_app": {"Status": "InService"},
    "aws_ebs_snapshot": {"State": "completed", "Description": ""},
    "aws_ecs_service": {"status": "ACTIVE"},
    "aws_db_instance": {"DBClusterIdentifier": ""},
    "aws_rds_cluster_instance": {"Engine": "aurora-mysql"},
    "aws_nat_gateway": {"State": "available"},
    "aws_ec2_capacity_reservation": {"State": "active", "ReservationType": "default"},
    "aws_ec2_capacity_block_reservation": {"State": "active", "ReservationType": "capacity-block"},
}
_DEEP = 4


@dataclass(slots=True)
class Cloud:
    """An AWS with so many of one kind, and the calls that were made of it."""

    kind: Kind
    each: int
    calls: Counter[str] = field(default_factory=Counter)

    def answer(self, model: OperationModel, asked: Mapping[str, object]) -> dict[str, object]:
        """One page, or one description."""
        self.calls[model.name] += 1
        pages = _paginator(model.service_model.service_name, model.name)
        if pages is None:
            several = asked.get("services")
            number = len(several) if isinstance(several, list) else 1 if model.name in ONE_BY_ONE else self.each
            return self._filled(model.output_shape, [*range(number)], asked)
        own = f"{model.service_model.service_id}.{model.name}"
        usual, most = PAGES.get(own, PAGES.get(model.name, (100, 100)))
        size = min(most, int(str(asked.get(str(pages.get("limit_key")), usual))))
        token = _first(pages["input_token"])
        at = int(str(asked.get(token, 0)))
        until = min(at + size, self._there(model.name))
        answer = self._filled(model.output_shape, [*range(at, until)], asked, _first(pages["result_key"]))
        if until < self._there(model.name):
            answer[_first(pages["output_token"])] = str(until)
            if pages.get("more_results"):
                answer[str(pages["more_results"])] = True
        return answer

    def _there(self, operation: str) -> int:
        if operation == "GetResources":
            return self.each
        lists = [step for step in self.kind.steps if step.operation.startswith("list_")]
        if len(lists) < 2:
            return self.each
        return PARENTS if operation == "ListClusters" else self.each // PARENTS

    def _filled(
        self, shape: Shape | None, numbers: Sequence[int], asked: Mapping[str, object], key: str = ""
    ) -> dict[str, object]:
        found: dict[str, object] = {}
        for name, member in shape.members.items() if isinstance(shape, StructureShape) else ():
            listed = name == key or (not key and name == "services") or name == "Addresses"
            if isinstance(member, ListShape) and listed:
                found[name] = [self._value(name, member.member, n, asked, 1) for n in numbers]
            elif not key:
                found[name] = self._value(name, member, numbers[0] if numbers else 0, asked, 1)
        return found

    def _value(self, name: str, shape: Shape, number: int, asked: Mapping[str, object], depth: int) -> object:
        if isinstance(shape, StructureShape):
            inner = shape.members.items() if depth < _DEEP else ()
            return {key: self._value(key, member, number, asked, depth + 1) for key, member in inner}
        if isinstance(shape, ListShape):
            return [self._value(name, shape.member, number, asked, depth + 1)] if depth < _DEEP else []
        match shape.type_name:
            case "string":
                return self._text(name, number, asked)
            case "timestamp":
                return datetime(2026, 1, 1, tzinfo=UTC)
            case "integer" | "long" | "double" | "float":
                return 1
            case "boolean":
                return False
            case _:
                return {}

    def _text(self, name: str, number: int, asked: Mapping[str, object]) -> str:
        own = KEPT.get(self.kind.name, {}).get(name) or STATES.get(name)
        if own is not None or name in KEPT.get(self.kind.name, {}):
            return own or ""
        several = asked.get("services")
        if name == "serviceArn" and isinstance(several, list):
            return str(several[number])
        given = next((str(value) for key, value in asked.items() if key.lower() == name.lower()), None)
        if given is not None:
            return given
        names = (str(value) for key, value in asked.items() if "region" not in key.lower())
        of = next((found[1] for value in names if (found := re.search(r"-([\d-]+)$", value))), None)
        within = f"{of}-" if of is not None and name in ("serviceArns", "nodegroups") else ""
        return f"{name}-{within}{of if of is not None and not within else number}"


@cache
def _paginator(service: str, operation: str) -> Mapping[str, object] | None:
    try:
        found: Mapping[str, object] = get_session().get_paginator_model(service).get_paginator(operation)
    except ValueError:
        return None
    return found


def _first(keys: object) -> str:
    return str(keys[0] if isinstance(keys, list) else keys)


def listed(kind: Kind, each: int) -> tuple[int, Counter[str]]:
    """How many resources of a kind were listed of so many that are there, and by which calls."""
    clients = Clients(boto3.session.Session("x", "x", botocore_session=core()), "us-east-1", None, CallCounter())
    cloud = Cloud(kind, each)

    def remember(params: Mapping[str, object], context: dict[str, object], **_: object) -> None:
        context["asked"] = params

    def answer(
        model: OperationModel, context: Mapping[str, Mapping[str, object]], **_: object
    ) -> tuple[SimpleNamespace, dict[str, object]]:
        return SimpleNamespace(status_code=200), cloud.answer(model, context["asked"])

    for service in (kind.service, "resourcegroupstaggingapi"):
        events = clients.client(service).meta.events
        events.register("before-parameter-build", remember)
        events.register_first("before-call", answer)  # type: ignore[arg-type]  # its answer stands for the call's
    return sum(1 for _ in list_kind(kind, clients, "bench")), cloud.calls


def measured(arguments: Sequence[str] | None = None) -> tuple[Row, ...]:
    """Print the calls of each kind; the rows beside their aims."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--each", type=int, default=1000, help="resources of each kind")
    each = options.parse_args(arguments).each
    total, single, dear, short = 0, 0, [], []
    print(f"{'kind':40}{'listed':>8}  calls")
    for kind in KINDS:
        found, calls = listed(kind, each)
        print(f"{kind.name:40}{found:8,}  {dict(calls)}")
        together = sum(n for name, n in calls.items() if name not in ONE_BY_ONE)
        total += together
        single += any(name in ONE_BY_ONE for name in calls)
        dear += [kind.name] if together > LEAST * each + PARENTS else []
        short += [kind.name] if found != each else []
    return (
        Row(f"calls to list {each:,} of each of {len(KINDS)} kinds, but one by one", f"{total:,}"),
        Row("kinds that take a call for each, though AWS has several at once", ", ".join(dear) or "0", "0", not dear),
        Row("kinds that were not listed whole", ", ".join(short) or "0", "0", not short),
        Row("kinds that AWS describes one by one alone", f"{single}"),
    )


if __name__ == "__main__":
    sys.exit(shown(measured()))
