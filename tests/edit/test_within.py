"""Values written inside expressions: map entries, optional defaults, lookups, conditionals, variable files."""

import pytest

from remediator.config import RootConfig
from remediator.edit.splice import apply_edits
from remediator.model import Role, SetAttribute

SMALLER = SetAttribute("instance_type", "m5.4xlarge", "m5.2xlarge")
LARGE = {"instance_type": "m5.4xlarge"}


def web(size: str, more: str = "") -> str:
    return f'resource "aws_instance" "web" {{\n{more}  instance_type = {size}\n}}\n'


def test_an_entry_of_a_map_by_a_key_that_a_variable_gives(code):
    text = web("local.sizes[var.env]") + (
        'variable "env" {\n  default = "prod"\n}\n'
        'locals {\n  sizes = {\n    dev     = "t3.micro"\n    prod    = "m5.4xlarge" # busy\n'
        '    staging = "t3.small"   # idle\n  }\n}\n'
    )
    here = code({"main.tf": text})

    made = here.draft("aws_instance.web", SMALLER, state=LARGE)

    assert here.shown(made) == ('-    prod    = "m5.4xlarge" # busy\n+    prod    = "m5.2xlarge" # busy\n')
    assert made.traces[0].conditions == ('var.env is "prod"',)
    assert [x.role for x in made.traces[0].locations] == [Role.ATTRIBUTE, Role.MAP_ENTRY]


def test_one_key_of_a_for_each_map(code):
    text = web("each.value.type", '  for_each = { a = { type = "m5.4xlarge" }, b = { type = "m5.4xlarge" } }\n')
    here = code({"main.tf": text})

    made = here.draft('aws_instance.web["b"]', SMALLER, state=LARGE, others=['aws_instance.web["a"]'])

    assert here.shown(made) == (
        '-  for_each = { a = { type = "m5.4xlarge" }, b = { type = "m5.4xlarge" } }\n'
        '+  for_each = { a = { type = "m5.4xlarge" }, b = { type = "m5.2xlarge" } }\n'
    )


LOCAL = """
    locals {
      size = "m5.4xlarge"
    }
"""


@pytest.mark.parametrize(
    ("size", "inside"),
    [
        ("local.s.a", '{{\n    a = "${{local.m5}}.{size}" # one\n    b = "m5" # two\n  }}'),
        ("local.s.a", '{{\n    a = join(".", ["m5", "{size}"]) # one\n    b = "m5" # two\n  }}'),
        ("local.s.a", '{{\n    a = true ? "m5.{size}" : "" # one\n    b = "m5" # two\n  }}'),
        ("local.s.a.b", '{{\n    a = {{ c = 1, b = "m5.{size}" }} # one\n    b = "m5" # two\n  }}'),
        ("local.s[1]", '[\n    "m5", # one\n    "m5.{size}", # two\n    "r5", # three\n  ]'),
        ("local.s[0].a", '[\n    {{ a = "m5.{size}" }}, # one\n    {{ a = "m5" }}, # two\n  ]'),
        ("local.s", 'format(\n    "%s.%s", # one\n    "m5", # two\n    "{size}", # three\n  )'),
    ],
)
def test_comments_inside_an_expression_stay_in_their_column(code, formatted, size, inside):
    for before, after in (("4xlarge", "large"), ("large", "24xlarge")):
        texts = [
            f'{web(size)}locals {{\n  m5 = "m5"\n  s = {inside.format(size=name)}\n}}\n' for name in (before, after)
        ]
        files = formatted({"before.tf": texts[0].encode(), "after.tf": texts[1].encode()})
        here = code({"main.tf": files["before.tf"]})
        change = SetAttribute("instance_type", f"m5.{before}", f"m5.{after}")

        made = here.draft("aws_instance.web", change, state={"instance_type": f"m5.{before}"})

        assert made.doubts == ()
        assert apply_edits(here.contents, made.edits) == {"main.tf": files["after.tf"]}


FLEET = """
    module "fleet" {
      source = "./m"
      machines = {
        a = {
          disk = 10
        }
        b = {
          disk = 20
        }
      }
    }
"""
OPTIONAL = """
    variable "machines" {
      type = map(object({
        disk = number
        size = optional(string, "m5.4xlarge")
      }))
    }
    resource "aws_instance" "this" {
      for_each      = var.machines
      instance_type = each.value.size
    }
"""


def test_the_default_of_an_optional_attribute_is_overridden_for_the_one_key(code):
    here = code({"main.tf": FLEET, "m/main.tf": OPTIONAL})

    made = here.draft('module.fleet.aws_instance.this["a"]', SMALLER, state=LARGE)
    both = here.draft(
        'module.fleet.aws_instance.this["a"]', SMALLER, state=LARGE, also=['module.fleet.aws_instance.this["b"]']
    )

    assert here.shown(made) == '+      size = "m5.2xlarge"\n'
    assert made.edits[0].path == "main.tf"
    assert here.shown(both) == (
        '-    size = optional(string, "m5.4xlarge")\n+    size = optional(string, "m5.2xlarge")\n'
    )
    assert both.traces[0].siblings == ('module.fleet.aws_instance.this["b"]',)


