"""What holds for every rule that is shipped."""

from dataclasses import FrozenInstanceError, fields, replace

import pytest

from remediator.model import Attributes, Layer, Usage
from remediator.registry import load_planners

IO1 = {"type": "io1", "iops": 4000, "multi_attach_enabled": False}
APP = {"instance_type": "ml.g5.xlarge", "last_user_activity": "2026-10-01T00:00:00+00:00"}
NOTEBOOK = {"notebook_instance_status": "InService", "last_modified_time": "2026-10-01T00:00:00+00:00"}
MYSQL = {
    "engine": "mysql",
    "instance_class": "db.m5.2xlarge",
    "status": "available",
    "multi_az": False,
    "storage_type": "io1",
    "iops": 3000,
    "allocated_storage": 500,
}
BUCKET = {
    "lifecycle.rules": 0,
    "incomplete_uploads": 3,
    "standard_bytes": 1e12,
    "checkpoint_prefixes": ("ckpt/",),
    "oldest_incomplete_upload": "2026-10-01T00:00:00+00:00",
}
HOSTED = {
    "production_variants.instance_type": "ml.m5.2xlarge",
    "production_variants.initial_instance_count": 1,
    "production_variants.model_name": "rank",
}
SERVING = {"endpoint_status": "InService", "endpoint_config_name": "rank-1", "instance_counts": ("1",)}
QUEUED = {**SERVING, "endpoint_config_name": "queue-1", "asynchronous": True, "variant_names": ("v1",)}
WEB = {"min_size": 4, "max_size": 8, "desired_capacity": 4, "instance_types": ("m5.large",)}
FLEET = {"min_size": 1, "max_size": 1, "desired_capacity": 1, "launch_template.id": "lt-1"}
CACHE = {"node_type": "cache.m5.2xlarge", "engine": "redis", "num_cache_nodes": 1}
TAGGED = {"tags": ["team"], "values": [{"tag": "team", "value": "ml"}]}
SHIPPED = load_planners({"required_tags": TAGGED}, None)


@pytest.fixture(params=SHIPPED, ids=lambda p: p.rule)
def planner(request):
    return request.param


def test_an_empty_estate_wants_nothing(build, planner) -> None:
    assert list(planner.plan(build.estate(), build.context(planner.settings))) == []


def test_an_estate_of_unknowns_wants_nothing(build, planner) -> None:
    unknown = [
        build.seen(kind, "x", {}, Usage(), declared=declared, age_days=None, region="")
        for kind in (*planner.kinds, "aws_lambda_function")
        for declared in (None, {})
    ]

    assert list(planner.plan(build.estate(*unknown), build.context(planner.settings))) == []


def test_resources_of_which_nothing_is_measured_want_no_stop_and_no_removal(build, planner) -> None:
    estate = build.estate(
        build.instance(),
        build.instance("m5.2xlarge"),
        build.group(("p3.2xlarge",)),
        build.volume(spec={"state": "available"}, declared={"final_snapshot": True}),
    )

    for change in planner.plan(estate, build.context(planner.settings)):
        assert change.effect.value == "in place" or change.doubts


