"""Values are written so that HashiCorp's own parser reads them back."""

import unicodedata

import pygohcl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from remediator.edit.literals import template_text, written
from remediator.errors import RemediatorError
from remediator.iac.terraform.language.grammar import compiled
from remediator.iac.terraform.language.nodes import Template

TEXT = st.text(alphabet=st.one_of(st.characters(codec="utf-8"), st.sampled_from('${%{}"\\\n\r\t~')), max_size=30)


@given(st.one_of(TEXT, st.integers(-(2**53), 2**53), st.booleans(), st.none(), st.lists(TEXT, max_size=3).map(tuple)))
def test_what_is_written_reads_back(value):
    back = pygohcl.loads(f"x = {written(value)}\n", keep_interpolations=True)["x"]

    expected = [unicodedata.normalize("NFC", v) for v in value] if isinstance(value, tuple) else value
    assert back == (unicodedata.normalize("NFC", value) if isinstance(value, str) else expected)
    assert isinstance(back, bool) == isinstance(value, bool)


@given(st.floats(allow_nan=False, allow_infinity=False, min_value=-1e15, max_value=1e15).map(lambda f: round(f, 6)))
def test_a_fraction_reads_back(value):
    assert pygohcl.loads(f"x = {written(value)}\n", keep_interpolations=True)["x"] == pytest.approx(value)


@pytest.mark.parametrize(
    ("value", "like", "text"),
    [
        ("gp3", '"gp2"', '"gp3"'),
        (4, "3", "4"),
        (4, '"3"', '"4"'),
        (False, "true", "false"),
        (False, '"true"', '"false"'),
        (0.5, None, "0.5"),
        (1e21, None, "1000000000000000000000"),
        (None, '"x"', "null"),
        ("${a}%{b}$", None, '"$${a}%%{b}$"'),
        ('a"b\\c\nd', None, '"a\\"b\\\\c\\nd"'),
        ("\x00\x7f", None, '"\\u0000\\u007f"'),
        (("a", "b"), None, '["a", "b"]'),
    ],
)
def test_the_kind_of_quoting_stays(value, like, text):
    assert written(value, like) == text


@pytest.mark.parametrize("value", [float("nan"), float("inf"), "\ud800"])
def test_what_hcl_cannot_write_is_refused(value):
    with pytest.raises(RemediatorError):
        written(value)


@given(TEXT.filter(lambda text: text and not text.endswith(("$", "%"))), st.booleans())
def test_text_around_an_interpolation_reads_back(text, behind):
    source = f'"${{v}}{template_text(text)}"' if behind else f'"{template_text(text)}${{v}}"'

    node = compiled(source)

    assert isinstance(node, Template)
    found = node.parts[1 if behind else 0]
    assert len(node.parts) == 2
    assert (found.value, source.encode()[slice(*found.span)].decode()) == (text, template_text(text))
    assert isinstance(pygohcl.loads(f"x = {source}\n", keep_interpolations=True)["x"], str)


@pytest.mark.parametrize("text", ["a$", "100%"])
def test_text_that_would_change_the_interpolation_behind_it_is_refused(text):
    with pytest.raises(RemediatorError, match="cannot stand before an interpolation"):
        template_text(text)
