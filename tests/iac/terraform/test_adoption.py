import pytest

from remediator.iac.terraform.adoption import import_block
from remediator.iac.terraform.language.grammar import compiled
from remediator.model import Attributes, Resource


def resource(id_: str, name: str | None = None) -> Resource:
    tags = Attributes({"Name": name} if name is not None else {})
    return Resource("aws", "dev", "us-east-1", "aws_instance", id_, None, Attributes(), tags, None)


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


def test_a_service_is_imported_by_its_cluster_and_name() -> None:
    arn = "arn:aws:ecs:us-east-1:123456789012:service/ml/api"
    service = Resource("aws", "dev", "us-east-1", "aws_ecs_service", arn, arn, Attributes(), Attributes(), None)

    assert import_block(service)[2] == '  id = "ml/api"'


@pytest.mark.parametrize("hostile", ['a"b', '${file("x")}', "%{ if true }", "a\nb", "a\\", "```", "$${x}"])
def test_an_id_is_never_code(hostile: str) -> None:
    lines = import_block(resource(hostile))

    assert len(lines) == 4
    literal = lines[2].removeprefix("  id = ")
    value = compiled(literal)
    assert getattr(value, "value", None) == hostile
