"""What is sensitive decides nothing aloud: no value of it is shown in an edit or a reason."""

import pytest

from remediator.model import SetAttribute
from tests.edit.sizes import LARGE, SMALLER

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
