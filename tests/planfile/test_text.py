import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from remediator.planfile.text import MAX_TEXT, clean, clean_value, redact, untrusted


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [
        ("plain", "plain"),
        ("two\nlines\r\n\tand a tab", "two lines and a tab"),
        ("bell\x07 and escape\x1b[31m", "bell and escape[31m"),
        ("right\u202eto left", "rightto left"),
        ("zero\u200bwidth\ufeff", "zerowidth"),
        ("tag\U000e0041\U000e0042 characters", "tag characters"),
        ("selectors\ufe0f\U000e0100", "selectors"),
        ("a\u2028line separator", "a line separator"),
        ("lone \ud800 surrogate", "lone surrogate"),
        ("für später 日本", "für später 日本"),
    ],
)
def test_text_is_on_one_line_and_all_of_it_visible(text: str, cleaned: str) -> None:
    assert clean(text) == cleaned


@pytest.mark.parametrize(
    ("text", "redacted"),
    [
        ("arn:aws:iam::123456789012:role/x", "arn:aws:iam::[account]:role/x"),
        ("s3://state-123456789012/a", "s3://state-[account]/a"),
        ("vol-0123456789012ab", "vol-0123456789012ab"),
        ("1234567890123 has thirteen digits", "1234567890123 has thirteen digits"),
        ("ask ada.l+x@acme.example.io, or Bob <bob@acme.io>", "ask [address], or Bob <[address]>"),
        ("@acme/ranking", "@acme/ranking"),
        ("role/deploy123456789012Admin", "role/deploy[account]Admin"),
        ("i-0123456789abcdef0 and ccccc123456789012", "i-0123456789abcdef0 and ccccc123456789012"),
        ("account 1234-5678-9012", "account [account]"),
        ("ghp_" + "a" * 36 + " AKIAIOSFODNN7EXAMPLE", "[secret] [secret]"),
        ("glpat-abcdefghij1234567890.01", "[secret]"),
    ],
)
def test_account_ids_addresses_and_tokens_are_masked(text: str, redacted: str) -> None:
    assert redact(text) == redacted


def test_hidden_characters_cannot_hide_an_account_id() -> None:
    assert untrusted("123456\u200b789012").untrusted == "[account]"


def test_long_text_is_cut_and_says_so() -> None:
    text = untrusted("a" * 10**6).untrusted
    assert len(text) == MAX_TEXT
    assert text.endswith("a…")


def test_values_keep_their_types() -> None:
    assert [clean_value(v) for v in (None, True, 3, 0.5, "a\nb", ("a\x00", "b"))] == [
        None,
        True,
        3,
        0.5,
        "a b",
        ("a", "b"),
    ]


@given(st.text(alphabet=st.characters(), max_size=2 * MAX_TEXT))
def test_any_text_can_be_marked(text: str) -> None:
    marked = untrusted(text).untrusted
    assert len(marked) <= MAX_TEXT
    assert all(unicodedata.category(c)[0] != "C" for c in marked)
    assert untrusted(marked).untrusted == marked