@pytest.fixture
def wasteful(build):
    """An estate in which every rule finds something."""
    idle = build.recent(gpu=0.0, gpu_memory=0.0, cpu=1.0, network=0.0)
    calm_cores = build.recent(accelerator=0.0, accelerator_memory=0.0, cpu=1.0, network=0.0)
    calm = build.lookback(cpu=5, memory=5, network=1, ebs_bytes=1, ebs_ops=1)
    worked = build.lookback(cpu=20, network=1, storage_bytes=1, storage_ops=1, connections=9)
    free = replace(build.metric("free_memory", 2.0**35), minimum=2.0**35)
    calmer = {"cpu": 20, "memory": 20, "network": 1, "ebs_bytes": 1, "ebs_ops": 1}
    office = Usage(tuple(replace(build.metric(n, 50), active_hours=(9, 33)) for n in ("cpu", "network")))
    nightly = Usage(tuple(replace(build.metric(n, 5), active_hours=(3, 27)) for n in ("invocations", "cpu")))
    gateways = [build.seen("aws_nat_gateway", name, {}, build.lookback(connections=0, traffic=0), declared={})
                for name in ("nat-2", "nat-3")]  # fmt: skip
    sweep = (
        replace(one, declared=replace(one.declared, at=replace(one.declared.at, module="module.sweep")))
        for one in gateways
    )
    tagless = build.instance("m5.large", name="i-7", price="900")
    tagless = replace(tagless, declared=replace(tagless.declared, configured_by="provider.aws", tag_keys=()))
    return build.estate(
        tagless,
        build.instance(usage=idle),
        build.instance("m5.2xlarge", calm, name="i-2"),
        build.volume(name="vol-1"),
        build.volume(name="vol-2", spec={"state": "available"}),
        build.volume(name="vol-3", spec=IO1),
        build.instance("m5.2xlarge", build.lookback(cpu=1, network=0), name="i-3"),
        build.seen("aws_sagemaker_endpoint", "rank", {"endpoint_status": "InService"}, build.lookback(invocations=0)),
        build.seen("aws_sagemaker_endpoint_configuration", "rank-1", HOSTED, Usage()),
        build.seen("aws_sagemaker_endpoint", "serve", SERVING, build.lookback(cpu=9, memory=9, invocations=1)),
        build.seen("aws_sagemaker_endpoint", "queue", QUEUED, nightly),
        build.seen("aws_sagemaker_notebook_instance", "nb", NOTEBOOK, Usage()),
        build.seen("aws_sagemaker_app", "app", APP, Usage()),
        build.seen("aws_db_instance", "db", {"status": "available"}, build.lookback(connections=0)),
        build.seen("aws_db_instance", "orders", MYSQL, replace(worked, summaries=(*worked.summaries, free))),
        build.seen("aws_nat_gateway", "nat-1", {}, build.lookback(connections=0, traffic=0)),
        build.seen("aws_elasticache_cluster", "c-1", CACHE, build.lookback(cpu=9, memory=9, network=1, commands=9)),
        build.seen("aws_s3_bucket", "runs", BUCKET, Usage()),
        build.seen("aws_lb", "arn", {"load_balancer_type": "network"}, build.lookback(new_connections=0, flows=0)),
        build.seen("aws_eip", "eipalloc-1", {"public_ip": "192.0.2.1"}, Usage()),
        build.seen("aws_ec2_capacity_reservation", "cr-1", {"instance_count": 2}, build.lookback(used_instances=1)),
        build.seen("aws_ebs_snapshot", "snap-1", {"volume_id": "vol-9"}, Usage()),
        build.seen("aws_cloudwatch_log_group", "/x", {"stored_bytes": 9e12}, Usage(), age_days=900),
        build.seen("aws_fsx_lustre_file_system", "fs-1", {}, build.lookback(file_operations=0)),
        *sweep,
        build.instance("m3.xlarge", name="i-6"),
        build.instance("p3dn.24xlarge", name="i-9"),
        build.instance("trn1.2xlarge", calm_cores, name="i-8"),
        build.group(("m5.large",), build.lookback(cpu=1, network=0)),
        build.seen("aws_autoscaling_group", "web", WEB, build.lookback(cpu=9, network=1)),
        build.seen("aws_launch_template", "lt-1", {"instance_type": "m5.2xlarge"}, Usage(), declared={}),
        build.seen("aws_autoscaling_group", "fleet", FLEET, Usage()),
        build.instance("m5.2xlarge", build.lookback(**calmer), name="i-9", member_of="fleet", declared=None),
        build.instance("g5.12xlarge", build.lookback(gpu=90, gpu_memory=9, gpus_used=1, **calmer), name="i-5"),
        build.instance("inf2.8xlarge", build.lookback(accelerator=90, **{**calmer, "cpu": 9, "memory": 9}), name="i-9"),
        replace(build.instance("m5.xlarge", office, name="i-4"), environment="dev"),
    )


def context_of(build, planner, estate):
    """What a planner sees beside the estate; of one that gathers, with what the others want."""
    others = [p for p in SHIPPED if planner.gathers and not p.gathers]
    wanted = [change for other in others for change in other.plan(estate, build.context(other.settings))]
    return replace(build.context(planner.settings), wanted=tuple(wanted))


def test_what_it_wants_bears_its_name_and_is_the_same_each_time(build, planner, wasteful) -> None:
    once, again = (list(planner.plan(wasteful, context_of(build, planner, wasteful))) for _ in range(2))

    assert once == again and once
    assert {(c.rule, c.layer) for c in once} == {(planner.rule, planner.layer)}
    kinds = {kind for p in SHIPPED for kind in p.kinds} if planner.gathers else planner.kinds
    assert all(c.resource.kind in kinds for c in once)
    assert len({c.fingerprint if c.whole is None else c.resource.id for c in once}) == len(once)


def test_its_settings_are_frozen_and_explained(planner) -> None:
    assert planner.summary.endswith(".") and isinstance(planner.layer, Layer)
    assert type(planner.settings).__doc__ and replace(planner.settings) == planner.settings
    with pytest.raises(FrozenInstanceError):
        setattr(planner.settings, fields(planner.settings)[0].name, None)


def test_what_is_kept_in_one_environment_alone_is_found_in_the_others(build, planner, wasteful) -> None:
    tagged = tuple(
        replace(seen, resource=replace(seen.resource, tags=Attributes({"x": ""})), environment="dev")
        for seen in wasteful.observations
    )
    estate = replace(wasteful, observations=tagged)
    plain, own = context_of(build, planner, estate), replace(planner.settings, keep_tags=("x",))

    def wanted(context):
        return list(planner.plan(estate, context))

    assert wanted(plain)
    assert wanted(replace(plain, in_environments=(("dev", own),))) == []
    assert wanted(replace(plain, in_environments=(("prod", own),))) == wanted(plain)
