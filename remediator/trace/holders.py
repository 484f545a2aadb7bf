"""What states know of live resources that no configured code declares as they are."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from remediator.model import Resource, Standing, StateResource
from remediator.trace.addresses import Key, claims, declare, kind_of, possible
from remediator.trace.parents import account_names, by_parent

__all__ = ["Hold", "Holder", "holders", "standing_doubt", "unseen"]

_SKEW = timedelta(minutes=5)
"""How far two clocks may be apart; a state is written after what it holds was made."""


_PASSING = frozenset(
    {
        "aws_sagemaker_app",
        "aws_sagemaker_training_job",
        "aws_sagemaker_endpoint_configuration",
        "aws_appautoscaling_target",
    }
)
"""Of these only what runs, is used or is of one service is listed, so that it is not known what became of others."""


class Hold(StrEnum):
    """How a state knows a resource: AWS made it for what it declares, it is about to go, its code is not ours.

    `POSSIBLE`: by a name that another live resource has too.
    """

    PARENT = "parent"
    DEPOSED = "deposed"
    ELSEWHERE = "elsewhere"
    POSSIBLE = "possible"


@dataclass(frozen=True, slots=True)
class Holder:
    """The entry of a state that knows a resource, and how it does."""

    hold: Hold
    entry: StateResource

    @property
    def reason(self) -> str:
        """Why no edit follows from it, and what to do."""
        at = self.entry.at
        match self.hold:
            case Hold.PARENT:
                return f"AWS made it for {at.address}, in whose block it is changed: decide there"
            case Hold.DEPOSED:
                return (
                    f"{at.address} has been replaced by another, and the next apply of its root destroys it: apply it"
                )
            case Hold.ELSEWHERE:
                return (
                    f"the state {at.backend} holds {at.address}, and no configured root has that state: add its "
                    "repository and root to the configuration"
                )
            case Hold.POSSIBLE:
                return (
                    f"the state {at.backend} has {at.address} by a name that is used in several accounts or regions, "
                    "so it may be this one: see there with `terraform state show` before anything is done"
                )


def holders(
    resources: Sequence[Resource],
    states: Sequence[StateResource],
    deposed: Sequence[StateResource],
    elsewhere: Sequence[StateResource],
) -> Mapping[Key, Holder]:
    """Who holds each resource that `declare` finds no declaration of in `states`.

    `deposed` are objects of the same states, `elsewhere` is what states hold that no configured root has.
    """
    claimed = claims(resources, states)
    accounts = account_names(claimed)
    found: dict[Key, Holder] = {}
    for hold, entries in (
        (Hold.DEPOSED, {key: found[0] for key, found in claims(resources, deposed).items()}),
        (Hold.ELSEWHERE, declare(resources, elsewhere)),
        (Hold.PARENT, by_parent(resources, states, accounts)),
        (Hold.ELSEWHERE, by_parent(resources, elsewhere, accounts)),
        (Hold.POSSIBLE, possible(resources, [*states, *elsewhere])),
    ):
        for key, entry in entries.items():
            found.setdefault(key, Holder(hold, entry))
    own = declare(resources, states)
    return {key: holder for key, holder in found.items() if key not in own}


def standing_doubt(resource: Resource, entry: StateResource) -> str | None:
    """Why what a state says of a resource may not hold for long, or no longer does; None where nothing says so."""
    if entry.standing is Standing.TAINTED:
        return (
            f"its state marks {entry.at.address} as tainted, so the next apply replaces it: apply or untaint it first"
        )
    if kind_of(entry) != resource.kind or resource.kind == "aws_instance":
        return None  # the time of an instance is that of its last start
    born, written = resource.created_at, entry.at.written_at
    if born is None or written is None or born <= written + _SKEW:
        return None
    return (
        f"it was made at {born:%Y-%m-%d %H:%M} UTC, after its state was last written ({written:%Y-%m-%d %H:%M}), so "
        "something else made it anew under the same name: run `terraform plan` there first"
    )


def unseen(
    states: Sequence[StateResource],
    resources: Sequence[Resource],
    listed: Collection[tuple[str, str, str]],
) -> tuple[StateResource, ...]:
    """What states say exists and the cloud does not show.

    Only what was `listed` whole counts, by account, region and kind; whose account an entry is in is known where
    another entry of that account was seen.
    """
    claimed = claims(resources, states)
    seen = {id(entry) for found in claimed.values() for entry in found}
    names, live = account_names(claimed), {(r.kind, r.id) for r in resources}
    return tuple(
        entry
        for entry in states
        if entry.at.mode == "managed"
        and entry.at.type not in _PASSING
        and entry.id
        and id(entry) not in seen
        and (kind_of(entry), entry.id) not in live
        and (names.get(entry.account_id or "", ""), entry.region or "", kind_of(entry)) in listed
    )
