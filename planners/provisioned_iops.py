"""io1 and io2 volumes to gp3, with the IOPS and throughput they had written out.

An io1 volume gives 256 KiB a second for each IOPS, up to 500 MiB a second below 32,000 IOPS; gp3 is bought to the same
figures, of which every version of it allows 16,000 and 1,000, and above 3,000 no more than 500 IOPS for each GiB. io2
promises a hundredth of the failures, and only these two can be attached to several instances: what needs either stays,
or is asked about.
https://docs.aws.amazon.com/ebs/latest/userguide/provisioned-iops.html
https://docs.aws.amazon.com/ebs/latest/userguide/general-purpose.html
"""

from collections.abc import Iterator
from dataclasses import dataclass

from planners._gp3 import FREE_IOPS, FREE_THROUGHPUT, MOST_THROUGHPUT, monthly_gp3, part, takes
from planners._money import added, monthly
from planners._seen import kept, where
from planners._settings import asked, check_environments
from remediator.model import Change, Context, Effect, Estate, Layer, Level, Observation, SetAttribute

SUMMARY = "Moves io1 volumes to gp3 with the IOPS and throughput they had, and asks about io2."
LAYER = Layer.CONFIGURATION
KINDS = ("aws_ebs_volume",)

_IO1_THROUGHPUT = 500


@dataclass(frozen=True, slots=True)
class Settings:
    """Where a person is asked first, and what is left alone."""

    ask_in: tuple[str, ...] = ("prod",)
    keep_tags: tuple[str, ...] = ("remediator:keep",)

    def __post_init__(self) -> None:
        check_environments("ask_in", self.ask_in)


def plan(estate: Estate, context: Context[Settings]) -> Iterator[Change]:
    """A gp3 of the same figures for each volume whose figures gp3 can have, where that costs less."""
    for seen in estate.of_kind("aws_ebs_volume"):
        spec = seen.resource.spec
        size, iops = spec.number("size"), spec.number("iops")
        if spec.text("type") not in ("io1", "io2") or size is None or iops is None:
            continue
        if spec.flag("multi_attach_enabled") is not False or kept(seen, context.of(seen).keep_tags):
            continue
        yield from _move(seen, int(size), int(iops), context)


def _move(seen: Observation, size: int, iops: int, context: Context[Settings]) -> Iterator[Change]:
    spec = seen.resource.spec
    type_ = spec.text("type") or ""
    given = max(FREE_IOPS, iops)
    reached = iops // 4  # 256 KiB a second for each
    throughput = max(FREE_THROUGHPUT, min(reached, _IO1_THROUGHPUT if type_ == "io1" else MOST_THROUGHPUT))
    if not takes(size, given, throughput):
        return
    prices, region = context.prices, seen.resource.region
    before = added(part(prices, f"{type_}:storage", region, size), part(prices, f"{type_}:iops", region, iops))
    after = monthly_gp3(prices, region, size, given, throughput)
    saving = monthly(before, after, seen)
    if saving is None and before is not None and after is not None:
        return
    yield Change(
        rule="provisioned_iops",
        concern="volume type",
        layer=LAYER,
        resource=seen.resource,
        declared=seen.declared,
        title=f"Move {where(seen)} from {type_} to gp3",
        reason=f"gp3 gives {size:,} GiB the {given:,} IOPS and {throughput} MiB/s that this {type_} volume has",
        actions=(
            SetAttribute("type", type_, "gp3"),
            SetAttribute("iops", iops, given),
            SetAttribute("throughput", spec.get("throughput"), throughput),
        ),
        evidence=(),
        missing=() if saving else (f"list prices of {type_} and gp3",),
        doubts=(
            *asked(seen, context.of(seen)),
            *_lost(type_, reached),
        ),
        saving=saving,
        accrued=None,
        risk=Level.MEDIUM,
        effort=Level.LOW,
        effect=Effect.IN_PLACE,
        confidence=0.9 if type_ == "io1" else 0.5,
    )


def _lost(type_: str, reached: int) -> Iterator[str]:
    if type_ == "io2":
        yield "io2 promises 99.999 % durability and gp3 99.8 %; whether that is needed is for its owner to say"
        if reached > MOST_THROUGHPUT:
            yield f"it may reach {reached:,} MiB/s, and gp3 {MOST_THROUGHPUT:,}"
