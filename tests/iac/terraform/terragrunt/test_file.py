"""What files of Terragrunt come to, by its documentation and its source."""

from collections.abc import Callable
from decimal import Decimal

import pytest

from remediator.iac.terraform.language.values import Fields

INCLUDE = 'include "root" {\n  path = find_in_parent_folders("root.hcl")\n%s}\n'


def merged(units: Callable[..., object], strategy: str, child: str, parent: str) -> object:
    settings = f'  merge_strategy = "{strategy}"\n' if strategy else ""
    files = {"live/app/terragrunt.hcl": INCLUDE % settings + child, "live/root.hcl": parent}
    return units(files).plain()


PARENT = (
    'inputs = {\n  a = "parent"\n  b = "parent"\n  tags = { x = 1, y = { p = 1 } }\n  list = [1]\n  off = true\n}\n'
)
CHILD = 'inputs = {\n  a = "child"\n  tags = { y = { q = 2 }, z = 3 }\n  list = [2, 1]\n  off = null\n}\n'


@pytest.mark.parametrize("strategy", ["", "shallow"])
def test_an_include_is_shallow_by_default(units, strategy: str) -> None:
    assert merged(units, strategy, CHILD, PARENT) == {
        "a": "child",
        "b": "parent",
        "tags": {"y": {"q": 2}, "z": 3},
        "list": [2, 1],
        "off": None,
    }


def test_a_deep_include_merges_maps_and_joins_lists(units) -> None:
    assert merged(units, "deep", CHILD, PARENT) == {
        "a": "child",
        "b": "parent",
        "tags": {"x": 1, "y": {"p": 1, "q": 2}, "z": 3},
        "list": [1, 2, 1],
        "off": None,
    }


def test_nothing_is_taken_over_without_a_merge(units) -> None:
    assert merged(units, "no_merge", 'inputs = {\n  a = "child"\n}\n', PARENT) == {"a": "child"}


def test_the_last_include_wins_over_the_first_and_the_file_over_both(units) -> None:
    files = {
        "live/app/terragrunt.hcl": 'include "one" {\n  path = "../one.hcl"\n}\n'
        'include "two" {\n  path = "${get_terragrunt_dir()}/../two.hcl"\n}\ninputs = {\n  c = 0\n}\n',
        "live/one.hcl": "inputs = {\n  a = 1\n  b = 1\n  c = 1\n}\n",
        "live/two.hcl": "inputs = {\n  b = 2\n  c = 2\n}\n",
    }
    assert units(files).plain() == {"a": 1, "b": 2, "c": 0}


WHERE = """inputs = {
  original = basename(get_original_terragrunt_dir())
  own      = basename(get_terragrunt_dir())
  parent   = basename(get_parent_terragrunt_dir())
  to       = path_relative_to_include()
  from     = path_relative_from_include()
  repo     = get_path_from_repo_root()
  up       = get_path_to_repo_root()
  here     = trimspace(file("note.txt"))
}
"""


def test_an_included_file_stands_where_the_including_one_does(units) -> None:
    files = {
        "live/app/terragrunt.hcl": INCLUDE % "",
        "live/root.hcl": WHERE,
        "live/note.txt": "beside the parent\n",
        "live/app/note.txt": "beside the unit\n",
    }
    assert units(files).plain() == {
        "original": "app",
        "own": "app",
        "parent": "live",
        "to": "app",
        "from": "..",
        "repo": "live/app",
        "up": "../..",
        "here": "beside the parent",
    }


def test_a_file_that_is_read_stands_where_it_lies(units) -> None:
    files = {
        "live/app/terragrunt.hcl": 'locals {\n  read = read_terragrunt_config("../../common/c.hcl")\n}\n'
        "inputs = local.read.inputs\n",
        "common/c.hcl": WHERE,
        "common/note.txt": "beside the read one",
    }
    assert units(files).plain() == {
        "original": "app",
        "own": "common",
        "parent": "common",
        "to": ".",
        "from": ".",
        "repo": "common",
        "up": "..",
        "here": "beside the read one",
    }


