"""What goes along with a removal, and what keeps one from being made: histories of addresses, orders, providers."""

import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from remediator.edit.edits import apply_edits
from remediator.iac.terraform.shadow.process import found
from remediator.model import RemoveResource

OLD = 'resource "terraform_data" "old" {\n  input = 1\n}\n'
NEW = 'resource "terraform_data" "new" {\n  input = 2\n}\n'
HISTORY = """
moved {
  from = terraform_data.older
  to   = terraform_data.old
}
"""
IMPORT = 'import {\n  to = terraform_data.old\n  id = "v"\n}\n'


def validate(folder: Path, files: Mapping[str, bytes]) -> str:
    """What Terraform, which needs no provider for these, has against the files."""
    binary = found()
    if binary is None:
        pytest.skip("there is no Terraform")
    for path, content in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(content)
    for command in (["init", "-backend=false", "-input=false"], ["plan", "-input=false", "-no-color"]):
        done = subprocess.run([*binary.command, *command], cwd=folder, capture_output=True, text=True, check=False)
        if done.returncode:
            return done.stderr
    return ""


@pytest.fixture
def left(tmp_path: Path, code) -> Callable[..., dict[str, bytes]]:
    """The files as a removal leaves them, which Terraform plans without an error."""

    def make(files: Mapping[str, str], address: str = "terraform_data.old", **more: object) -> dict[str, bytes]:
        here = code(files)
        made = here.draft(address, RemoveResource(), **more)
        assert made.doubts == ()
        after = here.contents | apply_edits(here.contents, made.edits)
        assert validate(tmp_path / "work", after) == ""
        return after

    return make


@pytest.mark.parametrize("more", [HISTORY, IMPORT, HISTORY.replace("data.old\n", "data.old[0]\n")])
def test_how_it_came_to_its_address_goes_along(left, more):
    assert left({"main.tf": OLD + NEW, "more.tf": NEW.replace("new", "newer") + more})["more.tf"] == (
        NEW.replace("new", "newer").encode()
    )


@pytest.mark.parametrize(
    ("more", "place"),
    [
        ("moved {\n  from = terraform_data.old\n  to   = terraform_data.new\n}\n", "more.tf:2"),
        ("removed {\n  from = terraform_data.old\n}\n", "more.tf:2"),
        ('import {\n  to = terraform_data.new\n  id = terraform_data.old.id\n}\n', "more.tf:3"),
    ],
)  # fmt: skip
def test_what_says_more_than_that_keeps_it(code, more, place):
    made = code({"main.tf": OLD + NEW, "more.tf": more}).draft("terraform_data.old", RemoveResource())

    assert made.edits == ()
    assert f"still referred to at {place}" in made.doubts[0]


CALLS = 'module "m" {\n  source = "./m"\n}\nmodule "n" {\n  source = "./n"\n}\n'
OUTSIDE = 'import {\n  to = module.WHAT\n  id = "v"\n}\n'


def test_an_import_through_the_call_goes_along_and_another_keeps_it(code, left):
    files = {
        "main.tf": CALLS + OUTSIDE.replace("WHAT", "m.terraform_data.old"),
        "m/main.tf": OLD + NEW,
        "n/main.tf": OLD,
    }
    other = code(files | {"main.tf": CALLS + OUTSIDE.replace("WHAT", "n.terraform_data.old")})

    assert left(files, "module.m.terraform_data.old")["main.tf"] == CALLS.encode()
    made = other.draft("module.m.terraform_data.old", RemoveResource())
    assert "terraform_data.old is still referred to at main.tf:8" in made.doubts[0]


def test_a_call_goes_with_the_import_into_it(left):
    files = {"main.tf": CALLS + OUTSIDE.replace("WHAT", "m.terraform_data.old"), "m/main.tf": OLD, "n/main.tf": OLD}

    assert left(files, "module.m.terraform_data.old")["main.tf"] == CALLS[CALLS.index('module "n"') :].encode()


AFTER = 'resource "terraform_data" "after" {\n  input      = 3\n  depends_on = LIST\n}\n'


@pytest.mark.parametrize(
    ("depends_on", "leaves"),
    [
        ("[terraform_data.old, terraform_data.new]", "  input      = 3\n  depends_on = [terraform_data.new]\n"),
        ("[terraform_data.new, terraform_data.old]", "  input      = 3\n  depends_on = [terraform_data.new]\n"),
        ("[terraform_data.old]", "  input = 3\n"),
        (
            "[\n    terraform_data.old, # first\n    terraform_data.new,\n  ]",
            "  input      = 3\n  depends_on = [\n    terraform_data.new,\n  ]\n",
        ),
    ],
)
def test_its_name_in_an_order_goes_along(left, depends_on, leaves):
    after = left({"main.tf": OLD + NEW, "more.tf": AFTER.replace("LIST", depends_on)})

    assert after["more.tf"].decode() == f'resource "terraform_data" "after" {{\n{leaves}}}\n'


