"""Tags that a provider configuration gives to all that it makes."""

import unicodedata
from dataclasses import dataclass, replace

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from remediator.config import RootConfig
from remediator.edit.edits import apply_edits
from remediator.edit.provider_draft import draft_provider
from remediator.iac.terraform.configuration.code import Code as Terraform
from remediator.model import PROVIDER, Attributes, ExpectedChange, SetAttribute, StateResource
from tests.edit.conftest import Code, address_of, change

LOCK = """
provider "registry.terraform.io/hashicorp/aws" {
  version = "5.80.0"
}
"""
BUCKET = 'resource "aws_s3_bucket" "a" {\n  bucket = "a"\n}\n'
ROOT = RootConfig(path=".", state="s")


def held(address: str, keys: tuple[str, ...] | None = (), by: str = "provider.aws", root: str = ".") -> StateResource:
    return StateResource(address_of(address, root), "x", None, Attributes(), configured_by=by, tag_keys=keys)


@dataclass
class Provider:
    code: type[Code]

    def draft(self, files, tags=None, *, alias="", module="", states=None, roots=(ROOT,), also=()):
        self.here = self.code({".terraform.lock.hcl": LOCK, **files}, roots=roots)
        states = [held("aws_s3_bucket.a", root=roots[0].path)] if states is None else states
        at = replace(address_of("aws_x.y", roots[0].path), module=module, mode=PROVIDER, type="aws", name=alias)
        sets = [
            SetAttribute(f"default_tags.tags.{key}", None, value) for key, value in (tags or {"team": "ml"}).items()
        ]
        wanted = change(StateResource(at, at.address, None, Attributes()), *sets)
        index = self.here.index()
        return draft_provider(wanted, roots[0], Terraform(index, self.here.blobs.__getitem__, roots, states), also)

    def after(self, made, path="main.tf"):
        assert made.doubts == (), made.doubts
        return apply_edits(self.here.contents, made.edits)[path].decode()


@pytest.fixture
def provider(code):
    return Provider(code)


FORMS = {
    "no default tags": (
        'provider "aws" {\n  region = "eu-west-1"\n}\n',
        'provider "aws" {\n  region = "eu-west-1"\n\n  default_tags {\n    tags = {\n      team        = "ml"\n'
        '      cost-center = "4711"\n    }\n  }\n}\n',
    ),
    "an empty block": (
        'provider "aws" {}\n',
        'provider "aws" {\n  default_tags {\n    tags = {\n      team        = "ml"\n      cost-center = "4711"\n'
        "    }\n  }\n}\n",
    ),
    "a map": (
        'provider "aws" {\n  default_tags {\n    tags = {\n      env = "dev" # of all\n    }\n  }\n}\n',
        'provider "aws" {\n  default_tags {\n    tags = {\n      env         = "dev" # of all\n'
        '      team        = "ml"\n      cost-center = "4711"\n    }\n  }\n}\n',
    ),
    "a map on one line": (
        'provider "aws" {\n  default_tags {\n    tags = { env = "dev" }\n  }\n}\n',
        'provider "aws" {\n  default_tags {\n    tags = { env = "dev", team = "ml", cost-center = "4711" }\n  }\n}\n',
    ),
    "a merge that ends with a map": (
        'locals {\n  base = { env = "dev" }\n}\nprovider "aws" {\n  default_tags {\n'
        '    tags = merge(local.base, { owner = "x" })\n  }\n}\n',
        'locals {\n  base = { env = "dev" }\n}\nprovider "aws" {\n  default_tags {\n'
        '    tags = merge(local.base, { owner = "x", team = "ml", cost-center = "4711" })\n  }\n}\n',
    ),
    "a local": (
        'locals {\n  base = { env = "dev" }\n}\nprovider "aws" {\n  default_tags {\n    tags = local.base\n  }\n}\n',
        'locals {\n  base = { env = "dev", team = "ml", cost-center = "4711" }\n}\nprovider "aws" {\n'
        "  default_tags {\n    tags = local.base\n  }\n}\n",
    ),
    "a merge that ends with a local": (
        'locals {\n  b = { e = "x" }\n}\nprovider "aws" {\n  default_tags {\n'
        '    tags = merge({ a = "b" }, local.b)\n  }\n}\n',
        'locals {\n  b = { e = "x", team = "ml", cost-center = "4711" }\n}\nprovider "aws" {\n  default_tags {\n'
        '    tags = merge({ a = "b" }, local.b)\n  }\n}\n',
    ),
}
TAGS = {"team": "ml", "cost-center": "4711"}


