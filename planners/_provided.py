"""Provider configurations with what they made, and the tags that are configured for them."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import ClassVar

from remediator.model import PROVIDER, Estate, Observation, StateAddress, StateResource


@dataclass(frozen=True, slots=True)
class TagValue:
    """The value of a tag, everywhere or where all that is given matches: a repository, its root, an account, a team.

    `team` is the value of the tag `team` that all of the root's resources carry which carry one.
    """

    __pydantic_config__: ClassVar[Mapping[str, str]] = {"extra": "forbid"}  # a slip would widen where a value holds
    tag: str
    value: str
    repository: str | None = None
    root: str | None = None
    workspace: str | None = None
    account: str | None = None
    team: str | None = None

    def __post_init__(self) -> None:
        if not self.tag or not self.value:
            raise ValueError("a tag and its value are text")


@dataclass(frozen=True, slots=True)
class Provided:
    """A provider configuration of a root: what it made and was seen, and all that the state holds of it."""

    address: str
    seen: tuple[Observation, ...]
    held: tuple[StateResource, ...]

    @property
    def at(self) -> StateAddress:
        """The address of the configuration itself."""
        module, _, name = self.address.rpartition(f"{PROVIDER}.")
        type_, _, alias = name.partition(".")
        one = self.seen[0].declared.at if self.seen[0].declared else self.held[0].at
        return replace(one, module=module.rstrip("."), mode=PROVIDER, type=type_, name=alias, index_key=None)


def provided_in(estate: Estate) -> Iterator[Provided]:
    """The configurations of the AWS provider by which something was made that was seen and can have tags."""
    seen: dict[tuple[str, ...], list[Observation]] = {}
    for one in estate.observations:
        if one.declared is not None and one.declared.tag_keys is not None and one.declared.configured_by:
            seen.setdefault(_key(one.declared), []).append(one)
    held: dict[tuple[str, ...], list[StateResource]] = {}
    for state in estate.held:
        if _key(state) in seen and state.at.mode == "managed":
            held.setdefault(_key(state), []).append(state)
    for key in sorted(seen):
        members = sorted(seen[key], key=lambda one: (one.declared.at.address if one.declared else "", one.resource.id))
        yield Provided(key[-1], tuple(members), tuple(held.get(key, ())))


def _key(state: StateResource) -> tuple[str, ...]:
    return state.at.repository, state.at.root, state.at.workspace, state.configured_by or ""


def configured(tag: str, provided: Provided, values: Iterable[Iterable[TagValue]]) -> tuple[str, ...]:
    """The configured values of a tag that match a provider configuration best: one where it is known."""
    at = provided.at
    accounts = {one.resource.account for one in provided.seen}
    teams = {str(one.resource.tags["team"]) for one in provided.seen if one.resource.tags.get("team")}
    here = {
        "repository": at.repository,
        "root": at.root,
        "workspace": at.workspace,
        "account": next(iter(accounts)) if len(accounts) == 1 else None,
        "team": next(iter(teams)) if len(teams) == 1 else None,
    }
    matching: dict[int, dict[str, None]] = {}
    for one in dict.fromkeys(value for own in values for value in own):
        asked = {name: getattr(one, name) for name in here if getattr(one, name) is not None}
        if one.tag == tag and all(here[name] == value for name, value in asked.items()):
            matching.setdefault(len(asked), {})[one.value] = None
    return tuple(matching[max(matching)]) if matching else ()
