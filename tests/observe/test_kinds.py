"""Every kind as it is listed: by the emulator where it has the service, else by AWS' own models of the answer."""

import re
from datetime import UTC, datetime

import boto3
import pytest
from botocore.exceptions import ClientError

from remediator.observe.calls import CallCounter
from remediator.observe.inventory import list_kind, resource
from remediator.observe.kinds import KINDS
from remediator.observe.sessions import Clients
from remediator.observe.tagging import Tags
from remediator.observe.walking import path
from tests.aws_service import Error

ROLE = "arn:aws:iam::123456789012:role/x"
BY_NAME = {kind.name: kind for kind in KINDS}


@pytest.fixture
def listed(cloud):
    def run(name):
        clients = Clients(boto3.session.Session(), "us-east-1", cloud.endpoint, CallCounter())
        return list(list_kind(BY_NAME[name], clients, "dev"))

    return run


@pytest.fixture
def scripted(scripted_aws):
    def run(name):
        clients = Clients(boto3.session.Session(), "us-east-1", scripted_aws.url, CallCounter())
        return list(list_kind(BY_NAME[name], clients, "dev"))

    return run


def test_an_endpoint_has_the_instances_of_its_variants(cloud, listed) -> None:
    learning = cloud.client("sagemaker")
    learning.create_model(ModelName="m", PrimaryContainer={"Image": "x"}, ExecutionRoleArn=ROLE)
    variant = {"VariantName": "v1", "ModelName": "m", "InstanceType": "ml.g4dn.xlarge", "InitialInstanceCount": 2}
    learning.create_endpoint_config(EndpointConfigName="c", ProductionVariants=[variant])
    tags = [{"Key": "team", "Value": "ranking"}]
    learning.create_endpoint(EndpointName="rank", EndpointConfigName="c", Tags=tags)
    [seen] = listed("aws_sagemaker_endpoint")

    assert (seen.id, seen.arn) == ("rank", "arn:aws:sagemaker:us-east-1:123456789012:endpoint/rank")
    assert seen.spec.text("endpoint_status") == "InService"
    assert seen.spec.texts("variant_names") == ("v1",)
    assert seen.spec.texts("instance_types") == ("ml.g4dn.xlarge",)
    assert seen.spec.texts("instance_counts") == ("2",)
    assert seen.spec.flag("serverless") is False
    assert dict(seen.tags) == {"team": "ranking"}


def test_a_configuration_is_listed_once_while_an_endpoint_uses_it(cloud, listed) -> None:
    learning = cloud.client("sagemaker")
    learning.create_model(ModelName="m", PrimaryContainer={"Image": "x"}, ExecutionRoleArn=ROLE)
    variant = {"VariantName": "v1", "ModelName": "m", "InstanceType": "ml.g4dn.xlarge", "InitialInstanceCount": 2}
    second = {**variant, "VariantName": "v2", "InstanceType": "ml.m5.large"}
    for name, variants in (("one", [variant]), ("two", [variant, second]), ("unused", [variant])):
        learning.create_endpoint_config(EndpointConfigName=name, ProductionVariants=variants)
    for name, config in (("a", "one"), ("b", "one"), ("c", "two")):
        learning.create_endpoint(EndpointName=name, EndpointConfigName=config)
    one, two = listed("aws_sagemaker_endpoint_configuration")

    assert (one.id, two.id) == ("one", "two")
    assert one.spec["production_variants.instance_type"] == "ml.g4dn.xlarge"
    assert one.spec["production_variants.initial_instance_count"] == 2
    assert one.spec["production_variants.model_name"] == "m" and one.spec.flag("shadowed") is False
    assert not any(name.startswith("production_variants") for name in two.spec)
    assert one.arn.endswith(":endpoint-config/one")