@pytest.mark.parametrize("eol", ["\n", "\r\n"])
@pytest.mark.parametrize("form", FORMS)
def test_the_keys_are_added_where_the_map_is_written(provider, form, eol) -> None:
    before, after = (text.replace("\n", eol) for text in FORMS[form])

    made = provider.draft({"main.tf": before.encode(), "b.tf": BUCKET}, TAGS)

    assert provider.after(made) == after
    assert made.expected == (ExpectedChange("aws_s3_bucket.a", ("update",), ("tags_all",)),)
    assert made.evaluated == (ExpectedChange("provider.aws", ("update",), ("default_tags",)),)
    assert made.silent == ()


def test_what_is_written_is_formatted(provider, fmt) -> None:
    files = {}
    for number, (before, _) in enumerate(FORMS.values()):
        files[f"f{number}.tf"] = provider.after(provider.draft({"main.tf": before, "b.tf": BUCKET}, TAGS)).encode()

    assert fmt(files) == set()


JSON = {
    "no default tags": (
        '{"provider": {"aws": {"region": "eu-west-1"}}}',
        '{"provider": {"aws": {"region": "eu-west-1", "default_tags": {"tags": {"team": "ml"}}}}}',
    ),
    "a map": (
        '{\r\n  "provider": {\r\n    "aws": {\r\n      "default_tags": {\r\n        "tags": {\r\n'
        '          "env": "dev"\r\n        }\r\n      }\r\n    }\r\n  }\r\n}\r\n',
        '{\r\n  "provider": {\r\n    "aws": {\r\n      "default_tags": {\r\n        "tags": {\r\n'
        '          "env": "dev",\r\n          "team": "ml"\r\n        }\r\n      }\r\n    }\r\n  }\r\n}\r\n',
    ),
    "lists": (
        '{"provider": {"aws": [{"default_tags": [{"tags": {"env": "dev"}}]}]}}',
        '{"provider": {"aws": [{"default_tags": [{"tags": {"env": "dev", "team": "ml"}}]}]}}',
    ),
}


@pytest.mark.parametrize("form", JSON)
def test_code_in_json(provider, form) -> None:
    before, after = JSON[form]

    made = provider.draft({"main.tf.json": before.encode(), "b.tf": BUCKET})

    assert provider.after(made, "main.tf.json") == after


TWO = """
provider "aws" {
  region = "eu-west-1"
}

provider "aws" {
  alias  = "west"
  region = "us-west-2"
}
"""


def test_a_configuration_with_an_alias_is_edited_alone(provider) -> None:
    states = [held("aws_s3_bucket.a"), held("module.m.aws_s3_bucket.b", by="provider.aws.west")]

    made = provider.draft({"main.tf": TWO, "b.tf": BUCKET}, alias="west", states=states)

    assert provider.after(made).endswith(
        'region = "us-west-2"\n\n  default_tags {\n    tags = {\n      team = "ml"\n    }\n  }\n}\n'
    )
    assert 'eu-west-1"\n}\n' in provider.after(made)
    assert [one.address for one in made.expected] == ["module.m.aws_s3_bucket.b"]  # the state follows `providers`


def test_a_configuration_above_others_moves_them_and_changes_none(provider) -> None:
    made = provider.draft({"main.tf": TWO + 'provider "helm" {\n}\n', "b.tf": BUCKET})

    assert made.doubts == () and made.together == ()


