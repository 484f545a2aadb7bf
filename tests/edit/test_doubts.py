"""Values are compared as Terraform reads them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from remediator.edit.doubts import same, value_doubt
from remediator.model import SetAttribute, ValueTrace


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        ("3000", 3000, True),
        (3000, 3000.0, True),
        ("true", True, True),
        (False, "false", True),
        (True, 1, False),
        (None, "", False),
        (None, 0, False),
        ("gp2", "GP2", False),
        ("007", 7, True),
        ("007", "7", False),
        ("5.10", "5.1", False),
        (("a",), ("a",), True),
    ],
)
def test_same(one, other, alike):
    assert same(one, other) is alike
    assert same(other, one) is alike


@given(*[st.sampled_from(["a", "b", "c", None])] * 3)
def test_an_edit_is_made_only_where_nothing_disagrees_or_live_is_there_already(code, stated, live):
    doubt = value_doubt(ValueTrace("x", code, ()), SetAttribute("x", live, "b"), stated)

    known = {v for v in (code, stated, live) if v is not None}
    if doubt is None and live != "b":
        assert len(known) <= 1
        assert code != "b"
    if doubt is None and live == "b" and code is not None:
        assert code != "b"
        assert stated in (None, "b", code)
