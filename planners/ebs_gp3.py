"""gp2 volumes to gp3, with the iops and throughput they had written out.

A gp2 volume gives 3 IOPS a GiB, at least 100 and at most 16,000, and 128 to 250 MiB a second; gp3 gives 3,000 and 125
unless more is bought. Both are written because the provider otherwise sends the figure that gp2 had computed.
https://docs.aws.amazon.com/ebs/latest/userguide/general-purpose.html
"""

from collections.abc import Iterator
from dataclasses import dataclass

from planners._money import added, as_month, monthly
from remediator.model import (
    Change,
    Context,
    Effect,
    Estate,
    Layer,
    Level,
    Observation,
    Saving,
    SetAttribute,
)

SUMMARY = "Moves gp2 volumes to gp3 with the IOPS and throughput they had."
LAYER = Layer.CONFIGURATION
KINDS = ("aws_ebs_volume",)

FREE_IOPS = 3000
FREE_THROUGHPUT = 125


@dataclass(frozen=True, slots=True)
class Settings:
    """A volume with any of the `keep_tags` is left alone."""

    keep_tags: tuple[str, ...] = ("remediator:keep",)


def plan(estate: Estate, context: Context[Settings]) -> Iterator[Change]:
    """gp3 for each gp2 volume, and for each that already is gp3 while its state still says gp2."""
    for seen in estate.of_kind("aws_ebs_volume"):
        live = seen.resource.spec.text("type")
        stated = seen.declared.attributes.text("type") if seen.declared else None
        if any(tag in seen.resource.tags for tag in context.settings.keep_tags):
            continue
        if live == "gp2" or (live == "gp3" and stated == "gp2"):
            size = seen.resource.spec.number("size")
            if size is not None:
                yield _change(seen, int(size), live, context)


def capability(size: int) -> tuple[int, int]:
    """The IOPS and the MiB a second that a gp2 volume of a size in GiB can reach.

    Up to 170 GiB it is 128 MiB a second, and 250 from 334 GiB on; between them bursts reach 250.
    """
    iops = min(16000, max(100, 3 * size))
    return iops, 128 if size <= 170 else 250


def _change(seen: Observation, size: int, live: str, context: Context[Settings]) -> Change:
    had_iops, had_throughput = capability(size)
    spec = seen.resource.spec
    iops = max(FREE_IOPS, had_iops)
    throughput = max(FREE_THROUGHPUT, had_throughput)
    if live == "gp3":
        iops, throughput = int(spec.number("iops") or iops), int(spec.number("throughput") or throughput)
    where = seen.declared.at.address if seen.declared else seen.resource.id
    aligning = live == "gp3"
    return Change(
        rule="ebs_gp3",
        concern="volume type",
        layer=LAYER,
        resource=seen.resource,
        declared=seen.declared,
        title=f"Align {where} with the gp3 it already is" if aligning else f"Move {where} from gp2 to gp3",
        reason=f"{size} GiB is gp3 already; the code would turn it back"
        if aligning
        else f"{size} GiB of gp2; gp3 costs less for the same {iops} IOPS and {throughput} MiB/s",
        actions=(
            SetAttribute("type", live, "gp3"),
            SetAttribute("iops", spec.get("iops"), iops),
            SetAttribute("throughput", spec.get("throughput"), throughput),
        ),
        evidence=(),
        missing=(),
        doubts=(),
        saving=None if aligning else _saving(seen, size, iops, throughput, context),
        accrued=None,
        risk=Level.LOW,
        effort=Level.LOW,
        effect=Effect.IN_PLACE,
        confidence=0.98,
    )


def _saving(seen: Observation, size: int, iops: int, throughput: int, context: Context[Settings]) -> Saving | None:
    region, price = seen.resource.region, context.prices.price
    before = as_month(price("aws_ebs_volume", "gp2:storage", region), size)
    after = added(
        as_month(price("aws_ebs_volume", "gp3:storage", region), size),
        as_month(price("aws_ebs_volume", "gp3:iops", region), iops - FREE_IOPS),
        as_month(price("aws_ebs_volume", "gp3:throughput", region), throughput - FREE_THROUGHPUT),
    )
    return monthly(before, after)
