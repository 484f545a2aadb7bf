"""Tags that a provider configuration gives to all that it makes."""

import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from remediator.edit.edits import apply_edits
from remediator.model import ExpectedChange
from tests.edit.conftest import Code
from tests.edit.providers import BUCKET, Provider

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