@pytest.mark.parametrize(
    ("size", "entry"),
    [
        ('lookup(each.value, "size", "m5.4xlarge")', "size"),
        ('try(each.value.size, "m5.4xlarge")', "size"),
        ('lookup(each.value, "instance type", "m5.4xlarge")', '"instance type"'),
        ('merge({ size = "m5.4xlarge" }, each.value).size', "size"),
        ('merge({ size = "m5.4xlarge", disk = 2 }, { disk = 3 }, each.value, {}).size', "size"),
    ],
)
def test_a_default_beside_the_map_is_overridden_for_the_one_key(code, size, entry):
    here = code({"main.tf": web(size, "  for_each      = { a = { disk = 1 }, b = {} }\n")})

    one = here.draft('aws_instance.web["a"]', SMALLER, state=LARGE)
    empty = here.draft('aws_instance.web["b"]', SMALLER, state=LARGE)

    assert f'+  for_each      = {{ a = {{ disk = 1, {entry} = "m5.2xlarge" }}, b = {{}} }}\n' in here.shown(one)
    assert f'+  for_each      = {{ a = {{ disk = 1 }}, b = {{ {entry} = "m5.2xlarge" }} }}\n' in here.shown(empty)


@pytest.mark.parametrize("eol", ["\n", "\r\n"])
@pytest.mark.parametrize("inside", ["", "      # none yet\n", "\n"])
def test_an_entry_in_an_object_that_is_empty_over_several_lines(code, eol, inside):
    text = f"locals {{\n  them = {{\n    a = {{\n{inside}    }}\n    b = {{}}\n  }}\n}}\n"
    text += 'resource "aws_instance" "s" {\n  for_each      = local.them\n'
    text += '  instance_type = lookup(each.value, "type", "m5.4xlarge")\n}\n'
    here = code({"main.tf": text.replace("\n", eol).encode()})

    made = here.draft('aws_instance.s["a"]', SMALLER, state=LARGE)

    assert here.shown(made) == '+      type = "m5.2xlarge"' + eol


def test_the_side_of_a_conditional_that_is_taken(code):
    here = code({"main.tf": web('var.big ? "m5.4xlarge" : "t3.micro"') + 'variable "big" {\n  default = true\n}\n'})

    made = here.draft("aws_instance.web", SMALLER, state=LARGE)

    assert '+  instance_type = var.big ? "m5.2xlarge" : "t3.micro"\n' in here.shown(made)
    assert made.traces[0].conditions == ("var.big is true",)


def test_a_default_that_two_roots_share_gets_an_entry_in_the_right_variable_file(code):
    roots = [
        RootConfig(path="env", state=name, workspace=name, var_files=(f"{name}.tfvars",))
        for name in ("default", "prod")
    ]
    here = code(
        {
            "env/main.tf": web("var.size") + 'variable "size" {\n  default = "m5.4xlarge"\n}\nvariable "region" {}\n',
            "env/default.tfvars": 'region = "us-east-1"\n',
            "env/prod.tfvars": 'region = "us-east-1"',
        },
        roots,
    )

    made = here.draft("aws_instance.web", SMALLER, state=LARGE)

    assert here.shown(made) == '+size   = "m5.2xlarge"\n'
    assert [(x.path, x.role) for x in made.locations] == [("env/default.tfvars", Role.TFVARS)]


def test_a_literal_that_decides_something_else_too_is_left_alone(code):
    text = web("local.size") + (
        'locals {\n  size = "m5.4xlarge"\n}\n'
        'resource "aws_ebs_volume" "scratch" {\n  count = local.size == "m5.4xlarge" ? 1 : 0\n  size  = 10\n}\n'
    )
    made = code({"main.tf": text}).draft("aws_instance.web", SMALLER, state=LARGE)

    assert made.doubts == ("main.tf:5: local local.size would also change aws_ebs_volume.scratch[0]",)


def test_prod_is_edited_where_the_finding_is_prods(code):
    trainer = 'resource "aws_instance" "trainer" {\n  instance_type = "m5.4xlarge"\n}\n'
    roots = [RootConfig(path="envs/prod", state="p"), RootConfig(path="envs/dev", state="d")]
    here = code({"envs/dev/main.tf": trainer, "envs/prod/main.tf": trainer}, roots)

    made = here.draft("aws_instance.trainer", SMALLER, state=LARGE)

    assert [edit.path for edit in made.edits] == ["envs/prod/main.tf"]


UNSHOWN = "it is sensitive, so neither it nor where it comes from is shown"


