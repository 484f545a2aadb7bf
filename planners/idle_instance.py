"""Instances without GPUs and NeuronCores that did nothing for two weeks: propose a reversible stop.

AWS Compute Optimizer calls an instance idle whose CPU peaked below 5 % and that moved less than 5 MB a day for 14 days
(https://docs.aws.amazon.com/compute-optimizer/latest/ug/view-idle-recommendations.html); monitoring agents alone move
more than that, so that here no period may have moved more than a steady trickle.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from planners._accelerated import accelerated, neuron
from planners._money import accrued, whole
from planners._quiet import Settings as Quiet
from planners._quiet import asked, quiet
from planners._seen import check_within, counted_with, kept, took_over, where
from planners._stop import STOP, paid, protections, unattended
from planners._unused import unused
from remediator.model import Change, Context, Effect, Estate, Layer, Observation

SUMMARY = "Stops instances without GPUs whose CPU and network did nothing for two weeks."
LAYER = Layer.USAGE
KINDS = ("aws_instance",)


@dataclass(frozen=True, slots=True)
class Settings:
    """Days of silence and how complete their evidence is; CPU in percent, network in megabytes a second."""

    days: float = 14.0
    coverage: float = 0.95
    cpu_percent: float = 5.0
    network_mbytes_s: float = 0.1
    ask_in: tuple[str, ...] = ("prod",)
    keep_tags: tuple[str, ...] = ("remediator:keep",)

    def __post_init__(self) -> None:
        _ = self.silence
        check_within("cpu_percent", self.cpu_percent, 0, 5)
        check_within("network_mbytes_s", self.network_mbytes_s, 0, 1)

    @property
    def silence(self) -> Quiet:
        """The part of the settings that all silence is judged by."""
        return Quiet(self.days, self.coverage, self.ask_in, self.keep_tags)


def plan(estate: Estate, context: Context[Settings]) -> Iterator[Change]:
    """A stop for each running instance that was measured and quiet; what belongs to a group is its group's matter."""
    for seen in estate.of_kind("aws_instance"):
        spec = seen.resource.spec
        known = context.catalogue.instance_type(spec.text("instance_type") or "")
        if known is None or known.gpu_count or neuron(known):
            continue
        if spec.text("instance_state") != "running" or seen.resource.member_of is not None:
            continue
        if not kept(seen, context.of(seen).keep_tags):
            yield from _stop(seen, accelerated(known), context)


def _stop(seen: Observation, accelerates: bool, context: Context[Settings]) -> Iterator[Change]:
    settings = context.of(seen)
    limits = {"cpu": settings.cpu_percent, "network": settings.network_mbytes_s * 1e6}
    silence = quiet(seen, limits, settings.silence)
    if silence is None:
        return
    unseen = ("what its accelerators do is not measured, and its CPU says nothing of it",)
    busy = seen.usage.metric("ebs_ops")
    disks = (f"its disks work (up to {busy.maximum:,.0f} operations a second)",) if busy and busy.p95 > 1 else ()
    cpu = silence.evidence[0].maximum
    yield unused(
        "idle_instance",
        seen,
        f"Stop idle instance {where(seen)}",
        f"the CPU of this {seen.resource.spec.text('instance_type')} stayed at or below {cpu:.1f} % and its network "
        + "; ".join((f"all but silent for {silence.days(context.now):,.0f} days", *counted_with(seen))),
        saving=whole(paid(seen), seen),
        evidence=(*silence.evidence, *((busy,) if busy else ())),
        missing=(
            "whether it waits for something rare (a failover, a licence, a month's end)",
            *(() if busy else ("what its disks do (ebs_ops)",)),
            *unattended((seen,)),
        ),
        doubts=(
            *asked(seen, settings.silence),
            *took_over(seen.usage, context.now),
            *protections(seen),
            *disks,
            *(unseen if accelerates else ()),
        ),
        accrued=accrued(seen.price, silence.counted_since, context.now),
        action=STOP,
        concern="running",
        effect=Effect.STOP,
    )
