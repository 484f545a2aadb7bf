"""Which of what planners want goes on: the order of layers, thresholds, and what has to wait."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from remediator.config import Config
from remediator.model import Change, Experiment, Failure, Layer, Saving
from remediator.trace.addresses import Key, key_of
from remediator.trace.holders import Hold, Holder

_BEFORE_SCHEDULE = ("running", "existence")
_ORDER = (Layer.USAGE, Layer.CONFIGURATION, Layer.RATE)


@dataclass(frozen=True, slots=True)
class Skipped:
    """A change that reaches nobody, and why; `excepted` is that people said to keep it as it is."""

    change: Change
    reason: str
    excepted: bool = False


_BESIDE = {
    "aws_instance": ("aws_ebs_volume", "aws_autoscaling_group"),
    "aws_ebs_volume": ("aws_instance",),
    "aws_autoscaling_group": ("aws_instance",),
    "aws_eks_node_group": ("aws_instance",),
    "aws_elasticache_cluster": ("aws_elasticache_replication_group",),
    "aws_elasticache_replication_group": ("aws_elasticache_cluster",),
    "aws_rds_cluster": ("aws_rds_cluster_instance",),
    "aws_ebs_snapshot": ("aws_ebs_volume", "aws_ami"),
}
"""What must have been listed too before anything is said of a kind."""
_SCALES = ("aws_autoscaling_policy", "aws_autoscaling_schedule")
_BESIDE_FOR = {
    **{("aws_autoscaling_group", concern): _SCALES for concern in ("bounds", "running", "schedule")},
    ("aws_autoscaling_group", "size"): (*_SCALES, "aws_ecs_service"),
    ("aws_launch_template", "size"): (
        *("aws_instance", "aws_autoscaling_group", *_SCALES),
        *("aws_ecs_service", "aws_batch_compute_environment", "aws_eks_node_group"),
    ),
    ("aws_sagemaker_endpoint", "scaling"): ("aws_appautoscaling_target",),
    ("aws_sagemaker_endpoint_configuration", "size"): ("aws_sagemaker_endpoint", "aws_appautoscaling_target"),
}
"""The same for one concern of a kind: what scales a group or an endpoint, launches by a template, or decides what fits
on its machines, which would be taken for absent."""


def worth_delivering(
    changes: Iterable[Change],
    config: Config,
    unread: Sequence[Failure],
    listed: Collection[tuple[str, str, str]] | None = None,
    waiting: Mapping[str, str] | None = None,
    holders: Mapping[Key, Holder] | None = None,
) -> tuple[tuple[Change, ...], tuple[Skipped, ...]]:
    """Part the changes that go on from those that wait or are too small.

    On one resource what is not used comes before what is oversized, unless it is too small itself, and what settles an
    experiment as a whole stands in place of its members' own findings; `unread` are the states and repositories that
    could not be read, without which nothing can be called undeclared; `listed` is what was listed whole, by account,
    region and kind (None: everything), without which it cannot be said what belongs together; `waiting` gives the
    reason for each fingerprint that has to wait; `holders` are what states know of undeclared resources.
    """
    known = {key for key, holder in (holders or {}).items() if holder.hold in (Hold.PARENT, Hold.DEPOSED)}
    changes = sorted(changes, key=lambda c: (_ORDER.index(c.layer), c.rule, c.fingerprint))
    sums = _sums(changes)
    first: dict[tuple[str, str, str], Layer] = {}
    for change in changes:
        if _too_small(change, config, sums) is None:
            first.setdefault(_place(change), change.layer)
    reasons: list[str | None] = []
    for change in changes:
        missed = () if key_of(change.resource) in known else unread
        reason = _reason_to_skip(change, first.get(_place(change)), config, missed, listed, sums)
        reasons.append((waiting or {}).get(change.fingerprint, reason))
    reasons = _together(changes, _once(changes, reasons))
    kept = tuple(change for change, reason in zip(changes, reasons, strict=True) if reason is None)
    skipped = (Skipped(change, reason) for change, reason in zip(changes, reasons, strict=True) if reason is not None)
    return kept, tuple(skipped)


def _once(changes: Sequence[Change], reasons: Sequence[str | None]) -> list[str | None]:
    """One finding for each concern of a resource, that of most dollars; and a schedule only for what is not stopped."""
    best: dict[str, Change] = {}
    stopped: set[tuple[str, str, str]] = set()
    for change, reason in zip(changes, reasons, strict=True):
        if reason is None and change.whole is None:
            known = best.setdefault(change.fingerprint, change)
            if monthly(change) > monthly(known):
                best[change.fingerprint] = change
        if reason is None and change.concern in _BEFORE_SCHEDULE:
            stopped.add(_place(change))
    found: list[str | None] = []
    for change, reason in zip(changes, reasons, strict=True):
        other = best.get(change.fingerprint)
        if reason is None and change.concern == "schedule" and _place(change) in stopped:
            reason = "waits until it is settled whether it is used at all"
        elif reason is None and change.whole is None and other is not None and other is not change:
            reason = f"{other.rule} settles the same"
        found.append(reason)
    return found


def monthly(change: Change) -> Decimal:
    """What a change saves or prepares to save a month, 0 where that is not known."""
    saving = change.saving or change.prepares
    return saving.monthly if saving else Decimal(0)


def _together(changes: Sequence[Change], reasons: Sequence[str | None]) -> list[str | None]:
    """All parts of a whole wait where one has to; where none has, they stand in place of their resources' findings."""
    held: dict[str, str] = {}
    for change, reason in zip(changes, reasons, strict=True):
        if change.whole is not None and reason is not None:
            held.setdefault(change.fingerprint, reason)
    wholes: dict[tuple[str, str, str], Experiment] = {
        _place(c): c.whole for c in changes if c.whole is not None and c.fingerprint not in held
    }
    return [
        held.get(change.fingerprint, reason)
        if change.whole is not None or _place(change) not in wholes
        else f"it is settled with all of {wholes[_place(change)]}"
        for change, reason in zip(changes, reasons, strict=True)
    ]


