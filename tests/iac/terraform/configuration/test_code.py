"""What an edit changes, root by root, and who outside the configured roots may be reached."""

from collections.abc import Callable

import pytest

from remediator.config import RootConfig
from remediator.iac.terraform.configuration.code import Code, labelled
from remediator.iac.terraform.configuration.outsiders import outsiders
from remediator.iac.terraform.configuration.traces import Followed, follow
from remediator.iac.terraform.index import build
from remediator.iac.terraform.language.places import Place
from remediator.model import Attributes, StateAddress, StateResource

MakeCode = Callable[..., Code]
DEV, PROD = RootConfig(path="envs/dev", state="dev"), RootConfig(path="envs/prod", state="prod")
INSTANCE = 'resource "aws_instance" "{}" {{\n  instance_type = {}\n}}\n'
SIZE = 'variable "size" {{\n  default = "{}"\n}}\n'


def held(address: str, root: RootConfig = DEV, key: str | int | None = None, module: str = "") -> StateResource:
    type_, name = address.split(".")
    at = StateAddress("infra", root.path, root.state, root.workspace, "l", 1, module, "managed", type_, name, key)
    return StateResource(at, "i-1", None, Attributes())


def followed(code: Code, address: str, path: str = "instance_type") -> Followed:
    return follow(code, code.root(code.roots[0]).instances[address], path)


def reached(code: Code, address: str, path: str = "instance_type") -> tuple[str, ...]:
    """What else would change if the literal behind an attribute of the first root's instance became another."""
    root = code.roots[0]
    found = followed(code, address, path)
    assert found.trace.unresolved is None, found.trace.unresolved
    at, _ = found.spots[0]
    assert isinstance(at, Place)
    text = code.index.files[at.path].encoded.text
    changed = code.reached({at.path: text[: at.start] + b'"other"' + text[at.end :]})
    assert not isinstance(changed, str), changed
    inside = [labelled(where, difference.address, root) for where, difference in changed]
    outside = outsiders(code.index, code.roots, found.trace.locations[-1])
    return tuple(a for a in dict.fromkeys([*inside, *outside]) if a != address)


def test_a_literal_in_a_resource_reaches_nothing_else(make_code: MakeCode) -> None:
    code = make_code({"envs/dev/main.tf": INSTANCE.format("a", '"x"') + INSTANCE.format("b", '"x"')}, DEV)
    assert reached(code, "aws_instance.a") == ()


def test_the_other_instances_of_a_repeated_block(make_code: MakeCode) -> None:
    text = INSTANCE.format("a", '"x"').replace("{\n", '{\n  for_each = toset(["one", "two"])\n', 1)
    code = make_code({"envs/dev/main.tf": text}, DEV)
    assert reached(code, 'aws_instance.a["one"]') == ('aws_instance.a["two"]',)


def test_instances_that_only_the_state_knows(make_code: MakeCode) -> None:
    text = INSTANCE.format("a", '"x"').replace("{\n", "{\n  for_each = var.them\n", 1) + 'variable "them" {}\n'
    states = [held("aws_instance.a", key=key) for key in ("one", 'odd"key')]
    code = make_code({"envs/dev/main.tf": text}, DEV, states=states)
    assert reached(code, 'aws_instance.a["one"]') == ('aws_instance.a["odd\\"key"]',)


def test_a_resource_that_copies_the_attribute_of_another(make_code: MakeCode) -> None:
    text = INSTANCE.format("a", '"x"') + INSTANCE.format("b", "aws_instance.a.instance_type")
    code = make_code({"envs/dev/main.tf": text + INSTANCE.format("c", "aws_instance.a.id")}, DEV)
    assert reached(code, "aws_instance.a") == ("aws_instance.b",)


def test_a_variable_through_locals_templates_and_dynamic_blocks(make_code: MakeCode) -> None:
    code = make_code(
        {
            "envs/dev/main.tf": INSTANCE.format("a", "var.size"),
            "envs/dev/vars.tf": SIZE.format("x") + 'locals {\n  s = "${var.size}"\n  t = "<${local.s}>"\n}\n',
            "envs/dev/more.tf": INSTANCE.format("b", "local.t")
            + INSTANCE.format("other", "var.size_of_other")
            + 'resource "aws_launch_template" "c" {\n  dynamic "x" {\n    for_each = [var.size]\n    content {\n'
            + "      y = x.value\n    }\n  }\n}\n",
        },
        DEV,
    )
    assert reached(code, "aws_instance.a") == ("aws_instance.b", "aws_launch_template.c")