SHARED = """
locals {
  base = { env = "dev" }
}
provider "aws" {
  default_tags {
    tags = local.base
  }
}
provider "aws" {
  alias = "west"
  default_tags {
    tags = local.base
  }
}
"""


def test_a_map_that_another_configuration_shares(provider) -> None:
    alone = provider.draft({"main.tf": SHARED, "b.tf": BUCKET})
    both = provider.draft({"main.tf": SHARED, "b.tf": BUCKET}, also=("provider.aws.west",))

    assert alone.edits == () and "would also change provider.aws.west" in alone.doubts[0]
    assert both.together == ("provider.aws.west",)
    assert 'base = { env = "dev", team = "ml" }' in provider.after(both)


def test_a_map_that_resources_share(provider) -> None:
    files = {"main.tf": SHARED, "b.tf": 'resource "aws_s3_bucket" "a" {\n  tags = local.base\n}\n'}

    made = provider.draft(files, also=("provider.aws.west",))

    assert made.edits == () and "would also change aws_s3_bucket.a" in made.doubts[0]


def test_two_workspaces_of_one_folder_get_it_together_or_not_at_all(provider) -> None:
    roots = (ROOT, RootConfig(path=".", state="t", workspace="prod"))
    files = {"main.tf": 'provider "aws" {\n}\n', "b.tf": BUCKET}

    alone = provider.draft(files, roots=roots)
    both = provider.draft(files, roots=roots, also=(". (workspace prod): provider.aws",))

    assert alone.edits == () and ". (workspace prod): provider.aws" in alone.doubts[0]
    assert both.doubts == ()


def test_only_what_lacks_a_key_and_can_have_tags_changes(provider) -> None:
    states = [
        held("aws_s3_bucket.a", ("env",)),
        held("aws_s3_bucket.b", ("team",)),
        held("aws_route.c", None),
        held("aws_s3_bucket.d", (), "provider.aws.west"),
        held("aws_s3_bucket.ignoring", ()),
        held("aws_s3_bucket.other", (), root="other"),
    ]
    ignoring = 'resource "aws_s3_bucket" "ignoring" {\n  lifecycle {\n    ignore_changes = [tags, tags_all]\n  }\n}\n'

    made = provider.draft({"main.tf": 'provider "aws" {\n}\n', "b.tf": BUCKET + ignoring}, states=states)

    assert [one.address for one in made.expected] == ["aws_s3_bucket.a"]