def test_the_scalable_targets_of_endpoints_are_listed(cloud, listed) -> None:
    learning, scaling = cloud.client("sagemaker"), cloud.client("application-autoscaling")
    learning.create_model(ModelName="m", PrimaryContainer={"Image": "x"}, ExecutionRoleArn=ROLE)
    variant = {"VariantName": "v1", "ModelName": "m", "InstanceType": "ml.g4dn.xlarge", "InitialInstanceCount": 2}
    learning.create_endpoint_config(EndpointConfigName="c", ProductionVariants=[variant])
    learning.create_endpoint(EndpointName="rank", EndpointConfigName="c")
    scaling.register_scalable_target(
        ServiceNamespace="sagemaker",
        ResourceId="endpoint/rank/variant/v1",
        ScalableDimension="sagemaker:variant:DesiredInstanceCount",
        MinCapacity=1,
        MaxCapacity=4,
    )
    [seen] = listed("aws_appautoscaling_target")

    assert (seen.id, seen.spec["resource_id"]) == ("endpoint/rank/variant/v1",) * 2
    assert (seen.spec["min_capacity"], seen.spec["max_capacity"]) == (1, 4)


def test_a_notebook_knows_when_it_was_last_changed(cloud, listed) -> None:
    cloud.client("sagemaker").create_notebook_instance(
        NotebookInstanceName="nb", InstanceType="ml.t2.medium", RoleArn=ROLE
    )
    [seen] = listed("aws_sagemaker_notebook_instance")

    assert (seen.id, seen.spec.text("notebook_instance_status")) == ("nb", "InService")
    assert datetime.fromisoformat(seen.spec.text("last_modified_time")).tzinfo is not None


def test_a_node_group_has_the_attributes_that_code_declares(cloud, listed) -> None:
    eks, ec2 = cloud.client("eks"), cloud.client("ec2")
    subnet = ec2.describe_subnets()["Subnets"][0]["SubnetId"]
    eks.create_cluster(name="ml", roleArn=ROLE, resourcesVpcConfig={"subnetIds": [subnet]})
    scaling = {"minSize": 1, "desiredSize": 2, "maxSize": 4}
    eks.create_nodegroup(
        clusterName="ml",
        nodegroupName="gpu",
        subnets=[subnet],
        nodeRole=ROLE,
        scalingConfig=scaling,
        instanceTypes=["g5.xlarge"],
        tags={"team": "ranking"},
    )
    [seen] = listed("aws_eks_node_group")

    assert (seen.id, seen.spec["scaling_config.desired_size"], seen.spec["scaling_config.min_size"]) == ("ml:gpu", 2, 1)
    assert seen.spec.texts("instance_types") == ("g5.xlarge",)
    assert dict(seen.tags) == {"team": "ranking"}


def test_a_group_has_its_policies_and_scheduled_actions(cloud, listed) -> None:
    scaling = cloud.client("autoscaling")
    scaling.create_launch_configuration(LaunchConfigurationName="c", ImageId="ami-12c6146b", InstanceType="m5.large")
    zones = ["us-east-1a", "us-east-1b"]
    scaling.create_auto_scaling_group(
        AutoScalingGroupName="web", LaunchConfigurationName="c", MinSize=1, MaxSize=40, AvailabilityZones=zones
    )
    scaling.put_scaling_policy(
        AutoScalingGroupName="web",
        PolicyName="cpu",
        PolicyType="TargetTrackingScaling",
        TargetTrackingConfiguration={
            "PredefinedMetricSpecification": {"PredefinedMetricType": "ASGAverageCPUUtilization"},
            "TargetValue": 50,
            "DisableScaleIn": True,
        },
    )
    night = {"MinSize": 0, "DesiredCapacity": 0, "Recurrence": "0 20 * * *"}
    scaling.put_scheduled_update_group_action(AutoScalingGroupName="web", ScheduledActionName="night", **night)
    [group], [policy], [schedule] = map(
        listed, ("aws_autoscaling_group", "aws_autoscaling_policy", "aws_autoscaling_schedule")
    )

    assert group.spec.texts("availability_zones") == tuple(zones)
    assert "warm_pool" not in group.spec and not group.spec.texts("weights")
    assert (policy.spec["autoscaling_group_name"], policy.spec["policy_type"]) == ("web", "TargetTrackingScaling")
    assert policy.spec.flag("enabled") is not False and policy.spec.flag("disable_scale_in") is True
    assert policy.id == policy.arn and ":scalingPolicy:" in policy.id
    assert (schedule.spec["autoscaling_group_name"], schedule.spec["desired_capacity"]) == ("web", 0)
    assert "max_size" not in schedule.spec and schedule.member_of is None


