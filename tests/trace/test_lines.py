"""The lines whose history is asked for: of the block, of the call, and of the value."""

import pytest

from remediator.iac.terraform.sites import find_site
from remediator.model import Role, SetAttribute, SourceLocation, StateAddress
from remediator.trace.lines import chain_of, lines_of

FILES = {
    "envs/dev/main.tf": '# head\nmodule "box" {\n  source = "../../modules/box"\n  type   = "m5.large"\n}\n',
    "envs/dev/dev.tfvars": 'type = "m5.large"\n',
    "modules/box/main.tf": (
        'resource "aws_instance" "this" {\n'
        "  instance_type = var.type\n"
        "  root_block_device {\n    iops = 1\n  }\n"
        "  ebs_block_device {\n    iops = 1\n  }\n"
        "  ebs_block_device {\n    iops = 2\n  }\n"
        "}\n"
    ),
}


@pytest.fixture
def traced(repository, index_of, make_change):
    """The lines of a change of an attribute of the module's instance, whose edit goes to some places."""
    repository.commit(FILES)
    index = index_of(repository.sync())
    at = StateAddress("infra", "envs/dev", "s", "d", "l", 1, "module.box", "managed", "aws_instance", "this", None)
    site = find_site(index, "envs/dev", at)

    def lines(attribute: str, *edited: SourceLocation):
        change = make_change("this", "module.box", actions=(SetAttribute(attribute, 1, 2),))
        return lines_of("n", change, index, site, edited)

    lines.chain = chain_of(index, site)
    return lines


def place(path: str, line: int, role: Role = Role.LITERAL) -> SourceLocation:
    return SourceLocation("infra", "c", path, "b", 0, 1, line, line, role, "x")


@pytest.mark.parametrize(
    ("attribute", "edited", "value"),
    [
        ("instance_type", (), ("modules/box/main.tf", 2, "n:block")),
        ("root_block_device.iops", (), ("modules/box/main.tf", 4, "n:block")),
        ("ebs_block_device.iops", (), None),  # two blocks have it, and which is meant is not known
        ("monitoring", (), None),
        ("instance_type", (("envs/dev/main.tf", 4),), ("envs/dev/main.tf", 4, "n:call")),
        ("instance_type", (("envs/dev/dev.tfvars", 1),), ("envs/dev/dev.tfvars", 1, None)),
        ("instance_type", (("envs/dev/main.tf", 2, Role.MODULE_CALL),), ("modules/box/main.tf", 2, "n:block")),
    ],
)
def test_the_value_is_where_it_is_edited_or_else_set(traced, attribute: str, edited, value) -> None:
    found = traced(attribute, *(place(*one) for one in edited))

    assert (found.block.path, found.block.line, found.call.path, found.call.line) == (
        "modules/box/main.tf",
        1,
        "envs/dev/main.tf",
        2,
    )
    line = found.value
    assert (line and (line.path, line.line, line.header_key)) == value
    assert len(found.all()) == 2 + (value is not None)


def test_the_chain_has_the_calls_and_then_the_block(traced) -> None:
    assert [(step.address, step.path, step.start_line, step.role) for step in traced.chain] == [
        ("module.box", "envs/dev/main.tf", 2, Role.MODULE_CALL),
        ("aws_instance.this", "modules/box/main.tf", 1, Role.BLOCK),
    ]