OTHERWISE = '\nprovider "aws" {\n  alias = "west"\n}\nresource "aws_s3_bucket" "a" {\n  provider = aws.west\n}\n'
DOUBTS = {
    "no block": ({"b.tf": BUCKET}, "no file in . has a block for provider.aws"),
    "a variable": (
        {"main.tf": 'variable "t" {}\nprovider "aws" {\n  default_tags {\n    tags = var.t\n  }\n}\n'},
        "main.tf:2: which tags default_tags.tags has is not known",
    ),
    "the key is there": (
        {"main.tf": 'provider "aws" {\n  default_tags {\n    tags = { team = "ml" }\n  }\n}\n'},
        "code is ahead of live: apply is pending",
    ),
    "the key is there with another value": (
        {"main.tf": 'provider "aws" {\n  default_tags {\n    tags = { team = "x" }\n  }\n}\n'},
        "has team in the code already; and not on all that is live",
    ),
    "an object that is computed": (
        {"main.tf": 'provider "aws" {\n  default_tags {\n    tags = { for k in ["a"] : k => "b" }\n  }\n}\n'},
        "nor a merge that ends with one",
    ),
    "an old provider": (
        {"main.tf": 'provider "aws" {\n}\n', ".terraform.lock.hcl": LOCK.replace("5.80.0", "3.37.0")},
        "has version 3.37.0, and default_tags needs 3.38.0 or newer",
    ),
    "a dynamic block": (
        {"main.tf": 'provider "aws" {\n  dynamic "default_tags" {\n    for_each = data.aws_x.y.z\n    content {\n'
                    '      tags = { a = "b" }\n    }\n  }\n}\n'},
        "has several default_tags blocks, or how many is not known",
    ),
    "one line": ({"main.tf": 'provider "aws" { region = "eu-west-1" }\n'}, "is written on one line"),
    "an ignored tag": (
        {"main.tf": 'provider "aws" {\n  ignore_tags {\n    key_prefixes = ["x", "te"]\n  }\n}\n'},
        "main.tf:1: its ignore_tags ignores team",
    ),
    "tags that may be ignored": (
        {"main.tf": 'variable "k" {}\nprovider "aws" {\n  ignore_tags {\n    keys = var.k\n  }\n}\n'},
        "main.tf:2: which tags its ignore_tags ignores is not known",
    ),
    "an override": (
        {"main.tf": 'provider "aws" {\n}\n', "x_override.tf": 'provider "aws" {\n  region = "a"\n}\n'},
        "in several places",
    ),
    "another provider than in the state": (
        {"main.tf": f'provider "aws" {{\n}}\n{OTHERWISE}'},
        "aws_s3_bucket.a has another provider in the code than in the state",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", DOUBTS)
def test_what_is_not_sure_is_a_ticket_with_the_lines_to_write(provider, case) -> None:
    files, doubt = DOUBTS[case]

    made = provider.draft(files)

    assert made.edits == () and doubt in made.doubts[0], made.doubts
    assert made.doubts[-1] == (
        'by hand: in provider "aws", write default_tags { tags = { team = "ml" } }, or add these keys to it'
    )


def test_a_configuration_inside_a_module_is_a_ticket_that_names_it(provider) -> None:
    files = {"main.tf": 'module "m" {\n  source = "./m"\n}\n', "m/main.tf": 'provider "aws" {\n}\n'}

    made = provider.draft(files, module="module.m")

    assert made.edits == () and "m/main.tf:1: module.m.provider.aws is configured inside a module" in made.doubts[0]


def test_other_tags_may_be_ignored(provider) -> None:
    ignoring = '  ignore_tags {\n    keys = ["owner"]\n  }\n'

    made = provider.draft({"main.tf": f'provider "aws" {{\n{ignoring}}}\n'})

    assert provider.after(made).startswith(f'provider "aws" {{\n{ignoring}\n  default_tags {{')


TEXT = st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1, max_size=20)
LAYOUTS = st.sampled_from(
    [form for form, _ in FORMS.values()]
    + ['# x\nprovider "aws" {\n\tregion = "a"\n\n\tassume_role {\n\t\trole_arn = "b"\n\t}\n}', 'provider "aws" {\n}\n']
)


@given(LAYOUTS, st.dictionaries(TEXT, TEXT, min_size=1, max_size=4), st.sampled_from(["\n", "\r\n"]))
@example('provider "aws" {}\n', {"for": "x", "null": "y"}, "\n")
@example('provider "aws" {}\n', {"${x}": "%{ if", '"': "\\"}, "\r\n")
def test_any_tags_are_added_whole_or_not_at_all(layout, tags, eol) -> None:
    """Where there is an edit, the gate's two readers and the evaluation saw exactly these tags come."""
    provider = Provider(Code)
    tags = {unicodedata.normalize("NFC", key): value for key, value in tags.items()}
    before = layout.replace("\n", eol).encode()

    made = provider.draft({"main.tf": before, "b.tf": BUCKET}, tags)

    if made.doubts:
        assert made.edits == ()
    else:
        after = apply_edits(provider.here.contents, made.edits)["main.tf"]
        assert all(line.endswith(eol.encode()) for line in after.splitlines(keepends=True)[:-1])
        assert len(made.edits) and made.expected[0].address == "aws_s3_bucket.a"


def test_values_are_written_as_text(provider) -> None:
    made = provider.draft({"main.tf": 'provider "aws" {\n}\n'}, {"a:b/c": 'x"${y}'})

    assert '"a:b/c" = "x\\"$${y}"' in provider.after(made)