def test_a_warm_pool_and_weights_are_facts_of_a_group() -> None:
    overrides = [{"InstanceType": "m5.large", "WeightedCapacity": "2"}, {"InstanceType": "m5.xlarge"}]
    item = {
        "AutoScalingGroupName": "web",
        "Instances": [],
        "WarmPoolConfiguration": {"MinSize": 0},
        "MixedInstancesPolicy": {"LaunchTemplate": {"Overrides": overrides}},
    }
    seen = resource(BY_NAME["aws_autoscaling_group"], item, "dev", "us-east-1")

    assert seen.spec.flag("warm_pool") is True and seen.spec.texts("weights") == ("2",)
    assert seen.spec.texts("instance_types") == ("m5.large", "m5.xlarge")


def test_databases_and_caches_are_listed_with_their_size(cloud, listed) -> None:
    cloud.client("rds").create_db_instance(
        DBInstanceIdentifier="main",
        DBInstanceClass="db.m5.large",
        Engine="postgres",
        AllocatedStorage=100,
        MasterUsername="x",
        MasterUserPassword="password",
        Tags=[{"Key": "team", "Value": "ranking"}],
    )
    cloud.client("elasticache").create_cache_cluster(
        CacheClusterId="hot", CacheNodeType="cache.m5.large", Engine="redis", NumCacheNodes=1
    )
    [database], [cache] = listed("aws_db_instance"), listed("aws_elasticache_cluster")

    assert (database.id, database.spec["instance_class"], database.spec["engine"]) == (
        "main",
        "db.m5.large",
        "postgres",
    )
    assert (database.spec["allocated_storage"], database.tags["team"]) == (100, "ranking")
    assert (cache.id, cache.spec["node_type"], cache.spec["engine"]) == ("hot", "cache.m5.large", "redis")
    assert cache.member_of is None


def test_network_resources_are_listed_with_what_uses_them(cloud, listed) -> None:
    ec2 = cloud.client("ec2")
    subnets = [s["SubnetId"] for s in ec2.describe_subnets()["Subnets"][:2]]
    address = ec2.allocate_address(Domain="vpc")
    gateway = ec2.create_nat_gateway(SubnetId=subnets[0], AllocationId=address["AllocationId"])["NatGateway"]
    tags = [{"Key": "team", "Value": "web"}]
    made = cloud.client("elbv2").create_load_balancer(Name="front", Subnets=subnets, Tags=tags)["LoadBalancers"][0]
    cloud.client("elb").create_load_balancer(
        LoadBalancerName="old",
        Listeners=[{"Protocol": "http", "LoadBalancerPort": 80, "InstancePort": 80}],
        AvailabilityZones=["us-east-1a"],
        Tags=tags,
    )

    assert address["AllocationId"] in [r.id for r in listed("aws_eip")]
    assert [r.id for r in listed("aws_nat_gateway")] == [gateway["NatGatewayId"]]
    [balancer] = listed("aws_lb")
    assert (balancer.id, balancer.spec["load_balancer_type"]) == (made["LoadBalancerArn"], "application")
    assert dict(balancer.tags) == {"team": "web"}
    [classic] = listed("aws_elb")
    assert (classic.id, classic.spec.get("instances")) == ("old", ())


def test_an_image_names_the_snapshots_that_it_is_made_of(cloud, listed) -> None:
    ec2 = cloud.client("ec2")
    machine = ec2.run_instances(ImageId="ami-12345678", MinCount=1, MaxCount=1, InstanceType="m5.large")["Instances"][0]
    made = ec2.create_image(InstanceId=machine["InstanceId"], Name="baked")["ImageId"]
    [seen] = listed("aws_ami")

    assert (seen.id, seen.spec["name"]) == (made, "baked")  # those of others are not listed
    snapshots = {one.id: one for one in listed("aws_ebs_snapshot")}
    assert set(seen.spec.texts("snapshot_ids")) <= snapshots.keys() and seen.spec.texts("snapshot_ids")