MODULE = {
    "modules/m/main.tf": SIZE.format("x") + INSTANCE.format("a", "var.size"),
    "envs/dev/main.tf": 'module "one" {\n  source = "../../modules/m"\n}\n'
    'module "two" {\n  source = "../../modules/m"\n  size = "y"\n}\n',
    "envs/prod/main.tf": 'module "one" {\n  source = "../../modules/m"\n}\n',
}


def test_a_default_of_a_module_reaches_every_caller_that_does_not_set_it(make_code: MakeCode) -> None:
    assert reached(make_code(MODULE, DEV, PROD), "module.one.aws_instance.a") == (
        "envs/prod: module.one.aws_instance.a",
    )
    assert reached(make_code(MODULE, DEV), "module.one.aws_instance.a") == (
        "envs/prod/main.tf:1 (module.one), outside the configured roots",
    )


def test_a_literal_in_a_module_reaches_every_use_of_it(make_code: MakeCode) -> None:
    files = MODULE | {
        "modules/m/main.tf": INSTANCE.format("a", '"x"'),
        "envs/dev/main.tf": MODULE["envs/dev/main.tf"].replace("{\n", '{\n  for_each = toset(["k", "l"])\n', 1),
    }
    assert set(reached(make_code(files, DEV, PROD), 'module.one["k"].aws_instance.a')) == {
        'module.one["l"].aws_instance.a',
        "module.two.aws_instance.a",
        "envs/prod: module.one.aws_instance.a",
    }


def test_a_module_argument_reaches_what_that_call_makes(make_code: MakeCode) -> None:
    both = SIZE.format("x") + INSTANCE.format("a", "var.size") + INSTANCE.format("b", "var.size")
    code = make_code(MODULE | {"modules/m/main.tf": both}, DEV, PROD)
    assert reached(code, "module.two.aws_instance.a") == ("module.two.aws_instance.b",)


def test_what_is_passed_to_a_module_from_elsewhere_counts_and_so_does_what_decides_a_count(make_code: MakeCode) -> None:
    code = make_code(
        {
            "modules/m/main.tf": SIZE.format("x") + INSTANCE.format("a", "var.size"),
            "envs/dev/main.tf": SIZE.format("y")
            + 'module "one" {\n  source = "../../modules/m"\n  size = var.size\n}\n'
            + 'module "far" {\n  source = "terraform-aws-modules/x/aws"\n  size = var.size\n}\n'
            + 'module "many" {\n  source = "../../modules/m"\n  count = var.size == "y" ? 1 : 0\n}\n',
        },
        DEV,
    )
    assert set(reached(code, "module.one.aws_instance.a")) == {"module.far", "module.many[0].aws_instance.a"}


def test_an_output_carries_the_value_out_of_the_module(make_code: MakeCode) -> None:
    inside = SIZE.format("x") + INSTANCE.format("a", "var.size") + 'output "size" {\n  value = var.size\n}\n'
    inside += 'output "other" {\n  value = "y"\n}\n'
    outside = INSTANCE.format("b", "module.one.size") + INSTANCE.format("c", "module.one.other")
    calls = 'module "one" {\n  source = "../../modules/m"\n}\n'
    code = make_code({"modules/m/main.tf": inside, "envs/dev/main.tf": calls + outside}, DEV)
    assert reached(code, "module.one.aws_instance.a") == ("aws_instance.b",)


SHARED = {
    "envs/dev/main.tf": SIZE.format("x") + INSTANCE.format("a", "var.size") + INSTANCE.format("b", "var.size"),
    "envs/dev/blue.tfvars": 'size = "blue"\n',
    "envs/dev/terraform.tfvars": 'size = "all"\n',
}


def test_variable_files_reach_only_the_roots_that_take_their_value(make_code: MakeCode) -> None:
    plain = RootConfig(path="envs/dev", state="a")
    blue = RootConfig(path="envs/dev", state="b", workspace="blue", var_files=("blue.tfvars",))
    assert reached(make_code(SHARED, plain, blue), "aws_instance.a") == ("aws_instance.b",)
    assert reached(make_code(SHARED, blue, plain), "aws_instance.a") == ("aws_instance.b",)


def test_another_workspace_of_the_same_root_is_named(make_code: MakeCode) -> None:
    blue = RootConfig(path="envs/dev", state="b", workspace="blue")
    code = make_code({"envs/dev/main.tf": INSTANCE.format("a", '"x"')}, DEV, blue)
    assert reached(code, "aws_instance.a") == ("envs/dev (workspace blue): aws_instance.a",)


