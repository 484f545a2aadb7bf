"""Fills a moto server with the demo's cloud, aged in its backends; the same ids every time."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import boto3
from moto.ec2.models import ec2_backends
from moto.moto_api._internal import mock_random
from moto.moto_api._internal.models import moto_api_backend

from remediator.demo.load import Series, series
from remediator.demo.machines import GROUP, GROUP_SIZE, GROUP_TYPE, MACHINES, VOLUMES, Machine, Volume, Work

if TYPE_CHECKING:
    from mypy_boto3_autoscaling import AutoScalingClient
    from mypy_boto3_cloudwatch import CloudWatchClient
    from mypy_boto3_cloudwatch.type_defs import DimensionTypeDef, MetricDatumTypeDef
    from mypy_boto3_ec2 import EC2Client
    from mypy_boto3_s3 import S3Client

ACCOUNT, REGION = "123456789012", "us-east-1"
BUCKET = "acme-tfstate"
PERIOD = 21_600
DAYS = 14
_IMAGE = "ami-04681a1dbd79675a5"
_SEED = 20


@dataclass(frozen=True, slots=True)
class Ids:
    """The live ids of what was made, by the keys of the demo's machines and volumes; `group` is the group's ARN."""

    machines: Mapping[str, str]
    volumes: Mapping[str, str]
    template: str
    group: str


@dataclass(frozen=True, slots=True)
class _Clients:
    endpoint: str

    @property
    def _session(self) -> boto3.session.Session:
        return boto3.session.Session("demo", "demo", region_name=REGION)

    @property
    def ec2(self) -> "EC2Client":
        return self._session.client("ec2", endpoint_url=self.endpoint)

    @property
    def autoscaling(self) -> "AutoScalingClient":
        return self._session.client("autoscaling", endpoint_url=self.endpoint)

    @property
    def cloudwatch(self) -> "CloudWatchClient":
        return self._session.client("cloudwatch", endpoint_url=self.endpoint)

    @property
    def s3(self) -> "S3Client":
        return self._session.client("s3", endpoint_url=self.endpoint)


def fill(endpoint: str, now: datetime) -> Ids:
    """Make machines, volumes, the group and the bucket as of `now`; a seed makes the ids the same in every run."""
    moto_api_backend.reset()  # a server in the same process may have served before
    clients = _Clients(endpoint)
    ec2 = clients.ec2
    ec2.describe_instances()  # the backends make what an account is born with, so that the seed counts from here
    clients.autoscaling.describe_auto_scaling_groups()
    mock_random.seed(_SEED)
    clients.s3.create_bucket(Bucket=BUCKET)
    machines = {machine.key: _machine(ec2, machine, now) for machine in MACHINES}
    volumes = {volume.key: _volume(ec2, volume, machines, now) for volume in VOLUMES}
    template = _group(ec2, clients.autoscaling, now)
    group = clients.autoscaling.describe_auto_scaling_groups(AutoScalingGroupNames=[GROUP])["AutoScalingGroups"][0]
    return Ids(machines, volumes, template, group["AutoScalingGroupARN"])


def _machine(ec2: "EC2Client", machine: Machine, now: datetime) -> str:
    answer = ec2.run_instances(
        ImageId=_IMAGE,
        InstanceType=machine.type,  # type: ignore[arg-type]  # data, checked by the emulator
        MinCount=1,
        MaxCount=1,
        Placement={"AvailabilityZone": "us-east-1a"},
    )
    id_ = str(answer["Instances"][0]["InstanceId"])
    _tag(ec2, id_, machine.tags)
    _age_machine(id_, now - timedelta(days=machine.days))
    return id_


def _age_machine(id_: str, launched: datetime) -> None:
    instance = ec2_backends[ACCOUNT][REGION].get_instance(id_)
    instance.launch_time = launched.strftime("%Y-%m-%dT%H:%M:%SZ")  # type: ignore[assignment]  # moto keeps text there
    for attached in instance.block_device_mapping.values():
        _age_volume(attached.volume_id, launched)


def _age_volume(id_: str, created: datetime) -> None:
    ec2_backends[ACCOUNT][REGION].volumes[id_].create_time = created.replace(tzinfo=None)


def _volume(ec2: "EC2Client", volume: Volume, machines: Mapping[str, str], now: datetime) -> str:
    answer = ec2.create_volume(
        AvailabilityZone=volume.zone, Size=volume.size, VolumeType="gp3" if volume.type == "gp3" else "gp2"
    )
    id_ = str(answer["VolumeId"])
    _tag(ec2, id_, volume.tags)
    if volume.attached is not None:
        ec2.attach_volume(VolumeId=id_, InstanceId=machines[volume.attached], Device="/dev/sdf")
    _age_volume(id_, now - timedelta(days=volume.days))
    return id_


def _tag(ec2: "EC2Client", id_: str, tags: tuple[tuple[str, str], ...]) -> None:
    if tags:
        ec2.create_tags(Resources=[id_], Tags=[{"Key": key, "Value": value} for key, value in tags])


def _group(ec2: "EC2Client", autoscaling: "AutoScalingClient", now: datetime) -> str:
    least, wanted, most = GROUP_SIZE
    made = ec2.create_launch_template(
        LaunchTemplateName=GROUP, LaunchTemplateData={"ImageId": _IMAGE, "InstanceType": "g4dn.xlarge"}
    )
    template = str(made["LaunchTemplate"]["LaunchTemplateId"])
    autoscaling.create_auto_scaling_group(
        AutoScalingGroupName=GROUP,
        LaunchTemplate={"LaunchTemplateId": template, "Version": "$Latest"},
        MinSize=least,
        DesiredCapacity=wanted,
        MaxSize=most,
        AvailabilityZones=["us-east-1a"],
        Tags=[{"Key": "team", "Value": "ranking", "PropagateAtLaunch": True}],
    )
    for id_ in members(autoscaling):
        _age_machine(id_, now - timedelta(days=30))
    return template


def members(autoscaling: "AutoScalingClient") -> tuple[str, ...]:
    """The ids of the group's instances."""
    groups = autoscaling.describe_auto_scaling_groups(AutoScalingGroupNames=[GROUP])["AutoScalingGroups"]
    return tuple(str(instance["InstanceId"]) for group in groups for instance in group["Instances"])


