import pytest

from remediator.model import Attributes, Launcher, Resource, Value
from remediator.observe.launchers import launcher, with_disks

BATCH = "AWSBatch-training-20250408154910170200000001-asg-640012bd-4e90-3f19-9dd2-c09a23dc923d"


@pytest.mark.parametrize(
    ("tags", "said"),
    [
        ({"karpenter.sh/nodepool": "gpu"}, "Karpenter (node pool gpu)"),
        ({"eks:kubernetes-node-pool-name": "general-purpose"}, "EKS Auto Mode (node pool general-purpose)"),
        (
            {"AWSBatchServiceTag": "batch", "aws:autoscaling:groupName": BATCH},
            "AWS Batch (compute environment training-20250408154910170200000001)",
        ),
        ({"AWSBatchServiceTag": "batch"}, "AWS Batch"),
        ({"aws:elasticmapreduce:job-flow-id": "j-1"}, "Amazon EMR (cluster j-1)"),
        (
            {"parallelcluster:cluster-name": "hpc", "aws:cloudformation:stack-name": "hpc"},
            "AWS ParallelCluster (cluster hpc)",
        ),
        ({"skypilot-cluster-name": "sky-1", "ray-cluster-name": "sky-1"}, "SkyPilot (cluster sky-1)"),
        ({"ray-cluster-name": "tune"}, "Ray (cluster tune)"),
        ({"kubernetes.io/created-for/pvc/name": "data-kafka-0"}, "Kubernetes (volume claim data-kafka-0)"),
        ({"Vendor": "Databricks", "ClusterName": "etl"}, "Databricks (cluster etl)"),
        ({"Vendor": "Dell"}, None),
        ({"aws:ec2:fleet-id": "fleet-1", "karpenter.sh/nodepool": "gpu"}, "Karpenter (node pool gpu)"),
        ({"aws:ec2:fleet-id": "fleet-1"}, "an EC2 Fleet (fleet fleet-1)"),
        ({"aws:ec2spot:fleet-request-id": "sfr-1"}, "a Spot Fleet (request sfr-1)"),
        ({"aws:ecs:capacityProviderName": "gpu"}, "Amazon ECS (capacity provider gpu)"),
        (
            {"sagemaker:domain-arn": "arn:aws:sagemaker:us-east-1:123456789012:domain/d-1", "team": "ranking"},
            "SageMaker Studio (domain d-1)",
        ),
        ({"team": "ranking"}, None),
    ],
)
def test_a_controller_is_known_by_its_tags(tags: dict[str, str], said: str | None) -> None:
    found = launcher("i-1", tags)

    assert (found and str(found)) == said


def test_the_group_of_a_compute_environment_has_its_name() -> None:
    assert str(launcher(BATCH, {"AWSBatchServiceTag": "batch"})).startswith("AWS Batch (compute environment training-")


def test_a_stack_leaves_sizes_alone_and_a_node_pool_does_not() -> None:
    stack = launcher("i-1", {"aws:cloudformation:stack-name": "legacy"})
    pool = launcher("i-1", {"karpenter.sh/nodepool": "gpu"})

    assert (stack and stack.scales, pool and pool.scales) == (False, True)


def test_a_disk_that_goes_with_its_machine_has_the_machines_controller() -> None:
    pool = Launcher("Karpenter", "node pool", "gpu")

    def live(kind: str, id_: str, by: Launcher | None = None, **spec: Value) -> Resource:
        return Resource("aws", "dev", "us-east-1", kind, id_, None, Attributes(spec), Attributes(), None, None, by)

    machine = live("aws_instance", "i-1", pool)
    root, kept = live("aws_ebs_volume", "vol-1", deleted_with=("i-1",)), live("aws_ebs_volume", "vol-2")
    claim = live("aws_ebs_volume", "vol-3", Launcher("Kubernetes", "volume claim", "data"), deleted_with=("i-1",))

    found = with_disks([root, kept, claim, machine])

    assert [str(one.launched_by) if one.launched_by else None for one in found] == [
        str(pool),
        None,
        str(claim.launched_by),
        str(pool),
    ]