def test_locals_of_an_exposed_include_are_seen_and_others_are_not(units) -> None:
    files = {
        "live/app/terragrunt.hcl": INCLUDE % "  expose = true\n"
        + 'include "other" {\n  path = "../root.hcl"\n}\n'
        + 'inputs = {\n  size = include.root.locals.size\n  n = try(include.other.locals.size, "hidden")\n'
        + "  m = include.root.inputs.more\n}\n",
        "live/root.hcl": 'locals {\n  size = "big"\n}\ninputs = {\n  more = local.size\n}\n',
    }
    assert units(files).plain() == {"size": "big", "n": "hidden", "m": "big", "more": "big"}


def test_a_bare_include_is_exposed_as_it_is(units) -> None:
    files = {
        "live/app/terragrunt.hcl": 'include {\n  path = find_in_parent_folders("root.hcl")\n  expose = true\n}\n'
        "inputs = {\n  size = include.locals.size\n}\n",
        "live/root.hcl": 'locals {\n  size = "big"\n}\n',
    }
    assert units(files).plain() == {"size": "big"}


def test_defaults_count_where_nothing_is_found(units) -> None:
    text = """locals {
      a = read_terragrunt_config("none.hcl", { inputs = { x = 1 } })
      b = find_in_parent_folders("none.hcl", "fallback")
    }
    inputs = merge(local.a.inputs, { b = local.b, c = feature.big.value })
    feature "big" {
      default = 4
    }
    """
    assert units({"live/app/terragrunt.hcl": text}).plain() == {"x": 1, "b": "fallback", "c": 4}


def test_what_is_not_in_the_repository_is_unknown_and_says_why(units) -> None:
    text = """dependency "net" {
      config_path = "../net"
      mock_outputs = { id = "fake" }
    }
    inputs = {
      a = dependency.net.outputs.id
      b = get_env("SIZE", "small")
      c = run_cmd("echo", "x")
      d = try(dependency.net.outputs.id, "default")
      e = values.size
      f = get_env("KNOWN")
    }
    """
    found = units({"live/app/terragrunt.hcl": text}, {"KNOWN": "here"}).plain()
    assert found == {
        "a": "unknown: a dependency gives what another unit's state holds",
        "b": "unknown: get_env() reads SIZE where Terragrunt is run; set it in the root's environment",
        "c": "unknown: the function run_cmd() is not followed",
        "d": "unknown: a dependency gives what another unit's state holds",
        "e": "unknown: a stack, which gives values to its units when it is generated is not followed",
        "f": "here",
    }


def test_absolute_paths_are_never_taken_for_values(units) -> None:
    text = """inputs = {
      dir   = "${get_terragrunt_dir()}/x"
      parts = split("/", get_repo_root())
      hash  = md5(get_terragrunt_dir())
      name  = basename(get_terragrunt_dir())
    }
    """
    unit = units({"live/app/terragrunt.hcl": text})
    found = unit.inputs()
    assert not isinstance(found, str)
    given = {name: found.given(name, "string", lambda _: pytest.fail()) for name in ("dir", "parts", "hash", "name")}
    assert [name for name, value in given.items() if value is not None and value.known] == ["name"]


