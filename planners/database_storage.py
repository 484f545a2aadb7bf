"""RDS storage to gp3, where what gp3 includes holds what the storage is used for, and costs less.

gp3 includes 3,000 IOPS and 125 MiB a second; from 400 GiB on (Oracle: 200) RDS stripes it over four volumes, which give
12,000 and 500. Below that no IOPS can be bought, and the provider sends none. SQL Server is not striped, and not judged
here. https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/CHAP_Storage.html#gp3-storage

io1 is paid by its IOPS as well, used or not. gp2 costs what gp3 does in most regions, so that prices decide: where
nothing is saved, nothing is said. Demand is the P99.5 with 20 % headroom, as for machines (planners/_sizing.py). The
type is changed without an outage, with higher latency while RDS moves the storage, and cannot be changed back before
that is done; within 24 hours RDS takes four changes:
https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_PIOPS.gp3.html (until 2026, and still on the page on scaling
up, no other within six hours: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_PIOPS.ModifyingExisting.ScalingUp.html)
Storage never shrinks, so that nothing here asks for less of it. io2 costs what io1 does, is a hundred times as durable
as gp3, and answers within a millisecond, so that a person is asked whether that is needed:
https://aws.amazon.com/blogs/database/optimize-amazon-rds-performance-with-io2-block-express-storage-for-production-workloads
"""

from collections.abc import Iterator
from dataclasses import dataclass

from planners._database import storage
from planners._money import monthly
from planners._quiet import Settings as Asking
from planners._seen import check_within, kept, where
from planners._settings import asked
from planners._sizing import enough, widened
from remediator.model import Change, Context, Effect, Estate, Layer, Level, MetricSummary, Observation, SetAttribute

SUMMARY = "Moves io1 and gp2 storage of databases to gp3 where that holds their use and costs less; asks about io2."
LAYER = Layer.CONFIGURATION
KINDS = ("aws_db_instance",)

_STRIPED_FROM = {
    "mariadb": 400,
    "mysql": 400,
    "postgres": 400,
    "oracle-ee": 200,
    "oracle-ee-cdb": 200,
    "oracle-se2": 200,
    "oracle-se2-cdb": 200,
}
"""GiB from which an engine's gp3 is striped over four volumes."""
_ONE, _STRIPED = (3_000, 125), (12_000, 500)
"""IOPS and MiB a second that gp3 includes."""
_MIB = 2**20


@dataclass(frozen=True, slots=True)
class Settings(Asking):
    """How much evidence is enough, how much headroom is kept, where a person is asked, and what is left alone.

    The headroom is AWS Compute Optimizer's default for machines:
    https://docs.aws.amazon.com/compute-optimizer/latest/ug/rightsizing-preferences.html
    """

    headroom: float = 0.20

    def __post_init__(self) -> None:
        Asking.__post_init__(self)
        check_within("headroom", self.headroom, 0, 10)


def plan(estate: Estate, context: Context[Settings]) -> Iterator[Change]:
    """gp3 for each database whose storage was measured and does no more than gp3 of its size includes."""
    for seen in estate.of_kind("aws_db_instance"):
        spec, settings = seen.resource.spec, context.of(seen)
        type_, size = spec.text("storage_type"), spec.number("allocated_storage")
        from_ = _STRIPED_FROM.get(spec.text("engine") or "")
        if type_ not in ("gp2", "io1", "io2") or size is None or from_ is None or kept(seen, settings.keep_tags):
            continue
        operations = enough(seen.usage, "storage_ops", settings.days, settings.coverage)
        transferred = enough(seen.usage, "storage_bytes", settings.days, settings.coverage)
        if operations is None or transferred is None:
            continue
        included = _STRIPED if size >= from_ else _ONE
        needed = widened(operations, settings.headroom), widened(transferred, settings.headroom) / _MIB
        if needed[0] <= included[0] and needed[1] <= included[1]:
            yield from _move(seen, type_, size, included, (operations, transferred), context)


def _move(
    seen: Observation,
    type_: str,
    size: float,
    included: tuple[int, int],
    evidence: tuple[MetricSummary, MetricSummary],
    context: Context[Settings],
) -> Iterator[Change]:
    spec, prices = seen.resource.spec, context.prices
    iops = spec.number("iops")
    bought = type_ in ("io1", "io2")
    if bought and iops is None:
        return
    before = storage(seen, prices, type_, size, iops or 0 if bought else 0)
    after = storage(seen, prices, "gp3", size)
    saving = monthly(before, after, seen, committed=False)
    if saving is None and (not bought or (before is not None and after is not None)):
        return
    had = f"{type_} with {iops:,.0f} IOPS" if bought else type_
    used = f"{evidence[0].maximum:,.0f} IOPS and {evidence[1].maximum / _MIB:,.0f} MiB/s"
    doubts = (*asked(seen, context.of(seen)), *_doubts(type_, included))
    figures = (SetAttribute("iops", spec["iops"], included[0]),) if bought and included == _STRIPED else ()
    yield Change(
        rule="database_storage",
        concern="storage type",
        layer=LAYER,
        resource=seen.resource,
        declared=seen.declared,
        title=f"Move the storage of {where(seen)} from {type_} to gp3",
        reason=f"{size:,.0f} GiB of {had} did at most {used} in {evidence[0].hours / 24:,.0f} days; gp3 of that size "
        f"includes {included[0]:,} and {included[1]}. Without apply_immediately it waits for the maintenance window; "
        "RDS then takes no other change of its storage until it has moved it, which may take hours",
        actions=(SetAttribute("storage_type", type_, "gp3"), *figures),
        evidence=evidence,
        missing=(
            *(() if saving else (f"list prices of {type_} and gp3 storage in its region and zones",)),
            *(("how much its work depends on the steadier latency of provisioned IOPS",) if bought else ()),
        ),
        doubts=doubts,
        saving=saving,
        accrued=None,
        risk=Level.MEDIUM,
        effort=Level.LOW,
        effect=Effect.IN_PLACE,
        confidence=0.5 if doubts else 0.85,
    )


def _doubts(type_: str, included: tuple[int, int]) -> Iterator[str]:
    if type_ == "io2":
        yield "io2 promises 99.999 % durability and gp3 99.8 %; whether that is needed is for its owner to say"
    if type_ in ("io1", "io2") and included == _ONE:
        yield "gp3 of this size takes no IOPS: the argument iops has to go out of its code in the same request"
