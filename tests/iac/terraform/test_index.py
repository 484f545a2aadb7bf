"""Which files make up a module, and what is known of those that are no code."""

from collections.abc import Callable

import pytest

from remediator.config import RootConfig
from remediator.iac.terraform.configuration.code import Code
from remediator.iac.terraform.index import build
from remediator.iac.terraform.language.values import Evaluated, Unknown

ROOT = RootConfig(path=".", state="s")


def test_a_tofu_file_stands_in_for_its_twin_of_the_same_kind(make_index: Callable[..., object]) -> None:
    index = make_index(dict.fromkeys([
        "a.tofu", "a.tf", "b.tf.json", "b.tofu.json", "c.tofu", "c.tf.json", "d.tf",
        "old.tofu/main.tf", "old.tofu/main.tofu", "old.tf/main.tf", "old.tf/main.tofu/x.tf",
        "e.auto.tfvars.json", "terraform.tfvars.json",
    ], "{}"))  # fmt: skip

    def names(folder: str) -> list[str]:
        return [file.path for file in index.directory(folder)]  # type: ignore[attr-defined]  # a fixture's index

    assert names("") == ["a.tofu", "b.tofu.json", "c.tf.json", "c.tofu", "d.tf"]
    assert names("old.tofu") == ["old.tofu/main.tofu"]
    assert names("old.tf") == ["old.tf/main.tf"]


EXPRESSIONS = {
    "behind": 'try(jsondecode(file("link.json")).a, "wrong")',
    "below": 'try(file("${path.module}/folder/x.json"), "wrong")',
    "decoded": 'try(yamldecode(file("folder/x.yaml")), "wrong")',
    "exists": 'fileexists("link.json")',
    "listed": 'try(length(fileset(path.module, "**/*.json")), "wrong")',
    "can": 'can(templatefile("link.json", {}))',
}


@pytest.mark.parametrize("name", EXPRESSIONS)
def test_what_lies_behind_a_symbolic_link_is_unknown_and_not_missing(name: str) -> None:
    text = f'resource "terraform_data" "x" {{\n  input = {EXPRESSIONS[name]}\n  plain = file("a.txt")\n}}\n'.encode()
    contents = {"m": text, "t": b"here"}
    index = build(
        "infra",
        "c0ffee",
        [("main.tf", "m")],
        lambda blobs: ((blob, contents[blob]) for blob in blobs),
        None,
        {"a.txt": "t"},
        {"link.json": "real.json", "folder": "../elsewhere"},
    )
    block = Code(index, contents.__getitem__, [ROOT]).root(ROOT).instances["terraform_data.x"].block

    assert block.attributes["plain"] == Evaluated("here")
    found = block.attributes["input"].data
    assert isinstance(found, Unknown), found
    assert "symbolic link" in found.reason


@pytest.mark.parametrize("folder", [".terraform/modules/vm", "live/.terragrunt-cache/h4sh/x1"])
def test_copies_of_modules_that_somebody_committed_are_no_code(folder: str) -> None:
    text = b'resource "aws_instance" "a" {\n}\n'
    entries = [(f"{folder}/main.tf", "b1"), ("live/main.tf", "b1")]

    index = build("infra", "c0ffee", entries, lambda blobs: ((blob, text) for blob in blobs), None)

    assert set(index.files) == {"live/main.tf"}
    assert index.blob(f"{folder}/main.tf") == "b1"
