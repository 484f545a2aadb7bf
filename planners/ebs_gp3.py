"""gp2 volumes to gp3, with the iops and throughput they had written out.

A gp2 volume gives 3 IOPS a GiB, at least 100 and at most 16,000 (bursts below 1,000 GiB reach 3,000), and 128 MiB a
second up to 170 GiB, 250 above; gp3 gives 3,000 and 125 unless more is bought. Both are written because the provider
otherwise sends the figure that gp2 had computed.
https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ebs-volume-types.html
The three are one modification, of which a volume takes four within 24 hours, each once the one before is completed:
https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyVolume.html
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from planners._gp3 import FREE_IOPS, FREE_THROUGHPUT, monthly_gp3, part, takes
from planners._money import monthly
from planners._seen import kept, where
from remediator.model import (
    Change,
    Context,
    Effect,
    Estate,
    Layer,
    Level,
    Observation,
    Price,
    SetAttribute,
)

SUMMARY = "Moves gp2 volumes to gp3 with the IOPS and throughput they had."
LAYER = Layer.CONFIGURATION
KINDS = ("aws_ebs_volume",)

MOST_FIGURES = 20
"""Of the larger figures in an estate that a volume may be given too, where one literal serves several."""


@dataclass(frozen=True, slots=True)
class Settings:
    """A volume with any of the `keep_tags` is left alone."""

    keep_tags: tuple[str, ...] = ("remediator:keep",)


def plan(estate: Estate, context: Context[Settings]) -> Iterator[Change]:
    """Move each gp2 volume, and align the code of each that is gp3 while its state still says gp2.

    What a group or a controller made is replaced, not changed: its volumes belong to its launch template.
    """
    instances = {(o.resource.account, o.resource.region, o.resource.id): o for o in estate.of_kind("aws_instance")}
    volumes = list(estate.of_kind("aws_ebs_volume"))
    figures = sorted({_figures(size) for o in volumes if (size := _gp2_size(o)) is not None})[-MOST_FIGURES:]
    for seen in volumes:
        place = (seen.resource.account, seen.resource.region)
        holders = [instances[at] for i in seen.resource.spec.texts("attached_to") if (at := (*place, i)) in instances]
        if kept(seen, context.of(seen).keep_tags) or any(h.resource.member_of for h in holders):
            continue
        size = _gp2_size(seen)
        if size is not None:
            own = _figures(size)
            more = [given for given in figures if given != own and given[0] >= own[0] and given[1] >= own[1]]
            more = [given for given in more if takes(size, *given)]
            moves = [move for given in (own, *more) for move in _move(seen, size, given, holders, context)]
            if moves and moves[0].actions[1:] == _actions(seen, own)[1:]:
                yield replace(moves[0], instead=tuple(moves[1:]))
        elif (
            seen.resource.spec.text("type") == "gp3"
            and seen.declared
            and seen.declared.attributes.text("type") == "gp2"
        ):
            yield _align(seen)


def capability(size: int) -> tuple[int, int]:
    """The sustained IOPS and the highest MiB a second of a gp2 volume of a size in GiB."""
    return min(16000, max(100, 3 * size)), 128 if size <= 170 else 250


def _gp2_size(seen: Observation) -> int | None:
    """The GiB of a gp2 volume; None for any other."""
    size = seen.resource.spec.number("size")
    return int(size) if size is not None and seen.resource.spec.text("type") == "gp2" else None


def _figures(size: int) -> tuple[int, int]:
    """The IOPS and MiB a second that gp3 is to have in place of gp2 of a size."""
    iops, throughput = capability(size)
    return max(FREE_IOPS, iops), max(FREE_THROUGHPUT, throughput)


def _actions(seen: Observation, figures: tuple[int, int]) -> tuple[SetAttribute, ...]:
    spec = seen.resource.spec
    return (
        SetAttribute("type", "gp2", "gp3"),
        SetAttribute("iops", spec.get("iops"), figures[0]),
        SetAttribute("throughput", spec.get("throughput"), figures[1]),
    )


def _move(
    seen: Observation, size: int, figures: tuple[int, int], holders: list[Observation], context: Context[Settings]
) -> Iterator[Change]:
    iops, throughput = figures
    before, after = _prices(seen, size, iops, throughput, context)
    saving = monthly(before, after, seen)
    if saving is None and before is not None and after is not None:
        return  # what gp3 needs to match it costs as much
    cost = (
        f" at {after.amount:,.2f} in place of {before.amount:,.2f} {after.currency} a month" if before and after else ""
    )
    yield Change(
        rule="ebs_gp3",
        concern="volume type",
        layer=LAYER,
        resource=seen.resource,
        declared=seen.declared,
        title=f"Move {where(seen)} from gp2 to gp3",
        reason=f"gp3 gives {size:,} GiB no less than gp2 did ({iops:,} IOPS, {throughput} MiB/s){cost}",
        actions=_actions(seen, figures),
        evidence=(),
        missing=() if saving else ("list prices of gp2 and gp3",),
        doubts=_declared_elsewhere(seen, holders),
        saving=saving,
        risk=Level.LOW,
        effort=Level.LOW,
        effect=Effect.IN_PLACE,
        confidence=0.98,
    )


def _align(seen: Observation) -> Change:
    spec = seen.resource.spec
    figures = tuple(SetAttribute(n, spec[n], spec[n]) for n in ("iops", "throughput") if spec.number(n) is not None)
    return Change(
        rule="ebs_gp3",
        concern="volume type",
        layer=LAYER,
        resource=seen.resource,
        declared=seen.declared,
        title=f"Align {where(seen)} with the gp3 it already is",
        reason="it is gp3 already, and the code would turn it back to gp2",
        actions=(SetAttribute("type", "gp3", "gp3"), *figures),
        evidence=(),
        missing=(),
        saving=None,
        risk=Level.LOW,
        effort=Level.LOW,
        effect=Effect.IN_PLACE,
        confidence=0.98,
        saves_nothing=True,
    )


def _declared_elsewhere(seen: Observation, holders: list[Observation]) -> tuple[str, ...]:
    """A volume that no block of its own declares may stand inside the block of the instance that holds it."""
    if seen.declared is not None:
        return ()
    return tuple(
        f"it is attached to {where(h)}, whose root_block_device or ebs_block_device may declare it: set volume_type, "
        "iops and throughput there"
        for h in holders
        if h.declared is not None
    )


def _prices(
    seen: Observation, size: int, iops: int, throughput: int, context: Context[Settings]
) -> tuple[Price | None, Price | None]:
    """The list price a month as gp2 and as gp3."""
    prices, region = context.prices, seen.resource.region
    return part(prices, "gp2:storage", region, size), monthly_gp3(prices, region, size, iops, throughput)
