"""The block of a state's address: as it stands, and where a `moved` block says that it went."""

from collections.abc import Mapping
from dataclasses import replace

import pytest

from remediator.iac.terraform.moved import moved_address
from remediator.iac.terraform.sites import Site, find_site, traced_site
from remediator.model import StateAddress
from tests.iac.terraform.conftest import MakeIndex

BLOCK = 'resource "aws_instance" "{}" {{}}\n'
CALL = 'module "{}" {{\n  source = "../../modules/box"\n}}\n'
BOX = {"modules/box/main.tf": BLOCK.format("this")}


def moved(old: str, new: str) -> str:
    return f"moved {{\n  from = {old}\n  to   = {new}\n}}\n"


def at(name: str, module: str = "") -> StateAddress:
    return StateAddress("infra", "envs/dev", "s", "default", "l", 1, module, "managed", "aws_instance", name, None)


def spot(found: Site | str) -> str:
    return found if isinstance(found, str) else f"{found.file.path}:{found.block.header.start_line}"


@pytest.mark.parametrize(
    ("files", "address", "expected"),
    [
        ({"envs/dev/main.tf": BLOCK.format("new") + moved("aws_instance.old", "aws_instance.new")}, at("old"),
         "envs/dev/main.tf:1"),
        ({"envs/dev/main.tf": BLOCK.format("c") + moved("aws_instance.a", "aws_instance.b")
          + moved("aws_instance.b", "aws_instance.c")}, at("a"), "envs/dev/main.tf:1"),
        ({"envs/dev/main.tf": CALL.format("new") + moved("module.old", "module.new")} | BOX,
         at("this", 'module.old["x"]'), "modules/box/main.tf:1"),
        ({"envs/dev/main.tf": CALL.format("box") + moved("aws_instance.old", "module.box.aws_instance.this[0]")} | BOX,
         at("old"), "modules/box/main.tf:1"),
        ({"envs/dev/main.tf": CALL.format("box"),
          "modules/box/main.tf": BLOCK.format("new") + moved("aws_instance.old", "aws_instance.new")},
         at("old", "module.box[0]"), "modules/box/main.tf:1"),
    ],
)  # fmt: skip
def test_what_was_moved_and_not_applied_is_traced_and_not_changed(
    files: Mapping[str, str], address: StateAddress, expected: str, make_index: MakeIndex
) -> None:
    index = make_index(files)

    assert spot(traced_site(index, "envs/dev", address)) == expected
    reason = spot(find_site(index, "envs/dev", address))
    assert reason.startswith(f"a moved block makes {address.address} ")
    assert reason.endswith(f"({expected}), which is not applied yet: apply its root first")


@pytest.mark.parametrize(
    "moves",
    [
        "",
        moved("aws_instance.old", "aws_instance.nowhere"),
        moved("aws_instance.old", "aws_instance.x") + moved("aws_instance.x", "aws_instance.old"),
        moved("aws_instance.old", "module.a.aws_instance.old") + moved("module.a", "module.a.module.a"),
        moved('aws_instance.old["a"]', "aws_instance.new") + moved('aws_instance.old["b"]', "aws_instance.two"),
    ],
)
def test_what_leads_nowhere_is_said_to_be_missing(moves: str, make_index: MakeIndex) -> None:
    index = make_index({"envs/dev/main.tf": BLOCK.format("new") + BLOCK.format("two") + moves})

    for find in (find_site, traced_site):
        assert "no file in envs/dev declares aws_instance.old" in spot(find(index, "envs/dev", at("old")))


def test_a_block_that_is_still_there_is_the_one(make_index: MakeIndex) -> None:
    text = BLOCK.format("new") + BLOCK.format("old") + moved("aws_instance.old", "aws_instance.new")

    assert spot(find_site(make_index({"envs/dev/main.tf": text}), "envs/dev", at("old"))) == "envs/dev/main.tf:2"


SPLIT = (
    moved('aws_instance.old["a"]', "aws_instance.new")
    + moved("aws_instance.old[0]", 'aws_instance.new["z"]')
    + moved('aws_instance.old["b"]', "aws_instance.two")
    + moved("aws_instance.old", "aws_instance.rest")
    + moved('module.old["a"]', "module.new[0]")
    + moved('module.old["b"]', "module.two")
)


@pytest.mark.parametrize(
    ("module", "name", "key", "expected"),
    [
        ("", "old", "a", "aws_instance.new"),
        ("", "old", 0, 'aws_instance.new["z"]'),
        ("", "old", "b", "aws_instance.two"),
        ("", "old", "c", 'aws_instance.rest["c"]'),
        ("", "old", None, "aws_instance.rest"),
        ('module.old["a"]', "this", 1, "module.new.aws_instance.this[1]"),
        ('module.old["b"]', "this", None, "module.two.aws_instance.this"),
        ('module.old["c"]', "this", None, None),
    ],
)
def test_each_instance_is_followed_by_its_own_key(
    module: str, name: str, key: int | str | None, expected: str | None, make_index: MakeIndex
) -> None:
    index = make_index({"envs/dev/main.tf": SPLIT})

    after = moved_address(index, "envs/dev", replace(at(name, module), index_key=key))

    assert (after.address if after else None) == expected


def test_an_instance_that_two_blocks_move_goes_nowhere(make_index: MakeIndex) -> None:
    text = moved('aws_instance.old["a"]', "aws_instance.x") + moved('aws_instance.old["a"]', "aws_instance.y")

    assert moved_address(make_index({"envs/dev/main.tf": text}), "envs/dev", replace(at("old"), index_key="a")) is None