def test_a_public_address_that_is_no_elastic_ip_is_told(cloud) -> None:
    def machine(owner, checks):
        address = {"PublicIp": "198.51.100.7", "IpOwnerId": owner}
        return {
            "InstanceId": "i-1", "State": {"Name": "running"}, "SourceDestCheck": checks,
            "NetworkInterfaces": [{"InterfaceType": "interface"}, {"Association": address}],
        }  # fmt: skip

    own, lent = (
        resource(BY_NAME["aws_instance"], machine(*facts), "dev", "us-east-1")
        for facts in (("123456789012", False), ("amazon", True))
    )

    assert (own.spec.text("ephemeral_ip"), own.spec.flag("source_dest_check")) == (None, False)
    assert (lent.spec.text("ephemeral_ip"), lent.spec.flag("source_dest_check")) == ("198.51.100.7", True)


def test_logs_count_milliseconds(cloud, listed) -> None:
    cloud.client("logs").create_log_group(logGroupName="/train", tags={"team": "ranking"})
    [seen] = listed("aws_cloudwatch_log_group")

    assert seen.id == "/train"
    assert abs((datetime.now(UTC) - seen.created_at).total_seconds()) < 3600
    assert seen.arn.endswith(":log-group:/train")
    assert seen.spec.get("retention_in_days") is None
    assert dict(seen.tags) == {"team": "ranking"}


def test_tags_are_found_by_arn_or_by_name(scripted_aws) -> None:
    balancers = "arn:aws:elasticloadbalancing:us-east-1:123456789012:loadbalancer"
    pages = [
        {"ResourceTagMappingList": [{"ResourceARN": f"{balancers}/old", "Tags": [{"Key": "team", "Value": "web"}]}]},
        {"ResourceTagMappingList": [{"ResourceARN": f"{balancers}/app/old/1", "Tags": []}]},
    ]
    scripted_aws.pages("resourcegroupstaggingapi", "GetResources", pages)
    clients = Clients(boto3.session.Session(), "us-east-1", scripted_aws.url, CallCounter())
    tags = Tags.of(clients, "elasticloadbalancing:loadbalancer")

    assert tags.of_one(None, "old") == {"team": "web"}  # a classic one, whose listing tells no ARN
    assert tags.of_one(f"{balancers}/app/old/1", "x") == {}
    assert tags.of_one(f"{balancers}/app/new/2", "x") == {}
    assert [asked["ResourceTypeFilters"] for asked in scripted_aws.asked("GetResources")] == [
        ["elasticloadbalancing:loadbalancer"]
    ] * 2


def test_what_vanished_after_it_was_listed_is_left_out(scripted_aws, scripted) -> None:
    last = datetime(2026, 11, 1, tzinfo=UTC)
    found = {**app("two"), "AppArn": "arn:aws:sagemaker:us-east-1:123456789012:app/d-1/s/two"}
    scripted_aws.answer("sagemaker", "ListApps", {"Apps": [app("one"), app("two"), app("off", "Deleted")]})
    scripted_aws.answer(
        "sagemaker", "DescribeApp", Error("ResourceNotFound"), {**found, "LastUserActivityTimestamp": last}
    )
    scripted_aws.answer("resourcegroupstaggingapi", "GetResources", {"ResourceTagMappingList": []})
    [seen] = scripted("aws_sagemaker_app")

    assert seen.spec["app_name"] == "two"
    assert seen.spec["last_user_activity"] == "2026-11-01T00:00:00+00:00"

    assert seen.id.endswith("app/d-1/s/two")
    assert len(scripted_aws.asked("DescribeApp")) == 2


def test_a_refusal_of_one_description_is_no_silence(scripted_aws, scripted) -> None:
    scripted_aws.answer("sagemaker", "ListApps", {"Apps": [app("one")]})
    scripted_aws.answer("sagemaker", "DescribeApp", Error("AccessDeniedException"))

    with pytest.raises(ClientError, match="AccessDenied"):
        scripted("aws_sagemaker_app")


