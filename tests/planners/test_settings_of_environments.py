"""Settings of an environment hold for what is in it, and for nothing else."""

from dataclasses import replace

import pytest

from planners import ebs_gp3, idle_gpu, rightsize_instance, unattached_volume
from remediator.model import Context


@pytest.fixture
def estate(build):
    """Something for each rule, tagged, in dev and, as much of it, where nothing says in what environment."""
    idle = build.recent(gpu=0.0, gpu_memory=0.0, cpu=1.0, network=0.0)
    calm = build.lookback(cpu=20, memory=5, network=1e7, ebs_bytes=1, ebs_ops=1)
    seen = (
        build.instance(usage=idle, tags={"x": ""}),
        build.instance("m5.2xlarge", calm, name="i-2", tags={"x": ""}),
        build.volume(name="vol-1", tags={"x": ""}),
        build.volume(name="vol-2", spec={"state": "available", "type": "gp3"}, tags={"x": ""}),
    )
    return build.estate(
        *(replace(o, environment=None) for o in seen),
        *(replace(o, resource=replace(o.resource, id=f"{o.resource.id}-dev")) for o in seen),
    )


@pytest.mark.parametrize("rule", [ebs_gp3, idle_gpu, rightsize_instance, unattached_volume], ids=lambda r: r.__name__)
def test_what_is_kept_in_one_environment_is_not_kept_in_another(build, estate, rule) -> None:
    plain = build.context(rule.Settings())
    own = rule.Settings(keep_tags=("x",))

    def wanted(context: Context[object]) -> list[str]:
        return [change.resource.id for change in rule.plan(estate, context)]

    everywhere = wanted(plain)
    outside = [name for name in everywhere if not name.endswith("-dev")]
    assert outside and everywhere == [*outside, *(f"{name}-dev" for name in outside)]
    assert wanted(replace(plain, in_environments=(("dev", own),))) == outside
    assert wanted(replace(plain, in_environments=(("prod", own),))) == everywhere


def test_the_removal_of_a_volume_waits_as_long_as_its_environment_asks(build) -> None:
    volume = build.volume(
        spec={"state": "available", "type": "gp3"}, declared={"final_snapshot": True}, age_days=60,
    )  # fmt: skip
    other = build.instance("m5.large", build.lookback(days=20, cpu=1), name="i-2")
    estate = build.estate(replace(volume, environment="prod"), replace(other, environment="prod"))
    plain = build.context(unattached_volume.Settings())

    [now] = unattached_volume.plan(estate, plain)
    [later] = unattached_volume.plan(
        estate, replace(plain, in_environments=(("prod", unattached_volume.Settings(days=30)),))
    )
    assert not now.doubts
    assert later.doubts == ("the evidence that nothing used it reaches back 20 days, and 30 are wanted",)