@pytest.mark.parametrize(
    ("inside", "depends_on", "kept"),
    [
        ("[terraform_data.new]", "[terraform_data.old]", True),
        ("[terraform_data.new]", "[terraform_data.old, terraform_data.new]", False),
        ("[terraform_data.new]", "[terraform_data.old, terraform_data.between]", False),
        ("[local.n]", "[terraform_data.old]", True),
        ("[data.x.y]", "[terraform_data.old]", False),
    ],
)
def test_what_comes_after_something_only_through_it_keeps_it(code, inside, depends_on, kept):
    between = 'resource "terraform_data" "between" {\n  input = terraform_data.new.id\n}\ndata "x" "y" {}\n'
    between += "locals {\n  n = terraform_data.new.id\n}\n"
    old = OLD.replace("input = 1", f"input = {inside}")
    made = code({"main.tf": old + NEW + between, "more.tf": AFTER.replace("LIST", depends_on)}).draft(
        "terraform_data.old", RemoveResource()
    )

    assert bool(made.doubts) is kept, made.doubts
    assert not kept or "more.tf:3, which comes after terraform_data.new only through it" in made.doubts[0]


def test_in_a_module_what_the_caller_passes_may_be_waited_for(code):
    inner = 'variable "n" {}\n' + OLD.replace("1", "var.n") + AFTER.replace("LIST", "[terraform_data.old]")
    call = 'module "m" {\n  source = "./m"\n  n      = terraform_data.new.id\n}\n'
    made = code({"main.tf": call + NEW, "m/main.tf": inner}).draft("module.m.terraform_data.old", RemoveResource())

    assert "comes after var.n only through it" in made.doubts[0]


def test_an_output_of_something_else_is_not_taken_for_one_of_it(left):
    output = 'output "kept" {\n  value      = "always"\n  depends_on = [terraform_data.old]\n}\n'

    assert left({"main.tf": OLD + NEW, "o.tf": output})["o.tf"] == b'output "kept" {\n  value = "always"\n}\n'


def test_an_output_that_only_checks_it_keeps_it(code):
    output = (
        'output "kept" {\n  value = "always"\n  precondition {\n    condition     = terraform_data.old.id != ""\n'
        '    error_message = "x"\n  }\n}\n'
    )
    made = code({"main.tf": OLD + NEW, "o.tf": output}).draft("terraform_data.old", RemoveResource())

    assert made.edits == ()
    assert "still referred to at o.tf:4" in made.doubts[0]


def test_a_call_stays_while_a_module_behind_it_has_a_provider_of_its_own(code):
    files = {
        "main.tf": 'module "m" {\n  source = "./m"\n}\n',
        "m/main.tf": 'module "i" {\n  source = "../i"\n}\n',
        "i/main.tf": OLD,
    }
    provider = {"i/p.tf": 'provider "aws" {\n  region = "us-east-1"\n}\n'}

    without = code(files).draft("module.m.module.i.terraform_data.old", RemoveResource())
    made = code(files | provider).draft("module.m.module.i.terraform_data.old", RemoveResource())

    assert [edit.path for edit in without.edits] == ["main.tf"]
    assert [edit.path for edit in made.edits] == ["i/main.tf"]  # its block goes, the provider that destroys it stays


PROVISIONED = 'resource "terraform_data" "old" {\n  count = 2\n  provisioner "local-exec" {\n    when    = destroy\n'
PROVISIONED += '    command = "true"\n  }\n}\n'


def test_a_provisioner_for_its_end_would_not_be_run(code):
    one = code({"main.tf": PROVISIONED.replace("  count = 2\n", "")}).draft("terraform_data.old", RemoveResource())
    last = code({"main.tf": PROVISIONED}).draft("terraform_data.old[1]", RemoveResource())

    assert one.edits == ()
    assert one.doubts == ("main.tf:3: its provisioner for when it is destroyed would go with it, and not be run",)
    assert [edit.new for edit in last.edits] == [b"1"]


def test_an_import_into_a_call_inside_a_module_goes_along(left):
    module = 'module "old" {\n  source = "../old"\n}\n' + NEW
    files = {
        "main.tf": 'module "m" {\n  source = "./m"\n}\n' + IMPORT.replace("terraform", "module.m.module.old.terraform"),
        "m/main.tf": module,
        "old/main.tf": OLD,
    }
    after = left(files, "module.m.module.old.terraform_data.old")

    assert after["m/main.tf"] == NEW.encode()
    assert b"import" not in after["main.tf"]


EACH = 'resource "terraform_data" "old" {\n  for_each = {\n    a = 1\n    b = 2\n  }\n  input = each.value\n}\n'


@pytest.mark.parametrize(
    "to", ['["a"]\n  id = "v"', '[each.key]\n  for_each = { a = "v" }\n  id = each.value', '[ "a" ]\n  id = "v"']
)
@pytest.mark.parametrize("inside", [True, False])
def test_one_instance_that_is_imported_stays(code, to, inside):
    imported = f"import {{\n  to = terraform_data.old{to}\n}}\n"
    call = 'module "m" {\n  source = "./m"\n}\n'
    files = {"main.tf": call + imported.replace("terraform", "module.m.terraform"), "m/main.tf": EACH}
    files = files if inside else {"main.tf": EACH + imported}
    address = "module.m.terraform_data.old" if inside else "terraform_data.old"
    made = code(files).draft(f'{address}["a"]', RemoveResource(), others=[f'{address}["b"]'])
    other = code(files).draft(f'{address}["b"]', RemoveResource(), others=[f'{address}["a"]'])

    assert made.edits == ()
    assert "is still referred to at main.tf:" in made.doubts[0]
    assert bool(other.doubts) is ("each" in to)
