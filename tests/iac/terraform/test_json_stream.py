"""JSON read from the front: what nests deeper than Python reads is passed over by its brackets."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from remediator.iac.terraform.json_stream import BrokenJsonError, DeepJsonError, JsonStream

_DEEP = b"[" * 100_000 + b"]" * 100_000
_JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.text('ab"\\[]{}é', max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text('a"\\[', max_size=3), inner, max_size=3),
    max_leaves=12,
)


def chunks(raw: bytes, size: int) -> list[bytes]:
    return [raw[at : at + size] for at in range(0, len(raw), size)]


def test_a_value_that_nests_too_deep_is_none_and_what_stands_around_it_is_read() -> None:
    raw = b'{"a": 1, "b": {"c": ' + _DEEP + b', "d": [2, ' + _DEEP + b', "x"]}, "e": "]"}'

    assert JsonStream([raw]).shallow(2) == {"a": 1, "b": {"c": None, "d": None}, "e": "]"}
    assert JsonStream([raw]).shallow(3) == {"a": 1, "b": {"c": [None], "d": [2, None, "x"]}, "e": "]"}
    assert JsonStream([raw]).shallow(1) == {"a": 1, "b": None, "e": "]"}
    with pytest.raises(DeepJsonError):
        JsonStream([raw]).value()


@given(_JSON, st.integers(1, 7))
def test_what_is_passed_over_ends_where_the_value_ends(inner: object, size: int) -> None:
    deep = b"[" * 2_000 + json.dumps(inner, ensure_ascii=False).encode() + b"]" * 2_000
    raw = b"[" + deep + b', "next"]'
    stream = JsonStream([raw[:4_000], *chunks(raw[4_000:], size)])

    assert stream.shallow(1) == [None, "next"]
    stream.end()


@pytest.mark.parametrize("raw", [b"[" * 100_000, b"[" * 2_000 + b'"', b"[" * 2_000 + b'"\\', b'{"a":' * 100_000])
def test_what_is_cut_short_within_what_nests_too_deep_is_refused(raw: bytes) -> None:
    with pytest.raises(BrokenJsonError, match="cut short"):
        JsonStream([raw]).shallow(0)