def launch(now: datetime) -> Mapping[str, object]:
    """The record of the call that made the machine which no code declares."""
    stray = next(machine for machine in MACHINES if machine.key == "stray")
    role = "AWSReservedSSO_DataScientist_0123456789abcdef"
    return {
        "eventName": "RunInstances",
        "eventSource": "ec2.amazonaws.com",
        "eventTime": (now - timedelta(days=stray.days)).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "userAgent": "aws-cli/2.31.0 md/awscrt#0.27.6",
        "userIdentity": {
            "type": "AssumedRole",
            "arn": f"arn:aws:sts::{ACCOUNT}:assumed-role/{role}/emil",
            "sessionContext": {"sessionIssuer": {"type": "Role", "userName": role}},
        },
    }


def put_state(endpoint: str, key: str, content: bytes) -> None:
    """Put a Terraform state into the demo's bucket."""
    _Clients(endpoint).s3.put_object(Bucket=BUCKET, Key=key, Body=content)


def put_metrics(endpoint: str, ids: Ids, now: datetime) -> None:
    """Put two weeks of use of every machine; moto scans its whole store on every question, so periods are long."""
    clients = _Clients(endpoint)
    cloudwatch = clients.cloudwatch
    periods = DAYS * 86_400 // PERIOD
    all_series = [s for m in MACHINES for s in series(m, ids.machines[m.key], periods, PERIOD)]
    for id_ in members(clients.autoscaling):
        member = Machine("sweep", GROUP_TYPE, 30, Work.FORGOTTEN, 1, True, None)
        all_series += series(member, id_, periods, PERIOD)
    end = now.timestamp() // PERIOD * PERIOD
    for one in all_series:
        first = datetime.fromtimestamp(end - len(one.values) * PERIOD, now.tzinfo)
        cloudwatch.put_metric_data(Namespace=one.namespace, MetricData=list(_points(one, first)))


def _points(one: Series, first: datetime) -> "Iterator[MetricDatumTypeDef]":
    dimensions: list[DimensionTypeDef] = [{"Name": name, "Value": value} for name, value in one.dimensions]
    for n, value in enumerate(one.values):
        at = first + timedelta(seconds=n * PERIOD)
        yield {"MetricName": one.name, "Dimensions": dimensions, "Timestamp": at, "Value": round(value, 3)}
