"""Joins live resources with what Terraform states hold, by id and then by ARN."""

from collections.abc import Iterator, Mapping, Sequence
from typing import TypeAlias

from remediator.iac.terraform.state_attributes import ALIASES
from remediator.model import Resource, StateResource

Key: TypeAlias = tuple[str, str, str]
"""Account, region, and `kind/id`: one live resource."""


def key_of(resource: Resource) -> Key:
    """The key of a live resource."""
    return resource.account, resource.region, f"{resource.kind}/{resource.id}"


def kind_of(entry: StateResource) -> str:
    """The kind of the live resource that a state's resource is; its own type may be another name of that."""
    return ALIASES.get(entry.at.type, entry.at.type)


def declare(resources: Sequence[Resource], entries: Sequence[StateResource]) -> Mapping[Key, StateResource]:
    """The state's resource for every live one that a state holds; a member of a group has its group's.

    Where two states claim one resource, the first by backend and address has it; `conflicts` names the rest.
    """
    declared = {key: found[0] for key, found in claims(resources, entries).items()}
    for resource in resources:
        if resource.group is None or key_of(resource) in declared:
            continue
        kind, id_ = resource.group
        group = (resource.account, resource.region, f"{kind}/{id_}")
        if group in declared:
            declared[key_of(resource)] = declared[group]
    return declared


def conflicts(
    resources: Sequence[Resource], entries: Sequence[StateResource]
) -> Mapping[Key, tuple[StateResource, ...]]:
    """For every live resource that more than one address claims, all the claims, the one that counts first."""
    return {key: tuple(found) for key, found in claims(resources, entries).items() if len(found) > 1}


def claims(resources: Sequence[Resource], entries: Sequence[StateResource]) -> Mapping[Key, Sequence[StateResource]]:
    """The entries that name a live resource itself, for every one that any names; the one that counts comes first."""
    found: dict[Key, list[StateResource]] = {}
    for entry, matching in _matches(resources, entries):
        # A name that two accounts or regions share, without an ARN to tell them apart, claims neither.
        if len(matching) == 1:
            found.setdefault(key_of(matching[0]), []).append(entry)
    return found


def possible(resources: Sequence[Resource], entries: Sequence[StateResource]) -> Mapping[Key, StateResource]:
    """The first entry that may be a live resource's as well as another's: they share a name, and nothing else tells."""
    found: dict[Key, StateResource] = {}
    for entry, matching in _matches(resources, entries):
        if len(matching) > 1:
            for resource in matching:
                found.setdefault(key_of(resource), entry)
    return found


def _matches(
    resources: Sequence[Resource], entries: Sequence[StateResource]
) -> Iterator[tuple[StateResource, Sequence[Resource]]]:
    """The entries in their order, each with the live resources that it names."""
    by_id: dict[tuple[str, str], list[Resource]] = {}
    by_arn: dict[tuple[str, str], list[Resource]] = {}
    for resource in resources:
        by_id.setdefault((resource.kind, resource.id), []).append(resource)
        if resource.arn:
            by_arn.setdefault((resource.kind, _without_account(resource.arn)), []).append(resource)
    for entry in sorted(entries, key=_order):
        if entry.at.mode != "managed":
            continue
        matching = _agreeing(by_id.get((kind_of(entry), entry.id), []), entry)
        if not matching and entry.arn:
            matching = _agreeing(by_arn.get((kind_of(entry), _without_account(entry.arn)), []), entry)
        yield entry, matching


def _order(entry: StateResource) -> tuple[str, str, str, str, str]:
    at = entry.at
    return at.backend, at.repository, at.root, at.workspace, at.address


def _agreeing(candidates: Sequence[Resource], entry: StateResource) -> list[Resource]:
    return [
        r
        for r in candidates
        if entry.region in (None, r.region)
        and (not r.arn or not entry.account_id or _account(r.arn) in ("", entry.account_id))
        and (not r.arn or not entry.arn or _same(r.arn, entry.arn))
    ]


def _same(live: str, stated: str) -> bool:
    """Whether two ARNs name one thing; an empty account in one matches any."""
    if not _account(stated) or not _account(live):
        return _without_account(live) == _without_account(stated)
    return live == stated


def _account(arn: str) -> str:
    return (arn.split(":", 5) + [""] * 6)[4]


def _without_account(arn: str) -> str:
    parts = arn.split(":", 5)
    return ":".join([*parts[:4], "", *parts[5:]])