def test_every_value_knows_its_bytes(units) -> None:
    files = {
        "live/app/terragrunt.hcl": INCLUDE % '  merge_strategy = "deep"\n'
        + 'locals {\n  doc = yamldecode(file("${get_terragrunt_dir()}/sizes.yaml"))\n}\n'
        + 'inputs = {\n  own = "own-é"\n  doc = local.doc.gpu\n  map = { own = "mine" }\n}\n',
        "live/root.hcl": 'inputs = {\n  shared = "shared"\n  map = { shared = "theirs" }\n}\n',
        "live/app/sizes.yaml": "# sizes\ngpu: p4d # big\n",
    }
    unit = units(files)
    found = unit.inputs()
    assert not isinstance(found, str)
    assert isinstance(found.values.data, Fields)
    fields = dict(found.values.data.fields)
    fields |= {f"map.{name}": value for name, value in fields.pop("map").data.fields.items()}
    written = {}
    for name, value in fields.items():
        text = files[value.origin.path].encode()
        written[name] = (value.origin.path, text[value.origin.start : value.origin.end].decode())
    assert written == {
        "own": ("live/app/terragrunt.hcl", '"own-é"'),
        "doc": ("live/app/sizes.yaml", "p4d"),
        "shared": ("live/root.hcl", '"shared"'),
        "map.own": ("live/app/terragrunt.hcl", '"mine"'),
        "map.shared": ("live/root.hcl", '"theirs"'),
    }


def test_numbers_stay_numbers(units) -> None:
    assert units({"live/app/terragrunt.hcl": "inputs = { a = 1.50 }\n"}).plain() == {"a": Decimal("1.50")}


UNREAD = {
    "live/app/x.json": '{"inputs": {"size": "big"}}',
    "live/app/broken.hcl": "locals {",
    "live/app/includes.hcl": 'include "x" {\n  path = "x.json"\n}\n',
}


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("x.json", "is no HCL"),
        ("broken.hcl", "could not be read"),
        ("includes.hcl", "is no HCL"),
        ("../../../outside.hcl", "lies outside the repository"),
        ("~/home.hcl", None),
    ],
)
def test_a_file_that_only_terragrunt_can_read_is_no_reason_for_a_fallback(units, path: str, said: str | None) -> None:
    text = f'inputs = {{\n  size = try(read_terragrunt_config("{path}").inputs.size, "small")\n}}\n'
    found = units({"live/app/terragrunt.hcl": text, **UNREAD}).plain()
    assert found == {"size": "small"} if said is None else said in str(found)


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ('regex("/([^/]+)/app$", get_terragrunt_dir())[0]', "live"),
        ('replace(get_terragrunt_dir(), "/.*/(.*)/", "$1")', "app"),
        ('replace(get_terragrunt_dir(), get_repo_root(), "")', "/live/app"),
        ('regex("^/([a-z]+)", get_terragrunt_dir())[0]', None),
        ('regex("/([a-z]+)/", get_terragrunt_dir())[0]', None),
        ('regexall("[a-z]+", get_terragrunt_dir())[0]', None),
        ('replace(get_terragrunt_dir(), "/[^a-z]/", "")', None),
    ],
)
def test_a_part_of_a_path_is_known_where_it_is_the_same_on_every_machine(
    units, expression: str, value: str | None
) -> None:
    unit = units({"live/app/terragrunt.hcl": f"inputs = {{\n  part = {expression}\n}}\n"})
    given = unit.inputs().given("part", "string", lambda _: pytest.fail())
    assert (given.data if given.known else None) == value


@pytest.mark.parametrize("name", ["./env.hcl", "common/../env.hcl", "/env.hcl", "app/../env.hcl"])
def test_a_name_that_is_searched_upwards_may_be_any_way_below_a_folder(units, name: str) -> None:
    text = (
        f'inputs = {{\n  size = read_terragrunt_config(find_in_parent_folders("{name}", "small.hcl")).locals.size\n}}\n'
    )
    files = {"live/app/terragrunt.hcl": text, "live/env.hcl": 'locals {\n  size = "big"\n}\n'}
    small = {"live/app/small.hcl": 'locals {\n  size = "small"\n}\n'}
    assert units({**files, **small}).plain() == {"size": "big"}


def test_a_file_above_the_repository_may_be_found_first(units) -> None:
    text = 'inputs = {\n  size = try(find_in_parent_folders("../../env.hcl"), "small")\n}\n'
    assert "lies outside the repository" in str(units({"live/app/terragrunt.hcl": text}).plain())
