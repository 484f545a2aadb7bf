from collections.abc import Callable, Mapping
from dataclasses import replace

import pytest

from remediator.config import RootConfig
from remediator.iac.terraform.backends import Known, discovered
from remediator.iac.terraform.index import RepositoryIndex

Make = Callable[[Mapping[str, str]], RepositoryIndex]
S3 = 'terraform {{\n  backend "s3" {{\n{}  }}\n}}\n'


def test_roots_are_the_folders_with_a_backend_that_says_where_its_state_is(make_index: Make) -> None:
    index = make_index(
        {
            "envs/dev/backend.tf": S3.format('    bucket = "b"\n    key    = "dev/terraform.tfstate"\n'),
            "envs/prod/main.tf.json": '{"terraform": {"backend": {"s3": {"bucket": "b", "key": "prod", '
            '"workspace_key_prefix": "ws"}}}}',
            "envs/part/main.tf": S3.format('    key = "part"\n'),
            "envs/tfc/main.tf": 'terraform {\n  cloud {\n    organization = "acme"\n  }\n}\n',
            "envs/gcs/main.tf": 'terraform {\n  backend "gcs" {\n    bucket = "b"\n  }\n}\n',
            "modules/m/main.tf": 'terraform {\n  required_version = ">= 1.5"\n}\n',
        }
    )

    roots, unplaced = discovered(index)

    assert roots == (
        RootConfig(path="envs/dev", state="s3://b/dev/terraform.tfstate"),
        RootConfig(path="envs/prod", state="s3://b/prod", workspace_key_prefix="ws"),
    )
    assert [(one.path, one.reason) for one in unplaced] == [
        (
            "envs/gcs",
            "the gcs backend at envs/gcs/main.tf:2 is not read from; name the root with its state yourself, with "
            'state_command = ["terraform", "state", "pull"] and state_command_dir where `terraform init` was run',
        ),
        (
            "envs/part",
            "the s3 backend at envs/part/main.tf:2 does not write out its bucket; name the root's state yourself",
        ),
        (
            "envs/tfc",
            "the cloud backend at envs/tfc/main.tf:2 does not write out its organization and the name of one "
            "workspace; name a root for each workspace yourself, with its state as tfc://organization/workspace",
        ),
    ]


def test_workspaces_are_found_among_the_keys_of_buckets_that_were_listed(make_index: Make) -> None:
    index = make_index(
        {
            "dev/main.tf": S3.format('    bucket = "b"\n    key    = "dev.tfstate"\n'),
            "gpu/main.tf": S3.format('    bucket = "b"\n    key    = "gpu"\n    workspace_key_prefix = "teams/ml"\n'),
            "new/main.tf": S3.format('    bucket = "b"\n    key    = "new.tfstate"\n'),
        }
    )
    keys = [
        *(
            "dev.tfstate",
            "env:/blue/dev.tfstate",
            "env:/green/dev.tfstate",
            "env:/a/b/dev.tfstate",
            "env:/-x/dev.tfstate",
        ),
        *("teams/ml/a100/gpu", "teams/ml/a100/gpu.tflock", "env:/h100/gpu"),
    ]

    roots, unplaced = discovered(index, Known({"b": keys}))

    assert unplaced == ()
    assert [(root.path, root.workspace, root.state) for root in roots] == [
        ("dev", "default", "s3://b/dev.tfstate"),
        ("dev", "blue", "s3://b/dev.tfstate"),
        ("dev", "green", "s3://b/dev.tfstate"),
        ("gpu", "a100", "s3://b/gpu"),
        ("new", "default", "s3://b/new.tfstate"),
    ]


BLOCKS = {
    "http": 'backend "http" {{ address = "{}" }}',
    "cloud": 'cloud {{\n organization = "acme"\n workspaces {{ name = "{}" }}\n}}',
    "remote": 'backend "remote" {{\n hostname = "TFE.acme.io"\n organization = "acme"\n '
    'workspaces {{ name = "{}" }}\n}}',
    "tagged": 'cloud {{\n organization = "acme"\n workspaces {{ tags = ["{}"] }}\n}}',
}
GITLAB = "https://gitlab.acme.io/api/v4/projects/7/terraform/state/prod"


