from collections.abc import Callable, Mapping

import pytest
from remediator.iac.terraform.siblings import siblings

from remediator.config import RootConfig
from remediator.iac.terraform.evaluate import find_site, trace_value
from remediator.iac.terraform.index import RepositoryIndex
from remediator.model import Attributes, StateAddress, StateResource

Make = Callable[[Mapping[str, str]], RepositoryIndex]
DEV, PROD = RootConfig(path="envs/dev", state="dev"), RootConfig(path="envs/prod", state="prod")
INSTANCE = 'resource "aws_instance" "{}" {{\n  instance_type = {}\n}}\n'
SIZE = 'variable "size" {{\n  default = "{}"\n}}\n'


def held(address: str, root: RootConfig = DEV, key: str | int | None = None, module: str = "") -> StateResource:
    type_, name = address.split(".")
    at = StateAddress("infra", root.path, root.state, root.workspace, "l", 1, module, "managed", type_, name, key)
    return StateResource(at, "i-1", None, Attributes())


def reached(
    index: RepositoryIndex,
    states: list[StateResource],
    roots: tuple[RootConfig, ...] = (DEV,),
    path: str = "instance_type",
) -> tuple[str, ...]:
    """What else the value of the first state's resource reaches."""
    at = states[0].at
    root = next(r for r in roots if (r.path, r.workspace) == (at.root, at.workspace))
    site = find_site(index, at.root, at)
    assert not isinstance(site, str), site
    trace = trace_value(index, root, site, path)
    assert trace.unresolved is None, trace.unresolved
    return siblings(index, roots, states, at, site, trace)


def test_a_literal_in_a_resource_reaches_nothing_else(make_index: Make) -> None:
    index = make_index({"envs/dev/main.tf": INSTANCE.format("a", '"x"') + INSTANCE.format("b", '"x"')})
    assert reached(index, [held("aws_instance.a"), held("aws_instance.b")]) == ()


def test_the_other_instances_of_a_repeated_block(make_index: Make) -> None:
    index = make_index({"envs/dev/main.tf": INSTANCE.format("a", '"x"')})
    states = [held("aws_instance.a", key=key) for key in ("one", "two", 3)]
    assert reached(index, states) == ('aws_instance.a["two"]', "aws_instance.a[3]")


def test_an_absent_attribute_reaches_the_instances_of_its_block(make_index: Make) -> None:
    index = make_index({"envs/dev/main.tf": INSTANCE.format("a", '"x"')})
    states = [held("aws_instance.a", key=key) for key in (0, 1)]
    assert reached(index, states, path="ebs_optimized") == ("aws_instance.a[1]",)


def test_a_resource_that_copies_the_attribute_of_another(make_index: Make) -> None:
    text = INSTANCE.format("a", '"x"') + INSTANCE.format("b", "aws_instance.a.instance_type")
    index = make_index({"envs/dev/main.tf": text + INSTANCE.format("c", "aws_instance.a.id")})
    assert reached(index, [held("aws_instance.a"), held("aws_instance.b")]) == ("aws_instance.b",)


def test_a_variable_through_locals_templates_and_nested_blocks(make_index: Make) -> None:
    index = make_index(
        {
            "envs/dev/main.tf": INSTANCE.format("a", "var.size"),
            "envs/dev/vars.tf": SIZE.format("x") + 'locals {\n  s = "${var.size}"\n  t = local.s\n}\n',
            "envs/dev/more.tf": INSTANCE.format("b", "local.t")
            + INSTANCE.format("other", "var.size_of_other")
            + 'resource "aws_launch_template" "c" {\n  dynamic "x" {\n    for_each = [var.size]\n  }\n}\n',
        }
    )
    found = reached(index, [held("aws_instance.a"), held("aws_instance.b")])
    assert set(found) == {"aws_instance.b", "aws_launch_template.c"}


MODULE = {
    "modules/m/main.tf": SIZE.format("x") + INSTANCE.format("a", "var.size"),
    "envs/dev/main.tf": 'module "one" {\n  source = "../../modules/m"\n}\n'
    'module "two" {\n  source = "../../modules/m"\n  size = "y"\n}\n',
    "envs/prod/main.tf": 'module "one" {\n  source = "../../modules/m"\n}\n',
}


def test_a_default_of_a_module_reaches_every_caller_that_does_not_set_it(make_index: Make) -> None:
    states = [
        held("aws_instance.a", module="module.one"),
        held("aws_instance.a", module="module.two"),
        held("aws_instance.a", PROD, module="module.one"),
    ]
    index = make_index(MODULE)
    assert reached(index, states, (DEV, PROD)) == ("envs/prod: module.one.aws_instance.a",)
    (stranger,) = reached(index, states)
    assert stranger == "envs/prod/main.tf:1 (module.one), outside the configured roots"


def test_a_literal_in_a_module_reaches_every_use_of_it(make_index: Make) -> None:
    index = make_index(MODULE | {"modules/m/main.tf": INSTANCE.format("a", '"x"')})
    states = [held("aws_instance.a", module=f"module.{name}") for name in ('one["k"]', 'one["l"]', "two")]
    assert set(reached(index, states, (DEV, PROD))) == {
        'module.one["l"].aws_instance.a',
        "module.two.aws_instance.a",
        "envs/prod: module.one.aws_instance.a",
    }


