"""Buckets that are listed for states: which keys they have, and what is held in states that no root declares."""

from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from functools import partial

from remediator.config import AccountConfig, Config, RootConfig
from remediator.iac.terraform.state import StateOrigin, parse_state
from remediator.model import Failure, StateResource
from remediator.observe.states.opening import open_state
from remediator.observe.states.s3 import list_keys
from remediator.run.sweep import Swept, start

__all__ = ["Bucket", "Elsewhere", "list_buckets", "read_elsewhere"]


@dataclass(frozen=True, slots=True)
class Bucket:
    """A bucket with all its keys, and the account whose credentials read it."""

    name: str
    account: AccountConfig
    keys: frozenset[str]


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """What states hold that no root of a repository declares, which of them failed, and what was left unread."""

    states: tuple[StateResource, ...] = ()
    failures: tuple[Failure, ...] = ()
    notes: tuple[str, ...] = ()


def list_buckets(executor: Executor, accounts: Iterable[AccountConfig]) -> Callable[[], Swept[Bucket]]:
    """Start to list every account's `state_buckets`; calling what is returned waits for them."""
    wanted = {name: account for account in accounts for name in account.state_buckets}
    return start(executor, _listed, tuple(wanted.items()), lambda pair: f"s3://{pair[0]}")


def read_elsewhere(
    executor: Executor, buckets: Sequence[Bucket], roots: Iterable[RootConfig], config: Config
) -> Elsewhere:
    """Read the states of the buckets that none of the `roots` declares.

    A key is taken for a state where it ends in `.tfstate` or lies in Terraform's own `env:/`; other keys are counted
    in a note.
    """
    claimed = {_key(root) for root in roots}
    places = [(b, f"s3://{b.name}/{key}") for b in buckets for key in sorted(b.keys)]
    unclaimed = [(bucket, place) for bucket, place in places if place not in claimed]
    wanted = [
        RootConfig(path="", state=place, state_account=bucket.account.name)
        for bucket, place in unclaimed
        if _is_state(place)
    ]
    swept = start(executor, partial(_read, config=config), wanted, lambda root: root.state)()
    others = sum(not _is_state(place) and not _is_beside(place) for _, place in unclaimed)
    notes = (
        (f"{others:,} keys in state_buckets are not named as states (….tfstate) and were not read.",) if others else ()
    )
    return Elsewhere(tuple(one for found in swept.results for one in found), swept.failures, notes)


def _listed(wanted: tuple[str, AccountConfig]) -> Bucket:
    name, account = wanted
    return Bucket(name, account, frozenset(list_keys(account, name)))


def _read(root: RootConfig, config: Config) -> tuple[StateResource, ...]:
    with open_state(root, config) as stream:
        return parse_state(stream.chunks, StateOrigin("", "", root.backend, root.workspace, stream.written_at))


def _key(root: RootConfig) -> str:
    if root.workspace == "default":
        return root.state
    bucket, _, key = root.state.removeprefix("s3://").partition("/")
    return f"s3://{bucket}/{root.workspace_key_prefix}/{root.workspace}/{key}"


def _is_state(place: str) -> bool:
    return place.endswith(".tfstate") or ("/env:/" in place and not _is_beside(place))


def _is_beside(place: str) -> bool:
    """Whether it is a lock, a backup or a folder, as they lie beside states."""
    return place.endswith((".tflock", ".backup", "/"))
