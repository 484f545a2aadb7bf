"""JSON and YAML with places: what is read is what other readers read, and every place spans just its value."""

import json
from decimal import Decimal
from typing import TypeAlias
from unicodedata import normalize

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from remediator.errors import RemediatorError
from remediator.iac.documents import read_json, read_yaml
from remediator.iac.terraform.language.values import Evaluated, Fields, Items
from remediator.model import Role

Json: TypeAlias = "dict[str, Json] | list[Json] | str | int | bool | None"
VALUES: st.SearchStrategy[Json] = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**9), 10**9) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=12,
)


def plain(value: Evaluated) -> Json:
    data = value.data
    if isinstance(data, Items):
        return [plain(item) for item in data.items]
    if isinstance(data, Fields):
        return {key: plain(inner) for key, inner in data.fields.items()}
    assert not isinstance(data, Decimal) or data == int(data)
    return int(data) if isinstance(data, Decimal) else data  # type: ignore[return-value]  # no unknown is made here


def composed(value: Json) -> Json:
    """With every string as Terraform holds it, in Unicode's normal form C."""
    if isinstance(value, list):
        return [composed(item) for item in value]
    if isinstance(value, dict):
        return {key: composed(inner) for key, inner in value.items()}
    return normalize("NFC", value) if isinstance(value, str) else value


def check(value: Evaluated, content: bytes) -> None:
    assert value.origin is not None
    assert composed(json.loads(content[value.origin.start : value.origin.end])) == plain(value)
    inside = value.data.items if isinstance(value.data, Items) else ()
    inside = tuple(value.data.fields.values()) if isinstance(value.data, Fields) else inside
    for inner in inside:
        check(inner, content)


@given(VALUES, st.sampled_from([None, 1, "\t"]), st.booleans())
@example("\u0340", None, False)
def test_json_is_read_as_python_reads_it_and_every_place_spans_its_value(
    value: Json, indent: int | str | None, ascii_: bool
) -> None:
    content = json.dumps(value, indent=indent, ensure_ascii=ascii_).encode("utf-8", "replace")
    found = read_json("a.json", content)
    assert plain(found) == composed(json.loads(content))
    check(found, content)


def test_places_in_yaml_say_where_each_scalar_is_written() -> None:
    text = "# é\nbig: &b\n  type: 'm5.4xlarge'\n  size: 0x10\nother:\n  <<: *b\n  on: \"yes\"\nlong: |\n  text\n"
    found = read_yaml("a.yaml", text.encode())
    assert isinstance(found.data, Fields)
    other = found.data.fields["other"].data
    assert isinstance(other, Fields)
    shown = {
        name: (value.data, value.origin and text.encode()[value.origin.start : value.origin.end].decode())
        for name, value in other.fields.items()
    }
    assert shown == {"type": ("m5.4xlarge", "'m5.4xlarge'"), "size": (Decimal(16), "0x10"), "true": ("yes", '"yes"')}
    assert found.data.fields["long"].origin is None
    assert other.fields["type"].origin is not None
    assert (other.fields["type"].origin.role, other.fields["type"].origin.address) == (Role.YAML_FILE, "big.type")


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b'{"a": 1, "a": 2}', "stands there twice"),
        (b"{", "is not JSON"),
        (b"", "is not JSON"),
        (b'{"a": 1}\0', "NUL byte"),
        (b'"\xff"', "is not UTF-8"),
        (b"[" * 100 + b"]" * 100, "nested deeper"),
        (b"[" * 100_000, "is not JSON"),
        (b" " * 1_000_001, "more than the 1,000,000"),
        (b"{'a': 1}", "is not JSON"),
    ],
)
def test_json_that_is_refused_says_why(content: bytes, why: str) -> None:
    with pytest.raises(RemediatorError, match=r"a\.json") as caught:
        read_json("a.json", content)
    assert why in str(caught.value)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("a: 1\n---\nb: 2\n", "is not YAML"),
        ("a: [", "is not YAML"),
        ("a: !!python/object/apply:os.system ['true']\n", "a.yaml"),
        ("a: 1\na: 2\n", "twice"),
        ("a: &a [x, x, x, x, x, x, x, x, x]\n" + "".join(
            f"{chr(98 + n)}: &{chr(98 + n)} [{', '.join([f'*{chr(97 + n)}'] * 9)}]\n" for n in range(8)
        ), "repeats more"),
        ("? [a, b]\n: 1\n", "no text"),
    ],
)  # fmt: skip
def test_yaml_that_is_refused_says_why(text: str, why: str) -> None:
    with pytest.raises(RemediatorError) as caught:
        value = read_yaml("a.yaml", text.encode())
        assert plain(value) is not None
    assert why in str(caught.value)


