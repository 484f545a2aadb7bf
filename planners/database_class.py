"""RDS instances larger than two weeks of their demand: the next smaller class of the same family.

Demand is judged as that of machines (planners/_sizing.py): P99.5 of the highest values with 20 % headroom, AWS Compute
Optimizer's default, in CPU, memory, network and storage, by what the machine type of the same name offers, since a
class is that type with `db.` before it:
https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Concepts.DBInstanceClass.Summary.html
https://docs.aws.amazon.com/compute-optimizer/latest/ug/rightsizing-preferences.html

Memory that was ever in use, caches and buffers that the engine keeps included, has to fit; engines take what they are
given, so that this errs on the side of the larger class. The number of connections that a class allows by default
grows with its memory: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/CHAP_Limits.html

Applying it restarts the database, or fails over to its standby, for a minute or two: at once with apply_immediately,
else in the maintenance window.
"""

from collections.abc import Iterator

from planners._database import compute
from planners._managed import Settings, resized
from planners._money import monthly
from planners._month import without_turn
from planners._opinions import against_less
from planners._seen import kept, where
from planners._sized import best, candidates, measured
from planners._sizing import Demand, widened
from remediator.model import (
    Change,
    Context,
    Estate,
    InstanceType,
    Layer,
    MetricSummary,
    Observation,
    SetAttribute,
)

__all__ = ["KINDS", "LAYER", "SUMMARY", "Settings", "plan"]

SUMMARY = "Moves databases to the next smaller class of their family that holds two weeks of their demand."
LAYER = Layer.CONFIGURATION
KINDS = ("aws_db_instance",)

_MEASURED = ("cpu", "free_memory", "network", "storage_bytes", "storage_ops", "connections")
_BYTES_A_CONNECTION = {"mysql": 12_582_880, "mariadb": 25_165_760, "postgres": 9_531_392}
"""Bytes of memory for each connection that the default parameters allow; of MariaDB those of 10.6 and later."""
_USABLE = 0.9
"""The share of a class' memory that its parameters count with, at least: the rest is the system's."""


def plan(estate: Estate, context: Context[Settings]) -> Iterator[Change]:
    """A smaller class for each database whose CPU, memory and connections were measured, and which was used."""
    for seen in estate.of_kind("aws_db_instance"):
        spec, settings = seen.resource.spec, context.of(seen)
        current = context.catalogue.instance_type((spec.text("instance_class") or "").removeprefix("db."))
        if spec.text("status") != "available" or spec.text("engine") not in _BYTES_A_CONNECTION:
            continue
        if current is None or current.burstable is not False or kept(seen, settings.keep_tags):
            continue
        found = measured(seen, _MEASURED, settings)
        if {"cpu", "free_memory", "connections"} <= set(found) and _shows_its_size(current, found):
            yield from best(_smaller(seen, current, found, context))


def _shows_its_size(current: InstanceType, found: dict[str, MetricSummary]) -> bool:
    """Whether it did work, and all of it in this class: more free memory than there is was that of a larger one."""
    return found["connections"].maximum > 0 and found["free_memory"].maximum <= (current.memory_mib or 0) * 2**20


def _smaller(
    seen: Observation, current: InstanceType, found: dict[str, MetricSummary], context: Context[Settings]
) -> Iterator[Change]:
    settings = context.of(seen)
    needs = _demand(current, found, settings.headroom)
    connections = found["connections"].maximum * (1 + settings.headroom)
    before = compute(seen, context.prices)
    name = f"db.{current.name}"
    for candidate in candidates(current, needs, settings, context.catalogue):
        after = compute(seen, context.prices, f"db.{candidate.name}")
        saving = monthly(before, after, seen, f"db.{candidate.name}")
        smaller = (candidate.vcpu or 0) < (current.vcpu or 0)
        if _allowed(seen, candidate) < connections:
            continue
        if saving is None and not (before is None and after is None and smaller):
            continue
        yield resized(
            "database_class",
            seen,
            f"database {where(seen)}",
            SetAttribute("instance_class", name, f"db.{candidate.name}"),
            f"needs {needs.vcpu or 0:.1f} vCPU and {(needs.memory_mib or 0) / 1024:,.1f} GiB with headroom, and had at "
            f"most {found['connections'].maximum:,.0f} connections; {name} has {current.vcpu} vCPU and "
            f"{(current.memory_mib or 0) / 1024:,.0f} GiB",
            evidence=tuple(found.values()),
            missing=(
                *(n for n in _MEASURED if n not in found),
                "its parameter group, which may set connections and buffers for the larger class",
                "whether a reserved instance pays for it",
            ),
            doubts=(
                *_doubts(seen),
                *without_turn(seen, settings.month_end_in),
                *against_less(seen, name, candidate, context.catalogue),
            ),
            saving=saving,
        )


def _demand(current: InstanceType, found: dict[str, MetricSummary], headroom: float) -> Demand:
    """The demand as far as it was measured; of memory what was in use when least was free."""
    free, total = found["free_memory"], current.memory_mib
    used = None if total is None else max(0.0, total - free.minimum / 2**20)
    parts = {n: widened(found[n], headroom) for n in ("cpu", "network", "storage_bytes", "storage_ops") if n in found}
    return Demand(
        vcpu=None if current.vcpu is None else parts["cpu"] * current.vcpu / 100,
        memory_mib=None if used is None else used * (1 + headroom) * (1 + 24 / free.hours),
        network=parts.get("network"),
        ebs_bytes=parts.get("storage_bytes"),
        ebs_ops=parts.get("storage_ops"),
    )


def _allowed(seen: Observation, candidate: InstanceType) -> float:
    """How many connections a class allows by default, at least; PostgreSQL's default ends at 5,000."""
    engine = seen.resource.spec.text("engine") or ""
    allowed = (candidate.memory_mib or 0) * 2**20 * _USABLE / _BYTES_A_CONNECTION[engine]
    return min(allowed, 5_000) if engine == "postgres" else allowed


def _doubts(seen: Observation) -> Iterator[str]:
    spec = seen.resource.spec
    if spec.text("replicate_source_db"):
        yield f"it is a replica of {spec.text('replicate_source_db')}, and may have to stand in for it"
    if spec.texts("replicas"):
        yield f"it has replicas ({', '.join(spec.texts('replicas'))}), one of which may have to stand in for it"