def test_a_module_argument_reaches_what_that_call_makes(make_index: Make) -> None:
    both = SIZE.format("x") + INSTANCE.format("a", "var.size") + INSTANCE.format("b", "var.size")
    index = make_index(MODULE | {"modules/m/main.tf": both})
    states = [held(f"aws_instance.{name}", module="module.two") for name in "ab"]
    states += [held("aws_instance.a", module="module.one"), held("aws_instance.a", PROD, module="module.one")]
    assert reached(index, states, (DEV, PROD)) == ("module.two.aws_instance.b",)


def test_an_argument_passed_down_from_a_variable_of_the_root(make_index: Make) -> None:
    index = make_index(
        {
            "modules/m/main.tf": SIZE.format("x") + INSTANCE.format("a", "var.size"),
            "envs/dev/main.tf": SIZE.format("y")
            + 'module "one" {\n  source = "../../modules/m"\n  size = var.size\n}\n'
            + 'module "far" {\n  source = "terraform-aws-modules/x/aws"\n  size = var.size\n}\n'
            + 'module "many" {\n  source = "../../modules/m"\n  count = var.size == "y" ? 1 : 0\n}\n',
        }
    )
    states = [held("aws_instance.a", module=m) for m in ("module.one", "module.far.module.x[0]", "module.many[0]")]
    assert set(reached(index, states)) == {
        "module.far.module.x[0].aws_instance.a",
        "module.many[0].aws_instance.a",
    }


def test_an_output_carries_the_value_out_of_the_module(make_index: Make) -> None:
    inside = SIZE.format("x") + INSTANCE.format("a", "var.size") + 'output "size" {\n  value = var.size\n}\n'
    outside = INSTANCE.format("b", "module.one[0].size") + INSTANCE.format("c", "module.one[0].id")
    calls = 'module "one" {\n  source = "../../modules/m"\n}\n'
    index = make_index({"modules/m/main.tf": inside, "envs/dev/main.tf": calls + outside})
    states = [held("aws_instance.a", module="module.one"), held("aws_instance.b"), held("aws_instance.c")]
    assert reached(index, states) == ("aws_instance.b",)


SHARED = {
    "envs/dev/main.tf": SIZE.format("x") + INSTANCE.format("a", "var.size") + INSTANCE.format("b", "var.size"),
    "envs/dev/blue.tfvars": 'size = "blue"\n',
    "envs/dev/terraform.tfvars": 'size = "all"\n',
}


def test_variable_files_reach_only_the_roots_that_take_their_value(make_index: Make) -> None:
    plain = RootConfig(path="envs/dev", state="a")
    blue = RootConfig(path="envs/dev", state="b", workspace="blue", var_files=("blue.tfvars",))
    states = [held(f"aws_instance.{name}", root) for root in (plain, blue) for name in "ab"]
    assert reached(make_index(SHARED), states, (plain, blue)) == ("aws_instance.b",)
    assert reached(make_index(SHARED), states[2:], (plain, blue)) == ("aws_instance.b",)


def test_another_workspace_of_the_same_root_is_named(make_index: Make) -> None:
    blue = RootConfig(path="envs/dev", state="b", workspace="blue")
    index = make_index({"envs/dev/main.tf": INSTANCE.format("a", '"x"')})
    states = [held("aws_instance.a"), held("aws_instance.a", blue)]
    assert reached(index, states, (DEV, blue)) == ("envs/dev (workspace blue): aws_instance.a",)


def test_variable_files_that_no_root_uses_are_unknown_siblings(make_index: Make) -> None:
    index = make_index({"envs/dev/main.tf": INSTANCE.format("a", '"x"'), "envs/dev/p.tfvars": "x = 1\n"})
    assert reached(index, [held("aws_instance.a")]) == (
        "envs/dev with envs/dev/p.tfvars, outside the configured roots",
    )


def test_a_module_that_calls_itself_ends(make_index: Make) -> None:
    text = SIZE.format("x") + INSTANCE.format("a", "var.size")
    again = 'module "again" {\n  source = "../m"\n  size = var.size\n}\n'
    index = make_index(MODULE | {"modules/m/main.tf": text + again})
    states = [held("aws_instance.a", module=m) for m in ("module.one", "module.one.module.again")]
    assert "module.one.module.again.aws_instance.a" in reached(index, states)


@pytest.mark.timeout(20)
def test_a_forest_of_calls_is_cut_short(make_index: Make) -> None:
    files = {"envs/dev/main.tf": 'module "m0" {\n  source = "../../m0"\n}\n'}
    for level in range(16):
        files[f"m{level}/main.tf"] = "".join(
            f'module "m{level + 1}" {{\n  source = "../m{level + 1}"\n}}\n'.replace('"m', f'"{side}m', 1)
            for side in ("a", "b")
        )
    files["m16/main.tf"] = INSTANCE.format("a", '"x"')
    module = "module.m0." + ".".join(f"module.am{level}" for level in range(1, 17))
    found = reached(make_index(files), [held("aws_instance.a", module=module)])
    assert found[-1] == "more module instances of m16 than can be listed"