def test_variable_files_that_no_root_uses_are_outsiders_of_a_default(make_code: MakeCode) -> None:
    files = {"envs/dev/main.tf": SIZE.format("x") + INSTANCE.format("a", "var.size"), "envs/dev/p.tfvars": "x = 1\n"}
    assert reached(make_code(files, DEV), "aws_instance.a") == (
        "envs/dev with envs/dev/p.tfvars, outside the configured roots",
    )


def test_a_link_to_code_makes_it_part_of_the_folder(make_blobs: type, make_code: MakeCode) -> None:
    blobs = make_blobs({"shared/a.tf": INSTANCE.format("a", '"x"'), "envs/dev/main.tf": "", "envs/prod/main.tf": ""})
    index = build(
        "r", "c", blobs.entries, blobs.read, None, None, {"envs/dev/a.tf": "shared/a.tf", "z/a.tf": "shared/a.tf"}
    )
    code = Code(index, blobs.contents.__getitem__, (DEV, PROD))
    assert set(code.root(DEV).instances) == {"aws_instance.a"}
    assert code.root(PROD).instances == {}
    assert reached(code, "aws_instance.a") == ("z, which links to it and is no configured root",)


def test_a_variable_file_that_is_missing_is_said(make_code: MakeCode) -> None:
    root = RootConfig(path="envs/dev", state="s", var_files=("prod.tfvars",))
    code = make_code({"envs/dev/main.tf": INSTANCE.format("a", '"x"')}, root)
    assert code.root(root).refused == (
        "the variable file envs/dev/prod.tfvars is not in the repository; mend var_files"
    )


def test_a_module_that_calls_itself_ends(make_code: MakeCode) -> None:
    text = SIZE.format("x") + INSTANCE.format("a", "var.size")
    again = 'module "again" {\n  source = "../m"\n  size = var.size\n}\n'
    code = make_code(MODULE | {"modules/m/main.tf": text + again}, DEV)
    assert "module.again calls the module that it stands in" in (code.root(DEV).refused or "")


@pytest.mark.timeout(20)
def test_a_forest_of_calls_is_cut_short(make_code: MakeCode) -> None:
    files = {"envs/dev/main.tf": 'module "m0" {\n  source = "../../m0"\n}\n'}
    for level in range(16):
        files[f"m{level}/main.tf"] = "".join(
            f'module "m{level + 1}" {{\n  source = "../m{level + 1}"\n}}\n'.replace('"m', f'"{side}m', 1)
            for side in ("a", "b")
        )
    files["m16/main.tf"] = INSTANCE.format("a", '"x"')
    refused = make_code(files, DEV).root(DEV).refused
    assert refused == "its expressions take more steps than are allowed; take the root apart"


@pytest.mark.timeout(20)
def test_locals_that_refer_to_each_other_end(make_code: MakeCode) -> None:
    text = INSTANCE.format("a", "local.a") + INSTANCE.format("b", '"x"') + "locals {\n  a = local.b\n  b = local.a\n}\n"
    code = make_code({"envs/dev/main.tf": text}, DEV)
    assert followed(code, "aws_instance.a").trace.unresolved == "local.a refers to itself (envs/dev/main.tf:2)"
    assert reached(code, "aws_instance.b") == ()


def steps(first: str, step: str, count: int = 60) -> str:
    """Locals of which each is made of the one before it; `@` and `#` stand for their numbers."""
    lines = [step.replace("@", str(n + 1)).replace("#", str(n)) for n in range(count)]
    return "locals {\n" + "\n".join([first, *lines]) + "\n}\n"


GROWING = {
    "a text that doubles": steps('a0 = "xxxxxxxxxx"', 'a@ = "${local.a#}${local.a#}"'),
    "a list that doubles": steps("a0 = [1, 2]", "a@ = concat(local.a#, local.a#)"),
    "an object that doubles": steps("a0 = { x = 1 }", "a@ = { l = local.a#, r = local.a# }"),
    "loops in loops": "locals {\n  a   = range(1000)\n  a60 = [for x in local.a : [for y in local.a : local.a]]\n}\n",
    "a long chain": steps("a60 = local.b3000\nb0 = 1", "b@ = local.b#", 3000),
}


@pytest.mark.timeout(30)
@pytest.mark.parametrize("text", GROWING.values(), ids=GROWING)
def test_what_grows_without_end_is_unknown_in_bounded_time(make_code: MakeCode, text: str) -> None:
    code = make_code({"envs/dev/main.tf": INSTANCE.format("a", "local.a60") + INSTANCE.format("b", '"x"') + text}, DEV)
    assert followed(code, "aws_instance.a").trace.unresolved is not None
