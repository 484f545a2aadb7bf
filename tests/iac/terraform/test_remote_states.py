from collections.abc import Callable, Mapping

import pytest

from remediator.config import RootConfig
from remediator.iac.terraform.index import RepositoryIndex
from remediator.iac.terraform.remote_states import remote_readers

READER = 'data "terraform_remote_state" "x" {{\n  backend = "{}"\n  config = {{ {} }}\n}}\n'
READER += "locals {{\n  id = data.terraform_remote_state.x.outputs.id\n}}\n"


@pytest.mark.parametrize(
    ("backend", "config", "root", "reads"),
    [
        ("local", 'path = "../a/terraform.tfstate"', {"state": "git:terraform.tfstate"}, True),
        ("local", 'path = "../a/terraform.tfstate"', {"state": "git:a/other.tfstate"}, False),
        ("s3", 'key = "k"', {"state": "git:terraform.tfstate"}, False),
        ("s3", 'key = "k"', {"state_command": ["terraform", "state", "pull"]}, True),
        ("gcs", 'prefix = "k"', {"state_command": ["pull"], "state": "prod"}, True),
        ("gcs", 'prefix = "k"', {"state_command": ["pull"], "state": "gs://b/k"}, True),
        ("s3", 'key = "k"', {"state_command": ["pull"], "state": "gs://b/k"}, False),
    ],
)
def test_what_may_read_a_state_that_is_committed_or_printed(
    backend: str,
    config: str,
    root: dict[str, object],
    reads: bool,
    make_index: Callable[[Mapping[str, str]], RepositoryIndex],
) -> None:
    (reader,) = remote_readers(make_index({"b/main.tf": READER.format(backend, config)}))

    assert reader.reads(RootConfig.model_validate({"path": "a", **root}), "id") is reads


@pytest.mark.parametrize(
    ("state", "used", "reads"),
    [
        ("tfc://acme/net", "values.id", True),
        ("tfc://acme/net", 'nonsensitive_values["id"]', True),
        ("tfc://acme/net", "values", True),
        ("tfc://acme/net", "values.other", False),
        ("tfc://acme/app", "values.id", False),
        ("s3://b/net", "values.id", False),
    ],
)
def test_what_reads_the_outputs_of_a_workspace_of_hcp_terraform(
    state: str, used: str, reads: bool, make_index: Callable[[Mapping[str, str]], RepositoryIndex]
) -> None:
    outputs = 'data "tfe_outputs" "net" {\n  organization = "acme"\n  workspace = "net"\n}\n'
    code = f"{outputs}locals {{\n  id = data.tfe_outputs.net.{used}\n}}\n"
    (reader,) = remote_readers(make_index({"b/main.tf": code}))

    assert reader.reads(RootConfig.model_validate({"path": "a", "state": state}), "id") is reads