@pytest.mark.parametrize("sensitive", ["true", "false"])
def test_a_sensitive_variable_that_decides_is_not_shown(code, sensitive):
    files = {
        "main.tf": f"""
            variable "tier" {{
              sensitive = {sensitive}
              default   = "gold"
            }}
            locals {{
              sizes = {{
                gold = "m5.4xlarge"
              }}
            }}
            resource "aws_instance" "a" {{
              instance_type = local.sizes[var.tier]
            }}
        """
    }
    made = code(files).draft("aws_instance.a", SMALLER, state=LARGE)

    (trace,) = made.traces
    if sensitive == "true":
        assert made.doubts == (f"main.tf:11: instance_type has no single literal: {UNSHOWN}",)
        assert (trace.value, trace.conditions, [at.start_line for at in trace.locations]) == (None, (), [11])
    else:
        assert made.doubts == ()
        assert trace.conditions == ('var.tier is "gold"',)


@pytest.mark.parametrize("way", ["local", "module"])
def test_a_sensitive_value_is_hidden_whichever_way_it_comes(code, way):
    passed = "var.settings.tier" if way == "module" else "local.tier"
    module = """
        variable "tier" {}
        locals {
          sizes = {
            gold-contract = "m5.4xlarge"
          }
          named = "${var.tier}"
        }
        resource "aws_instance" "a" {
          instance_type = local.sizes[local.named]
        }
    """
    root = f"""
        variable "settings" {{
          sensitive = true
          default   = {{ tier = "gold-contract" }}
        }}
        locals {{
          tier = var.settings.tier
        }}
        module "vm" {{
          source = "./vm"
          tier   = {passed}
        }}
    """

    made = code({"main.tf": root, "vm/main.tf": module}).draft("module.vm.aws_instance.a", SMALLER, state=LARGE)

    (trace,) = made.traces
    assert not made.edits
    assert trace.unresolved == UNSHOWN
    assert "gold-contract" not in repr(made)
    assert "m5.4xlarge" not in repr(made.traces)


@pytest.mark.parametrize(
    ("declared", "expression"),
    [
        ('variable "n" {\n  sensitive = true\n  default   = 773311\n}', "var.n"),
        ('variable "n" {\n  sensitive = true\n  default   = 773311\n}', "var.n + 1"),
        ('variable "n" {\n  sensitive = true\n  default   = 773311\n}', 'format("%d", var.n)'),
        ('variable "n" {\n  sensitive = true\n  default   = 773311\n}', "{ a = var.n }.a"),
        ('variable "n" {\n  ephemeral = true\n  default   = 773311\n}', "var.n"),
        ("locals {\n  n = sensitive(773311)\n}", "local.n"),
        ("locals {\n  n = [773311]\n}", "[773311, 773312][index(local.n, sensitive(773311))]"),
        ("", "tonumber(tolist([sensitive(773311)])[0])"),
        ("", 'lookup({ a = 773311 }, sensitive("a"))'),
        ("", 'tonumber(regex("[0-9]+", sensitive("x773311")))'),
        ("", '{}[sensitive("k773311")]'),
        ("", 'file("../../${sensitive("773311")}")'),
    ],
)
def test_no_sensitive_number_or_text_is_told_however_it_is_made(code, declared, expression):
    volume = f'resource "aws_ebs_volume" "a" {{\n  size = {expression}\n}}\n'
    made = code({"main.tf": f"{declared}\n{volume}"}).draft("aws_ebs_volume.a", SetAttribute("size", 773311, 500))

    assert not made.edits
    assert made.doubts
    assert "773311" not in repr((made.traces, made.locations)) + "".join(made.doubts)


def test_a_missing_key_that_is_sensitive_is_not_shown(code):
    files = {
        "main.tf": """
            variable "tier" {
              sensitive = true
              default   = "gold-contract"
            }
            locals {
              tier  = var.tier
              sizes = { silver = "m5.4xlarge" }
            }
            resource "aws_instance" "a" {
              instance_type = local.sizes[local.tier]
            }
        """
    }

    made = code(files).draft("aws_instance.a", SMALLER, state=LARGE)

    assert made.doubts
    assert not any("gold-contract" in doubt for doubt in made.doubts)


@pytest.mark.parametrize("workspace", ["default", "prod"])
def test_workspaces_that_no_root_names_are_said_to_read_the_code_too(code, workspace):
    roots = [
        RootConfig(path="env", state="p", workspace=workspace),
        RootConfig(path="env", state="s", workspace="stage"),
    ]
    files = {"env/main.tf": web('terraform.workspace == "stage" ? "t3.small" : local.size') + LOCAL}

    made = code(files, roots).draft("aws_instance.web", SMALLER, state=LARGE)

    said = 'the workspace is "prod" (others of env than prod, stage, if there are any, read this code too)'
    assert made.doubts == ()
    assert (said in made.traces[0].conditions) == (workspace == "prod")
