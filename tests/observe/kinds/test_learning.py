"""SageMaker's kinds: endpoints and their configurations, notebooks, apps, training jobs."""

from datetime import UTC, datetime

import pytest

from tests.observe.kinds.conftest import ROLE


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