@pytest.mark.parametrize(
    ("block", "given", "found"),
    [
        ("http", GITLAB, (GITLAB, "default")),
        ("http", "https://evil.example/state", 'add [state_hosts."evil.example"]'),
        ("http", "http://169.254.169.254/latest", 'add [state_hosts."169.254.169.254"]'),
        ("http", "https://u:p@gitlab.acme.io/state", "does not write out its address"),
        ("http", "https://[", "gives a place that is none"),
        ("http", "file:///etc/passwd", 'add [state_hosts.""]'),
        ("http", "${var.address}", "does not write out its address"),
        ("cloud", "ml-prod", ("tfc://app.terraform.io/acme/ml-prod", "ml-prod")),
        ("cloud", "../../x", 'add [state_hosts."app.terraform.io"] with its token_env'),
        ("remote", "ml-prod", ("tfc://tfe.acme.io/acme/ml-prod", "default")),
        ("tagged", "ml", "the name of one workspace"),
    ],
)
def test_services_are_asked_only_where_the_configuration_names_their_host(
    block: str, given: str, found: str | tuple[str, str], make_index: Make
) -> None:
    index = make_index({"main.tf": f"terraform {{\n{BLOCKS[block].format(given)}\n}}\n"})

    roots, unplaced = discovered(index, Known(hosts=["gitlab.acme.io", "app.terraform.io", "tfe.acme.io"]))

    if isinstance(found, tuple):
        assert [(root.state, root.workspace) for root in roots] == [found]
        assert discovered(index)[0] == ()
    else:
        assert roots == ()
        assert found in unplaced[0].reason


@pytest.mark.parametrize("bucket", ["a@b", "[", "-x", "b/../c"])
def test_a_bucket_with_a_name_that_is_none_is_not_looked_for(bucket: str, make_index: Make) -> None:
    index = make_index({"main.tf": S3.format(f'    bucket = "{bucket}"\n    key    = "k"\n')})

    roots, unplaced = discovered(index)

    assert roots == ()
    assert "gives a place that is none" in unplaced[0].reason


def test_committed_states_belong_to_the_code_beside_them(make_index: Make) -> None:
    local = 'terraform {{\n  backend "local" {{\n{}  }}\n}}\n'
    index = make_index(
        {
            "bare/main.tf": "",
            "here/main.tf": local.format('    path = "../states/here.json"\n'),
            "away/main.tf": local.format(""),
            "out/main.tf": local.format('    path = "/etc/passwd"\n'),
        }
    )
    blobs = ["bare/terraform.tfstate", "bare/terraform.tfstate.d/gpu/terraform.tfstate", "states/here.json"]
    index = replace(index, blobs=dict.fromkeys([*blobs, "docs/terraform.tfstate"], "c0ffee"))

    roots, unplaced = discovered(index)

    assert [(root.path, root.workspace, root.state) for root in roots] == [
        ("bare", "default", "git:bare/terraform.tfstate"),
        ("bare", "gpu", "git:bare/terraform.tfstate.d/gpu/terraform.tfstate"),
        ("here", "default", "git:states/here.json"),
    ]
    assert [one.path for one in unplaced] == ["away", "out"]
    assert "keeps the state where Terraform is run, and none is committed" in unplaced[0].reason


@pytest.mark.parametrize(
    ("kind", "settings", "missing"),
    [
        ("s3", 'bucket = "b"\n key = "dev.tfstate"\n workspace_key_prefix = var.teams', "its workspace_key_prefix"),
        ("s3", 'key = var.key\n workspace_key_prefix = "x${var.teams}"', "its bucket and key and workspace_key_prefix"),
        ("local", "path = var.path", "its path"),
        ("local", 'path = "terraform.tfstate"\n workspace_dir = local.dir', "its workspace_dir"),
        ("remote", 'hostname = var.tfe\n organization = "acme"\n workspaces {\n name = "prod"\n }', "its hostname"),
    ],
)
def test_what_is_not_written_out_is_not_taken_for_the_default(
    kind: str, settings: str, missing: str, make_index: Make
) -> None:
    text = f'terraform {{\n  backend "{kind}" {{\n {settings}\n }}\n}}\n'
    files = {"dev/main.tf": text, "dev/terraform.tfstate": "{}", "dev/terraform.tfstate.d/gpu/terraform.tfstate": "{}"}

    roots, (unplaced,) = discovered(make_index(files), Known({"b": ["dev.tfstate"]}, ["app.terraform.io"]))

    assert roots == ()
    assert f"does not write out {missing};" in unplaced.reason
