"""Clusters of Kubernetes, HyperPod and ECS, their node groups, services and compute environments."""

import boto3

from remediator.observe.calls import CallCounter
from remediator.observe.inventory import list_kind
from remediator.observe.sessions import Clients
from tests.observe.kinds.conftest import BY_NAME, ROLE


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
    one["computeResources"]["launchTemplate"] = {
        "launchTemplateName": "workers",
        "version": "$Latest",
        "overrides": [{"launchTemplateId": "lt-2", "targetInstanceTypes": ["g5.xlarge"]}],
    }
    off = {**one, "computeEnvironmentName": "old", "status": "DELETING"}
    scripted_aws.answer("batch", "DescribeComputeEnvironments", {"computeEnvironments": [one, off]})
    [seen] = scripted("aws_batch_compute_environment")

    assert (seen.id, dict(seen.tags)) == ("jobs", {"team": "ranking"})
    assert (seen.spec["compute_resources.min_vcpus"], seen.spec["compute_resources.max_vcpus"]) == (4, 64)
    assert seen.spec.texts("compute_resources.instance_type") == ("g5.xlarge",)
    assert seen.spec.texts("launch_templates") == ("workers", "lt-2")