SEEN = {
    "y": True, "oN": "oN", "Off": False, "tRue": "tRue", "Null": None, "nULL": "nULL", "017": Decimal(17),
    "08": Decimal(8), "0o17": Decimal(15), "0x1F": Decimal(31), "-0x1F": "-0x1F", "0b11": "0b11", "1_000": "1_000",
    "12:30:45": "12:30:45", "1e3": Decimal(1000), "+.5": Decimal("0.5"), "5.": Decimal(5), "-0": Decimal(0),
    "2001-1-1": "2001-01-01T00:00:00Z", "2001-02-30": "2001-02-30", "2001-01-01 1:02:03.5": "2001-01-01T01:02:03Z",
    "2001-12-14t21:59:43.10-05:00": "2001-12-14T21:59:43-05:00", "2001-01-01T01:02:03": "2001-01-01T01:02:03",
    "=": "=", "<<": "<<", "!!str 12": "12", "'12'": "12",
}  # fmt: skip


@pytest.mark.parametrize("text", SEEN)
def test_scalars_of_yaml_are_what_terraform_takes_them_for(text: str) -> None:
    """As `yamldecode` of Terraform 1.11 answered for each."""
    found = read_yaml("a.yaml", f"a: {text}\n".encode())
    assert isinstance(found.data, Fields)
    value = found.data.fields["a"].data
    assert (type(value), value) == (type(SEEN[text]), SEEN[text])


def test_keys_of_yaml_and_what_is_merged_are_as_terraform_has_them() -> None:
    text = "x: &x {p: 1, r: 2}\n0x10: a\nyes: b\n1.50: c\nlate: {p: 3, <<: *x}\nearly: {<<: *x, p: 3}\n"
    assert plain(read_yaml("a.yaml", text.encode())) == {
        "x": {"p": 1, "r": 2}, "16": "a", "true": "b", "1.5": "c", "late": {"p": 1, "r": 2}, "early": {"p": 3, "r": 2},
    }  # fmt: skip


def test_an_anchor_and_a_tag_are_no_part_of_a_scalars_place() -> None:
    text = "a: &x m5.large\nb: !!str 12\nc: &y # note\n  m5\nd:\ne: &z\n  k: 1\n"
    found = read_yaml("a.yaml", text.encode())
    assert isinstance(found.data, Fields)
    origins = {name: value.origin for name, value in found.data.fields.items()}
    shown = {name: origin and text[origin.start : origin.end] for name, origin in origins.items()}
    assert shown == {"a": "m5.large", "b": None, "c": "m5", "d": None, "e": "k: 1"}


@pytest.mark.parametrize(
    "content",
    [
        b"[" * 3_000,
        b"{a: " * 3_000,
        b"- " * 3_000,
        b"".join(b" " * n + b"a:\n" for n in range(200)),
        b"a: 1e999999999\n",
        b"a: &a [*a]\n",
        b"a: *nope\n",
        b"%YAML 1.2\n---\na: 1\n",
        b"",
        b"# nothing\n",
        b"a: \x00\n",
        b"a: \xff\n",
        b"- a\n" * 200_000,
        b"- a\n" * 60_000,
        b"null: 1\n",
        b"a: {<<: [b]}\n",
        b"a: .inf\n",
    ],
)
@pytest.mark.timeout(20)
def test_hostile_yaml_is_refused_with_a_sentence(content: bytes) -> None:
    with pytest.raises(RemediatorError, match=r"a\.yaml"):
        read_yaml("a.yaml", content)


def test_a_byte_order_mark_is_no_part_of_what_is_read() -> None:
    for name, read in (("a.json", read_json), ("a.yaml", read_yaml)):
        content = b'\xef\xbb\xbf{"a": "x"}'
        found = read(name, content)
        assert isinstance(found.data, Fields)
        origin = found.data.fields["a"].origin
        assert origin is not None
        assert content[origin.start : origin.end] == b'"x"'


@pytest.mark.timeout(20)
def test_hostile_json_is_bounded() -> None:
    twice = b'{"a": 1, ' + b", ".join(b'"k%d": 0' % n for n in range(60_000)) + b', "k59999": 1}'
    for content in (twice, b'{"a": 1e999999999}', b'{"a": ' + b"9" * 5000 + b"}", b'{"a": NaN}'):
        with pytest.raises(RemediatorError, match=r"a\.json"):
            read_json("a.json", content)
    found = read_json("a.json", rb'{"a": "\ud800x"}')
    assert plain(found) == {"a": "�x"}
