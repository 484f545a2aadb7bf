"""What of a run's metrics is asked for where all of them would cost too much."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import chain
from pathlib import Path

import boto3
import pytest

from remediator.config import AccountConfig, RunConfig
from remediator.model import Attributes, Resource, Value
from remediator.observe.affording import EVERYTHING, Ration, rations
from remediator.observe.calls import CallCounter
from remediator.observe.kinds import KINDS
from remediator.observe.listing import Listing, Unit, list_unit
from remediator.observe.measuring import measure
from remediator.observe.naming import kept_series, named, settled
from remediator.observe.purse import Purse
from remediator.observe.queries import queries
from remediator.observe.series import grid
from remediator.observe.sessions import Clients
from remediator.observe.sighting import sight
from remediator.observe.succession import Former, Succession
from tests.aws_service import Error, Params, ScriptedAws
from tests.observe.test_sighting import NOW, calls, launch


def resource(id_: str, kind: str = "aws_instance", **spec: Value) -> Resource:
    values = {"instance_state": "running", **spec} if kind == "aws_instance" else spec
    at = datetime(2026, 1, 1, tzinfo=UTC)
    return Resource("aws", "dev", "eu-north-1", kind, id_, None, Attributes(values), Attributes(), at)


SMALL = [resource(f"i-{n}", instance_type="t3.micro") for n in range(5)]
DISK = resource("vol-1", "aws_ebs_volume", type="gp3", size=10, attached_to=("i-gpu",))
GPU = resource("i-gpu", instance_type="p4d.24xlarge", volume_ids=("vol-1",))
STRANGE = resource("i-strange", instance_type="z9.unheard")


def measured(most: str | None) -> set[str]:
    units = {"dev/eu-north-1": [*SMALL[:3], DISK, GPU], "prod/eu-north-1": [*SMALL[3:], STRANGE]}
    left_out = {key for ration in rations(units, most and Decimal(most)).values() for key in ration.left_out}
    return {r.id for resources in units.values() for r in resources if f"{r.kind}/{r.id}" not in left_out}


@pytest.mark.parametrize(
    ("most", "seen"),
    [
        (None, {*(r.id for r in SMALL), "vol-1", "i-gpu", "i-strange"}),
        ("1", {*(r.id for r in SMALL), "vol-1", "i-gpu", "i-strange"}),
        ("0.0002", {"i-strange", "i-gpu", "vol-1"}),
        ("0.00007", {"i-strange"}),
        ("0", set()),
    ],
)
def test_the_dearest_of_all_units_come_first_and_disks_go_with_their_machine(most: str | None, seen: set[str]) -> None:
    assert measured(most) == seen


def test_what_is_left_out_is_counted_in_a_sentence() -> None:
    ration = rations({"dev/eu-north-1": SMALL}, Decimal(0))["dev/eu-north-1"]

    assert list(ration.notes("dev/eu-north-1")) == [
        "dev/eu-north-1: the metrics of 5 resources, the cheapest, were not asked for, since [run] max_metric_cost = 0 "
        "USD is reached; nothing is said of their use."
    ]
    assert list(EVERYTHING.notes("dev/eu-north-1")) == []


def test_a_purse_is_never_overdrawn() -> None:
    purse = Purse(10)

    assert [purse.take(6), purse.take(6), purse.take(4), purse.take(1)] == [True, False, True, False]


def test_a_group_with_a_member_that_was_left_out_is_not_known(cloud) -> None:
    asg = cloud.client("autoscaling")
    asg.create_launch_configuration(LaunchConfigurationName="web", ImageId="ami-12c6146b", InstanceType="m5.large")
    asg.create_auto_scaling_group(
        AutoScalingGroupName="web",
        LaunchConfigurationName="web",
        MinSize=2,
        MaxSize=2,
        AvailabilityZones=["us-east-1a"],
    )
    unit = Unit(cloud.account(), "us-east-1")
    listing = list_unit(unit, KINDS[:3])
    for instance in (r for r in listing.resources if r.kind == "aws_instance"):
        cloud.put("AWS/EC2", "CPUUtilization", {"InstanceId": instance.id}, [1.0] * 30)
    run = cloud.settings()
    alone = 26  # what the group and one machine are asked for, its disk included, and not two
    some = rations({str(unit): listing.resources}, Decimal(alone) / 100_000)[str(unit)]

    seen = sight(listing, run, NOW, some)

    assert len(some.left_out) > 0
    assert len([key for key, _ in seen.usages if key.startswith("aws_instance/")]) == 1
    assert (
        "aws_autoscaling_group/web" not in dict(seen.usages)
        or not dict(seen.usages)["aws_autoscaling_group/web"].summaries
    )
    assert "max_metric_cost" in seen.notes[-1]


def test_what_would_cost_more_than_there_is_is_not_asked_for(cloud) -> None:
    launch(cloud, count=2)
    unit = Unit(cloud.account(), "us-east-1")
    listing = list_unit(unit, KINDS[:3])
    nothing = rations({str(unit): listing.resources}, Decimal(0))[str(unit)]

    seen = sight(listing, cloud.settings(), NOW, nothing)

    assert seen.usages == ()
    assert "GetMetricData" not in calls(seen)
    assert len(seen.resources) == len(listing.resources)


@pytest.mark.parametrize(
    ("machines", "seen", "cut"),
    [
        (2, {}, 5),
        (3, {"i-0": ["old-3"]}, 4),
        (4, {"i-0": ["old-3"], "i-1": ["older-1"]}, 3),
        (5, {"i-0": ["old-3", "old-2"], "i-1": ["older-1"]}, 2),
        (7, {"i-0": ["old-3", "old-2", "old-1"], "i-1": ["older-1", "older-0"]}, 0),
    ],
)
def test_what_was_at_addresses_before_takes_what_the_machines_of_today_leave_and_no_chain_more_than_its_share(
    machines: int, seen: dict[str, list[str]], cut: int
) -> None:
    unit, at = "dev/eu-north-1", datetime(2026, 1, 1, tzinfo=UTC)
    chains = {"i-0": ("old-3", "old-2", "old-1"), "i-1": ("older-1", "older-0")}
    before = {
        unit: {
            f"aws_instance/{id_}": Succession(
                at, tuple(Former(resource(f, instance_type="t3.micro"), at, at) for f in chain)
            )
            for id_, chain in chains.items()
        }
    }
    alone = len(list(queries(SMALL[0], {})))

    found = rations({unit: SMALL[:2]}, Decimal(machines * alone) / 100_000, {unit: {}}, before)[unit]

    assert found.left_out == frozenset()
    asked = {key.rpartition("/")[2]: [f.resource.id for f in one.before] for key, one in found.before.items()}
    assert (asked, found.cut) == (seen, cut)
    assert [f"the metrics of {cut} machines that were at" in note for note in found.notes(unit)] == [True] * (cut > 0)


def test_what_was_before_a_machine_that_is_left_out_is_not_asked_for_either() -> None:
    unit, at = "dev/eu-north-1", datetime(2026, 1, 1, tzinfo=UTC)
    former = Former(resource("old", instance_type="t3.micro"), at, at)
    before = {unit: {f"aws_instance/{m.id}": Succession(at, (former,)) for m in SMALL[:1]}}

    found = rations({unit: SMALL[:1]}, Decimal(0), {unit: {}}, before)[unit]

    assert (found.left_out, found.before, found.cut) == ({"aws_instance/i-0"}, {}, 0)
    assert rations({unit: SMALL[:1]}, None, {unit: {}}, before)[unit].before == before[unit]


def test_what_is_kept_whole_of_a_machine_that_is_no_more_is_paid_for_once(
    scripted_aws, region: Listing, tmp_path: Path
) -> None:
    cloudwatch, run, now = CloudWatch(scripted_aws, {}), RunConfig(state_dir=tmp_path), SMALL[0]
    unit, ended = str(region.unit), NOW - timedelta(days=3)
    former = Former(resource("i-old", instance_type="t3.micro"), NOW - timedelta(days=5), ended)
    before = {unit: {"aws_instance/i-0": Succession(ended, (former,))}}
    alone = len(list(queries(now, {})))

    def ration() -> Ration:
        free = {unit: settled(region.unit, run, before[unit], {})}
        return rations({unit: [now]}, Decimal(alone) / 100_000, {unit: {}}, before, free)[unit]

    first = ration()
    kept, on = kept_series(region.unit, run), grid(NOW, 300, 14)
    measure([now], region.clients, on, kept, unit, successions=before[unit], known={})
    second, asked = ration(), cloudwatch.asked.total()
    later = grid(NOW + timedelta(hours=1), 300, 14)
    measure([now], region.clients, later, kept, unit, second.purse, second.left_out, successions=before[unit], known={})

    assert (first.left_out, first.before, first.cut) == (frozenset(), {}, 1)
    assert (second.left_out, second.before, second.cut) == (frozenset(), before[unit], 0)
    assert (asked, cloudwatch.asked.total()) == (2 * alone, 3 * alone)


class CloudWatch:
    """A scripted CloudWatch: what it lists by metric name, and how many metrics it was asked for."""

    def __init__(self, aws: ScriptedAws, series: Mapping[tuple[str, str], Sequence[Mapping[str, str]]]) -> None:
        self.asked: Counter[str] = Counter()
        self.series = series
        aws.compute("cloudwatch", "ListMetrics", self.metrics)
        aws.compute("cloudwatch", "GetMetricData", self.data)

    def metrics(self, params: Params) -> Params:
        sets = self.series.get((params["Namespace"], params["MetricName"]), ())
        return {"Metrics": [{"Dimensions": [{"Name": k, "Value": v} for k, v in one.items()]} for one in sets]}

    def data(self, params: Params) -> Params:
        for query in params["MetricDataQueries"]:
            metric = query["MetricStat"]["Metric"]
            dimensions = sorted((d["Name"], d["Value"]) for d in metric["Dimensions"])
            self.asked[str((metric["Namespace"], metric["MetricName"], dimensions))] += 1
        ids = [query["Id"] for query in params["MetricDataQueries"]]
        return {"MetricDataResults": [{"Id": i, "StatusCode": "Complete", "Timestamps": [], "Values": []} for i in ids]}


PARTS = {
    ("CWAgent", "nvidia_smi_utilization_gpu"): [{"InstanceId": "i-gpu", "index": str(n)} for n in range(8)],
    ("CWAgent", "nvidia_smi_memory_used"): [{"InstanceId": "i-gpu", "index": str(n)} for n in range(8)],
    ("CWAgent", "nvidia_smi_memory_total"): [{"InstanceId": "i-gpu", "index": str(n)} for n in range(8)],
    ("ContainerInsights", "node_neuroncore_utilization"): [
        {"InstanceId": "i-cores", "ClusterName": "c", "NodeName": "n"},
        *(
            {"InstanceId": "i-cores", "ClusterName": "c", "NodeName": "n", "InstanceType": "trn1.32xlarge"}
            | {"NeuronDevice": f"device{n // 2}", "NeuronCore": f"core{n}"}
            for n in range(32)
        ),
    ],
    ("CWAgent/Prometheus", "neuroncore_utilization_ratio"): [
        {"instance_id": "i-cores", "neuroncore": str(n), "runtime_tag": tag} for n in range(32) for tag in ("7", "8")
    ],
    ("CWAgent/Prometheus", "neuron_runtime_memory_used_bytes"): [
        {"instance_id": "i-cores", "memory_location": at, "runtime_tag": tag}
        for at in ("host", "neuron_device")
        for tag in ("7", "8")
    ],
    ("/aws/sagemaker/TrainingJobs", "GPUUtilization"): [{"Host": f"tune/algo-{n}"} for n in range(1, 5)],
}
"""Series of GPUs, of cores that two processes had, and of hosts: more than any size of a machine tells."""

JOB = resource("tune", "aws_sagemaker_training_job", instance_types=("ml.m5.large",), instance_counts=("4",))
CORES = resource("i-cores", instance_type="trn1.32xlarge")
NODES = [
    resource("web", "aws_autoscaling_group", member_types=("m5.large",)),
    resource("c/web", "aws_eks_node_group", autoscaling_groups=("web",)),
]
ALL = [GPU, DISK, CORES, JOB, *NODES, *SMALL]


@pytest.fixture
def region(scripted_aws) -> Listing:
    account = AccountConfig(name="dev", regions=("eu-north-1",), endpoint_url=scripted_aws.url)
    clients = Clients(boto3.session.Session(), "eu-north-1", scripted_aws.url, CallCounter())
    return Listing(Unit(account, "eu-north-1"), clients, tuple(ALL), frozenset(), (), ())


def ask(region: Listing, run: RunConfig, unit: str, ration: Ration) -> list[str]:
    """Measure within the ration, and hand back what could not be."""
    kept, on = kept_series(region.unit, run), grid(NOW, 300, 2)
    clients, left_out, known = region.clients, ration.left_out, ration.known
    return measure(ALL, clients, on, kept, unit, ration.purse, left_out, known=known).problems


def test_what_is_asked_for_is_what_was_counted_and_never_more_than_the_cap(
    scripted_aws, region: Listing, tmp_path: Path
) -> None:
    cloudwatch = CloudWatch(scripted_aws, PARTS)
    unit, known = named(region, RunConfig(state_dir=tmp_path))
    series = {f"{r.kind}/{r.id}": {q.key for q in queries(r, known or {})} for r in ALL}
    all_of_them = len(frozenset.union(*map(frozenset, series.values())))

    for most in (0, 35, 99, 100, all_of_them - 1, all_of_them):
        cloudwatch.asked.clear()
        ration = rations({unit: ALL}, Decimal(most) / 100_000, {unit: known})[unit]

        problems = ask(region, RunConfig(state_dir=tmp_path / str(most)), unit, ration)

        wanted = [keys for name, keys in series.items() if name not in ration.left_out]
        assert problems == []
        assert cloudwatch.asked.total() == len(cloudwatch.asked) == len({*chain(*wanted)}) <= most
        assert (ration.left_out == frozenset()) is (most == all_of_them)
    listed = [(asked["Namespace"], asked["MetricName"]) for asked in scripted_aws.asked("ListMetrics")]
    assert len(listed) == len(set(listed))


def test_a_unit_whose_series_cannot_be_listed_keeps_within_the_cap_too(
    scripted_aws, region: Listing, tmp_path: Path
) -> None:
    cloudwatch, run = CloudWatch(scripted_aws, PARTS), RunConfig(state_dir=tmp_path)
    scripted_aws.answer("cloudwatch", "ListMetrics", Error("AccessDeniedException"))

    unit, known = named(region, run)
    ration = rations({unit: ALL}, Decimal(100) / 100_000, {unit: known})[unit]
    scripted_aws.compute("cloudwatch", "ListMetrics", cloudwatch.metrics)  # it can be listed now
    ask(region, run, unit, ration)

    assert known is None
    assert cloudwatch.asked.total() <= 100