def app(name: str, status: str = "InService") -> dict[str, object]:
    return {"DomainId": "d-1", "SpaceName": "s", "AppType": "JupyterLab", "AppName": name, "Status": status}


def test_a_reservation_has_its_count_and_its_platform() -> None:
    item = {
        "CapacityReservationId": "cr-1",
        "InstanceType": "p5.48xlarge",
        "InstancePlatform": "Linux/UNIX",
        "TotalInstanceCount": 4,
        "AvailableInstanceCount": 3,
        "State": "active",
    }
    seen = resource(BY_NAME["aws_ec2_capacity_reservation"], item, "dev", "us-east-1")

    assert (seen.spec["instance_count"], seen.spec["available_instance_count"]) == (4, 3)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_every_path_lies_in_what_the_api_answers(kind) -> None:
    """The first name of each plain path is a member of the last operation's items, by botocore's model."""
    client = boto3.client(kind.service, region_name="us-east-1")
    operation = client.meta.method_to_api_mapping[kind.steps[-1].operation]
    members = _members(client.meta.service_model.operation_model(operation).output_shape)
    paths = [kind.id, kind.arn, kind.tags, kind.created_at, kind.parent, kind.gone, *(path for _, path in kind.spec)]
    plain = [path.split(".")[0] for path in paths if path and re.fullmatch(r"[A-Za-z]+(\.[A-Za-z]+)*", path)]

    assert {name for name in plain if name not in ("Within", "Value")} <= members


def _members(shape) -> set[str]:
    if shape.type_name == "list":
        return _members(shape.member)
    if shape.type_name != "structure":
        return set()
    return set(shape.members) | {name for member in shape.members.values() for name in _near(member)}


def _near(shape) -> set[str]:
    inner = shape.member if shape.type_name == "list" else shape
    if inner.type_name != "structure":
        return set()
    nested = {name for member in inner.members.values() if member.type_name == "list" for name in _names(member.member)}
    return set(inner.members) | nested


def _names(shape) -> set[str]:
    return set(shape.members) if shape.type_name == "structure" else set()


def test_of_a_launch_template_the_latest_version_counts(cloud, listed) -> None:
    ec2 = cloud.client("ec2")
    disk = {"DeviceName": "/dev/xvda", "Ebs": {"VolumeType": "gp2", "VolumeSize": 50}}
    plain = {"DeviceName": "/dev/xvdb", "Ebs": {"VolumeSize": 8}}
    first = {"InstanceType": "m5.large", "ImageId": "ami-12c6146b"}
    ec2.create_launch_template(LaunchTemplateName="web", LaunchTemplateData=first)
    second = {**first, "InstanceType": "m5.xlarge", "BlockDeviceMappings": [disk, plain]}
    ec2.create_launch_template_version(LaunchTemplateName="web", LaunchTemplateData=second)
    [seen] = listed("aws_launch_template")

    assert (seen.spec["name"], seen.spec["latest_version"], seen.spec["instance_type"]) == ("web", 2, "m5.xlarge")
    assert seen.spec.texts("block_device_mappings.volume_type") == ("gp2", "")
    assert seen.spec.texts("block_device_mappings.volume_size") == ("50", "8")


def test_services_are_described_ten_a_call(cloud) -> None:
    ecs = cloud.client("ecs")
    ecs.create_cluster(clusterName="ml")
    ecs.register_task_definition(family="f", containerDefinitions=[{"name": "a", "image": "b", "memory": 400}])
    for n in range(12):
        tags = [{"key": "team", "value": "ranking"}]
        ecs.create_service(cluster="ml", serviceName=f"s{n}", taskDefinition="f", desiredCount=2, tags=tags)
    clients = Clients(boto3.session.Session(), "us-east-1", cloud.endpoint, CallCounter())
    seen = list(list_kind(BY_NAME["aws_ecs_service"], clients, "dev"))

    assert sorted(r.spec["name"] for r in seen) == sorted(f"s{n}" for n in range(12))
    assert {r.spec["desired_count"] for r in seen} == {2}
    assert dict(seen[0].tags) == {"team": "ranking"}
    assert {c.operation: c.calls for c in clients.counter.counts()} == {
        "ListClusters": 1,
        "ListServices": 1,
        "DescribeServices": 2,
    }


