import pytest

from remediator.iac.terraform.adoption import import_block
from remediator.iac.terraform.importing import IMPORTED, NOT_IMPORTED
from remediator.iac.terraform.language.grammar import compiled
from remediator.model import Attributes, Resource
from remediator.observe.kinds import KINDS


def resource(
    id_: str, name: str | None = None, kind: str = "aws_instance", spec: dict[str, str] | None = None
) -> Resource:
    tags = Attributes({"Name": name} if name is not None else {})
    return Resource("aws", "dev", "us-east-1", kind, id_, None, Attributes(spec or {}), tags, None)


def test_the_block_is_named_for_the_resource() -> None:
    assert import_block(resource("i-0abc", "Emil's GPU box")) == (
        "import {",
        "  to = aws_instance.emil_s_gpu_box",
        '  id = "i-0abc"',
        "}",
    )
    assert import_block(resource("i-0abc"))[1] == "  to = aws_instance.i_0abc"
    assert import_block(resource("i-0abc", "9 lives"))[1] == "  to = aws_instance.r_9_lives"
    assert import_block(resource("i-0abc", "機械"))[1] == "  to = aws_instance.adopted"


ECS, SCALING = "arn:aws:ecs:us-east-1:123456789012", "arn:aws:autoscaling:us-east-1:123456789012"


@pytest.mark.parametrize(
    ("kind", "id_", "spec", "imported"),
    [
        ("aws_ecs_service", f"{ECS}:service/ml/api", {}, "ml/api"),
        ("aws_ecs_service", f"{ECS}:service/api", {"cluster": f"{ECS}:cluster/ml"}, "ml/api"),
        (
            "aws_autoscaling_policy",
            f"{SCALING}:scalingPolicy:1:autoScalingGroupName/workers:policyName/out",
            {"autoscaling_group_name": "workers", "name": "out"},
            "workers/out",
        ),
        (
            "aws_autoscaling_schedule",
            f"{SCALING}:scheduledUpdateGroupAction:1:autoScalingGroupName/workers:scheduledActionName/night",
            {"autoscaling_group_name": "workers", "scheduled_action_name": "night"},
            "workers/night",
        ),
        (
            "aws_appautoscaling_target",
            "endpoint/rank/variant/all",
            {"scalable_dimension": "sagemaker:variant:DesiredInstanceCount"},
            "sagemaker/endpoint/rank/variant/all/sagemaker:variant:DesiredInstanceCount",
        ),
    ],
)
def test_an_id_is_written_as_the_provider_takes_it(kind: str, id_: str, spec: dict[str, str], imported: str) -> None:
    assert import_block(resource(id_, kind=kind, spec=spec))[2] == f'  id = "{imported}"'


def test_of_every_kind_that_is_observed_it_is_known_whether_it_can_be_imported() -> None:
    assert {kind.name for kind in KINDS} == {*IMPORTED, *NOT_IMPORTED}
    assert not IMPORTED.keys() & NOT_IMPORTED.keys()


@pytest.mark.parametrize(
    ("kind", "why"),
    [
        ("aws_ec2_capacity_block_reservation", "a capacity block cannot be imported: Terraform would buy another"),
        ("aws_sagemaker_training_job", "a training job ends by itself"),
        ("acme_thing", "whether Terraform can import acme_thing is not known here"),
    ],
)
def test_what_is_not_imported_says_why(kind: str, why: str) -> None:
    said = import_block(resource("cr-1", kind=kind))

    assert isinstance(said, str)
    assert said.startswith(why)


def test_another_provider_is_named() -> None:
    lines = import_block(resource("arn:aws:sagemaker:us-east-1:1:cluster/x", kind="awscc_sagemaker_cluster"))

    assert lines[:2] == ("# It takes the provider hashicorp/awscc.", "import {")


@pytest.mark.parametrize("hostile", ['a"b', '${file("x")}', "%{ if true }", "a\nb", "a\\", "```", "$${x}"])
def test_an_id_is_never_code(hostile: str) -> None:
    lines = import_block(resource(hostile))

    assert len(lines) == 4
    literal = lines[2].removeprefix("  id = ")
    value = compiled(literal)
    assert getattr(value, "value", None) == hostile