def _place(change: Change) -> tuple[str, str, str]:
    return (change.resource.account, change.resource.region, f"{change.resource.kind}/{change.resource.id}")


def _reason_to_skip(
    change: Change,
    first: Layer | None,
    config: Config,
    unread: Sequence[Failure],
    listed: Collection[tuple[str, str, str]] | None,
    sums: Mapping[str, Saving],
) -> str | None:
    account, region = change.resource.account, change.resource.region
    own = change.resource.kind
    for kind in (*_BESIDE.get(own, ()), *_BESIDE_FOR.get((own, change.concern), ())):
        if listed is not None and (account, region, kind) not in listed:
            return f"what belongs to it is not known, since {kind} could not be listed in {account}/{region}"
    small = _too_small(change, config, sums)
    if small is not None:
        return small
    if change.layer is not first:
        return f"waits until its {first} finding is settled"
    if change.declared is None and unread:
        return f"whether code declares it is not known, since {unread[0].unit} was not read"
    return None


def _sums(changes: Sequence[Change]) -> dict[str, Saving]:
    """What the changes of each whole save together, which alone counts against a threshold."""
    sums: dict[str, Saving] = {}
    for change in changes:
        own = change.saving or change.prepares
        if change.whole is not None and own is not None:
            known = sums.get(change.fingerprint)
            sums[change.fingerprint] = own if known is None else replace(own, monthly=known.monthly + own.monthly)
    return sums


def _too_small(change: Change, config: Config, sums: Mapping[str, Saving]) -> str | None:
    if change.withheld is not None:
        return change.withheld
    saving = sums.get(change.fingerprint) or change.saving or change.prepares
    if saving is None or saving.monthly >= (least := config.run.least_saving(saving.currency)):
        return None
    return f"saves {saving.monthly:.2f} {saving.currency} a month, below min_monthly_saving = {least}"