def test_an_aurora_cluster_and_its_instances_are_resources_of_their_own(cloud, listed) -> None:
    rds = cloud.client("rds")
    scaling = {"MinCapacity": 0.5, "MaxCapacity": 4}
    rds.create_db_cluster(
        DBClusterIdentifier="main",
        Engine="aurora-postgresql",
        MasterUsername="root",
        MasterUserPassword="password1",
        ServerlessV2ScalingConfiguration=scaling,
        Tags=[{"Key": "team", "Value": "ranking"}],
    )
    rds.create_db_instance(
        DBInstanceIdentifier="main-1",
        DBClusterIdentifier="main",
        DBInstanceClass="db.r6g.large",
        Engine="aurora-postgresql",
    )
    [cluster], [instance] = listed("aws_rds_cluster"), listed("aws_rds_cluster_instance")

    assert (cluster.id, cluster.spec["engine"], cluster.tags["team"]) == ("main", "aurora-postgresql", "ranking")
    assert cluster.spec["serverlessv2_scaling_configuration.min_capacity"] == 0.5
    assert cluster.spec.texts("cluster_members") == ("main-1",)
    assert (instance.id, instance.spec["cluster_identifier"]) == ("main-1", "main")
    assert instance.spec["instance_class"] == "db.r6g.large"
    assert listed("aws_db_instance") == []


def test_clusters_of_kubernetes_and_of_hyperpod_are_listed(cloud, listed) -> None:
    subnet = cloud.client("ec2").describe_subnets()["Subnets"][0]["SubnetId"]
    vpc = {"subnetIds": [subnet]}
    cloud.client("eks").create_cluster(name="ml", roleArn=ROLE, resourcesVpcConfig=vpc, tags={"team": "ranking"})
    group = {
        "InstanceCount": 2,
        "InstanceGroupName": "workers",
        "InstanceType": "ml.p5.48xlarge",
        "LifeCycleConfig": {"SourceS3Uri": "s3://sagemaker-x", "OnCreate": "start.sh"},
        "ExecutionRole": ROLE,
        "ThreadsPerCore": 1,
    }
    cloud.client("sagemaker").create_cluster(ClusterName="hyper", InstanceGroups=[group])
    [eks], [hyperpod] = listed("aws_eks_cluster"), listed("awscc_sagemaker_cluster")

    assert (eks.id, dict(eks.tags)) == ("ml", {"team": "ranking"})
    assert hyperpod.spec.texts("instance_types") == ("ml.p5.48xlarge",)
    assert hyperpod.spec.texts("instance_counts") == ("2",)


@pytest.mark.parametrize(
    ("config", "types", "counts"),
    [
        ({"InstanceType": "ml.p4d.24xlarge", "InstanceCount": 2}, ("ml.p4d.24xlarge",), ("2",)),
        (
            {
                "InstanceGroups": [
                    {"InstanceGroupName": "a", "InstanceType": "ml.g5.xlarge", "InstanceCount": 1},
                    {"InstanceGroupName": "b", "InstanceType": "ml.m5.large", "InstanceCount": 3},
                ]
            },
            ("ml.g5.xlarge", "ml.m5.large"),
            ("1", "3"),
        ),
    ],
)
def test_a_training_job_that_runs_has_what_it_runs_on(scripted_aws, scripted, config, types, counts) -> None:
    name, at = "job", datetime(2026, 11, 1, tzinfo=UTC)
    arn = "arn:aws:sagemaker:us-east-1:123456789012:training-job/job"
    known = {"TrainingJobName": name, "TrainingJobArn": arn, "CreationTime": at, "TrainingJobStatus": "InProgress"}
    told = {
        **known,
        "TrainingStartTime": at,
        "SecondaryStatus": "Training",
        "ModelArtifacts": {"S3ModelArtifacts": ""},
        "AlgorithmSpecification": {"TrainingInputMode": "File"},
        "ResourceConfig": {"VolumeSizeInGB": 10, **config},
        "StoppingCondition": {"MaxRuntimeInSeconds": 3600},
        "CheckpointConfig": {"S3Uri": "s3://ml/checkpoints"},
    }
    scripted_aws.answer("sagemaker", "ListTrainingJobs", {"TrainingJobSummaries": [known]})
    scripted_aws.answer("sagemaker", "DescribeTrainingJob", told)
    scripted_aws.answer("resourcegroupstaggingapi", "GetResources", {"ResourceTagMappingList": []})
    [seen] = scripted("aws_sagemaker_training_job")

    assert (seen.id, seen.arn, seen.created_at) == (name, arn, at)
    assert (seen.spec.texts("instance_types"), seen.spec.texts("instance_counts")) == (types, counts)
    assert seen.spec["checkpoint_config.s3_uri"] == "s3://ml/checkpoints"
    assert scripted_aws.asked("ListTrainingJobs") == [{"StatusEquals": "InProgress", "MaxResults": 100}]


