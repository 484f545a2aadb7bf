"""JSON and YAML with places: what is read is what other readers read, and every place spans just its value."""

import json
from decimal import Decimal
from typing import TypeAlias

import pytest
from hypothesis import given
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


def check(value: Evaluated, content: bytes) -> None:
    assert value.origin is not None
    assert json.loads(content[value.origin.start : value.origin.end]) == plain(value)
    inside = value.data.items if isinstance(value.data, Items) else ()
    inside = tuple(value.data.fields.values()) if isinstance(value.data, Fields) else inside
    for inner in inside:
        check(inner, content)


@given(VALUES, st.sampled_from([None, 1, "\t"]), st.booleans())
def test_json_is_read_as_python_reads_it_and_every_place_spans_its_value(
    value: Json, indent: int | str | None, ascii_: bool
) -> None:
    content = json.dumps(value, indent=indent, ensure_ascii=ascii_).encode("utf-8", "replace")
    found = read_json("a.json", content)
    assert plain(found) == json.loads(content)
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
    assert shown == {"type": ("m5.4xlarge", "'m5.4xlarge'"), "size": (Decimal(16), "0x10"), "on": ("yes", '"yes"')}
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
