"""Units that nobody configured, and where their states are."""

from collections.abc import Callable
from dataclasses import replace

from remediator.config import RootConfig
from remediator.iac.terraform.backends import Known, discovered
from remediator.iac.terraform.configuration.root import evaluate_root
from remediator.iac.terraform.terragrunt.discovery import units_discovered
from remediator.iac.terraform.terragrunt.units import files_of, with_units

ROOT = """remote_state {
  backend = "s3"
  config = {
    bucket = "state-${local.account}"
    key    = "${path_relative_to_include()}/terraform.tfstate"
  }
}
locals {
  account = read_terragrunt_config(find_in_parent_folders("account.hcl")).locals.name
}
terraform {
  source = "${get_repo_root()}/modules/app"
}
"""
UNIT = "include {\n  path = find_in_parent_folders()\n}\n"
GENERATED = """generate "backend" {
  path      = "backend.tf"
  if_exists = "overwrite"
  contents  = <<EOF
terraform {
  backend "s3" {
    bucket = "b"
    key    = "${get_path_from_repo_root()}.tfstate"
  }
}
EOF
}
"""


def test_units_are_found_with_their_states(units: Callable[..., object]) -> None:
    made = units(
        {
            "live/terragrunt.hcl": ROOT,
            "live/account.hcl": 'locals {\n  name = "acme"\n}\n',
            "live/app/terragrunt.hcl": UNIT,
            "live/eu/db/terragrunt.hcl": UNIT,
            "alone/terragrunt.hcl": GENERATED,
            "alone/main.tf": "",
            "none/terragrunt.hcl": "",
            "none/main.tf": "",
            "plain/main.tf": 'terraform {\n  backend "s3" {\n    bucket = "b"\n    key = "k"\n  }\n}\n',
            "unknown/terragrunt.hcl": GENERATED.replace("get_path_from_repo_root()", 'get_env("X")'),
            "unknown/main.tf": "",
            "foreign/terragrunt.hcl": 'terraform {\n  source = "git::https://x/y.git"\n}\n',
            "json/terragrunt.hcl.json": "{}",
            "modules/app/main.tf": 'terraform {\n  backend "s3" {}\n}\n',
            "live/app/main.tf": "terraform {}\n",
        }
    )
    roots, unplaced = units_discovered(made.index, made.read, *discovered(made.index))
    assert roots == (
        RootConfig(path="alone", state="s3://b/alone.tfstate"),
        RootConfig(path="live/app", state="s3://state-acme/app/terraform.tfstate"),
        RootConfig(path="live/eu/db", state="s3://state-acme/eu/db/terraform.tfstate"),
        RootConfig(path="plain", state="s3://b/k"),
    )
    assert {one.path: one.reason for one in unplaced} == {
        "foreign": "foreign/terragrunt.hcl: the module comes from git::https://x/y.git (foreign/terragrunt.hcl:2), "
        "which is not in this repository",
        "unknown": "the s3 backend at unknown/terragrunt.hcl:1 does not write out its bucket and key; "
        "name the root's state yourself",
        "json": "json/terragrunt.hcl.json is written in JSON, which is not read; write it as terragrunt.hcl",
    }


def test_a_unit_behind_a_link_is_named(units: Callable[..., object]) -> None:
    made = units({"common/terragrunt.hcl": GENERATED, "common/main.tf": "", "app/main.tf": ""})
    index = with_units(replace(made.index, symlinks=frozenset({"app/terragrunt.hcl"}), units={}), made.read)
    _, unplaced = units_discovered(index, made.read, (), ())
    assert [one.reason for one in unplaced] == [
        "app/terragrunt.hcl is a symbolic link, which is not followed; put a file in its place"
    ]
    evaluated = evaluate_root(index, RootConfig(path="app", state="s"), files_of(index, made.read))
    assert evaluated.refused == unplaced[0].reason


def test_workspaces_of_units_and_services_of_configured_hosts(units: Callable[..., object]) -> None:
    given = 'remote_state {{\n  backend = "{}"\n  config = {{\n    {}\n  }}\n}}\n'
    url = "https://gitlab.acme.io/api/v4/projects/7/terraform/state/prod"
    made = units(
        {
            "app/terragrunt.hcl": given.format("s3", 'bucket = "b"\n    key = "app.tfstate"'),
            "app/main.tf": "",
            "web/terragrunt.hcl": given.format("http", f'address = "{url}"'),
            "web/main.tf": "",
        }
    )
    known = Known({"b": ["env:/gpu/app.tfstate", "app.tfstate"]}, ["gitlab.acme.io"])

    roots, unplaced = units_discovered(made.index, made.read, *discovered(made.index, known), known)

    assert unplaced == ()
    assert [(root.path, root.workspace, root.state) for root in roots] == [
        ("app", "default", "s3://b/app.tfstate"),
        ("app", "gpu", "s3://b/app.tfstate"),
        ("web", "default", url),
    ]


def test_an_attribute_says_where_the_state_is_as_a_block_does(units: Callable[..., object]) -> None:
    attribute = 'remote_state = {\n  backend = "s3"\n  config  = { bucket = "own", key = "app.tfstate" }\n}\n'
    made = units(
        {
            "live/root.hcl": ROOT.replace("${local.account}", "acme"),
            "live/app/terragrunt.hcl": f'include "root" {{\n  path = "../root.hcl"\n}}\n{attribute}',
            "live/other/terragrunt.hcl": 'remote_state = jsondecode(get_env("STATE"))\n',
            "live/other/main.tf": "",
            "modules/app/main.tf": "",
        }
    )
    roots, unplaced = units_discovered(made.index, made.read, *discovered(made.index))
    assert [root.state for root in roots] == ["s3://own/app.tfstate"]
    assert [one.path for one in unplaced] == ["live/other"]