def test_a_compute_environment_has_its_bounds(scripted_aws, scripted) -> None:
    arn = "arn:aws:batch:us-east-1:123456789012:compute-environment/jobs"
    bounds = {"type": "EC2", "minvCpus": 4, "desiredvCpus": 8, "maxvCpus": 64, "instanceTypes": ["g5.xlarge"]}
    one = {
        "computeEnvironmentName": "jobs",
        "computeEnvironmentArn": arn,
        "ecsClusterArn": "arn:aws:ecs:us-east-1:123456789012:cluster/AWSBatch-jobs-1",
        "type": "MANAGED",
        "state": "ENABLED",
        "status": "VALID",
        "tags": {"team": "ranking"},
        "computeResources": {**bounds, "subnets": ["subnet-1"]},
    }
    off = {**one, "computeEnvironmentName": "old", "status": "DELETING"}
    scripted_aws.answer("batch", "DescribeComputeEnvironments", {"computeEnvironments": [one, off]})
    [seen] = scripted("aws_batch_compute_environment")

    assert (seen.id, dict(seen.tags)) == ("jobs", {"team": "ranking"})
    assert (seen.spec["compute_resources.min_vcpus"], seen.spec["compute_resources.max_vcpus"]) == (4, 64)
    assert seen.spec.texts("compute_resources.instance_type") == ("g5.xlarge",)


def test_buckets_are_those_of_the_region_and_file_systems_have_their_size(cloud, listed) -> None:
    s3 = cloud.client("s3")
    s3.create_bucket(Bucket="acme-models")
    there = {"LocationConstraint": "eu-west-1"}
    cloud.client("s3", "eu-west-1").create_bucket(Bucket="acme-europe", CreateBucketConfiguration=there)
    s3.put_bucket_tagging(Bucket="acme-models", Tagging={"TagSet": [{"Key": "team", "Value": "ranking"}]})
    cloud.client("efs").create_file_system(CreationToken="t", Tags=[{"Key": "team", "Value": "ranking"}])
    [bucket], [shared] = listed("aws_s3_bucket"), listed("aws_efs_file_system")

    assert (bucket.id, dict(bucket.tags)) == ("acme-models", {"team": "ranking"})
    assert (shared.spec["throughput_mode"], dict(shared.tags)) == ("bursting", {"team": "ranking"})
    assert shared.spec["size_in_bytes.value_in_standard"] == 0


def test_a_capacity_block_is_no_reservation_on_demand() -> None:
    block = {"CapacityReservationId": "cr-1", "State": "active", "ReservationType": "capacity-block"}
    plain = {"CapacityReservationId": "cr-2", "State": "active", "ReservationType": "default"}
    reservation, other = (BY_NAME[f"aws_ec2_capacity_{name}reservation"] for name in ("", "block_"))

    assert [bool(path(reservation.gone)(item)) for item in (block, plain)] == [True, False]
    assert [bool(path(other.gone)(item)) for item in (block, plain)] == [False, True]
    assert not path(other.gone)({**block, "State": "scheduled"})
