"""Instances without GPUs and NeuronCores that did nothing for two weeks: propose a reversible stop.

AWS Compute Optimizer calls an instance idle whose CPU peaked below 5 % and that moved less than 5 MB a day for 14 days
(https://docs.aws.amazon.com/compute-optimizer/latest/ug/view-idle-recommendations.html); monitoring agents alone move
more than that, so that here no period may have moved more than a steady trickle. What works for less than 0.5 % of the
time, as a daily job for updates does on servers of their own, is asked about. What people or other machines only
pass through does as little while nobody does, and is asked about: a bastion, a VPN, a router.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from planners._accelerated import accelerated, neuron
from planners._money import accrued, whole
from planners._month import without_month
from planners._quiet import Settings as Asking
from planners._quiet import quiet
from planners._seen import check_within, counted_with, kept, took_over, where
from planners._settings import asked
from planners._stop import STOP, briefly_at_work, disks_at_work, given_up, paid, protections, unattended, waits
from planners._unused import unused
from remediator.model import Change, Context, Effect, Estate, Layer, Observation

SUMMARY = "Stops instances without GPUs whose CPU and network did nothing for two weeks."
LAYER = Layer.USAGE
KINDS = ("aws_instance",)


@dataclass(frozen=True, slots=True)
class Settings(Asking):
    """As for all silence; CPU in percent, network in megabytes and disks in operations a second.

    Where nothing says the environment it may be one of `ask_in`, and a person is asked unless a whole month was quiet.
    Disks are a doubt above `disk_ops` for a twentieth of the time: 5 % of what the smallest gp2 volume gives, as of the
    CPU, which is more than an operating system writes by itself.
    """

    cpu_percent: float = 5.0
    network_mbytes_s: float = 0.1
    disk_ops: float = 5.0

    def __post_init__(self) -> None:
        Asking.__post_init__(self)
        check_within("cpu_percent", self.cpu_percent, 0, 5)
        check_within("network_mbytes_s", self.network_mbytes_s, 0, 1)
        check_within("disk_ops", self.disk_ops, 0, 100)


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
    silence = quiet(seen, limits, settings, briefly=True)
    if silence is None:
        return
    unseen = ("what its accelerators do is not measured, and its CPU says nothing of it",)
    busy = seen.usage.metric("ebs_ops")
    cpu = silence.evidence[0].p99_5
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
            *given_up((seen,)),
        ),
        doubts=(
            *asked(seen, settings),
            *without_month(seen, settings.ask_in, silence.evidence),
            *took_over(seen.usage, context.now),
            *protections(seen),
            *briefly_at_work(silence.evidence, limits),
            *disks_at_work(seen, settings.disk_ops),
            *waits(seen),
            *(unseen if accelerates else ()),
        ),
        accrued=accrued(paid(seen), silence.counted_since, context.now),
        action=STOP,
        concern="running",
        effect=Effect.STOP,
    )
