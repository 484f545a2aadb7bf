"""What we escape for Jira's wiki markup, read by Jira's own rules: it is what it was, and nothing else."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from remediator.deliver.disclosure import NOTHING, masked
from remediator.deliver.escape import wiki, wiki_code
from remediator.planfile.text import clean
from tests.deliver.wiki_reader import read

SIGNS = st.text(st.sampled_from("{}[]()*_+^~!|-#@?:/\\&<>;.ab1 DP%$\"'"), max_size=30)
TEXTS = SIGNS | st.text(max_size=40)


def shown_as(text: str) -> str:
    """The text as any reader is shown it."""
    return clean(masked(clean(text, 4000), NOTHING), 400)


@pytest.mark.parametrize(
    ("line", "seen"),
    [
        ("{{a}} and *b*", ("⟦a⟧ and *b*", ("strong",))),
        (r"\{{a}} is {{b}}", ("⟦a⟧ is ⟦b⟧", ())),
        ("see http://a.io", ("see http://a.io", ("link",))),
        (r"\*a\* &#42; &amp; &", ("*a* * & &", ())),
        (r"\{\{a\}\}", ("⟦a⟧", ())),
        ("{{a​b}}", ("{{a​b}}", ())),
        ("done :D", ("done :D", ("face",))),
    ],
)
def test_the_reader_reads_as_jira_does(line: str, seen: tuple[str, tuple[str, ...]]) -> None:
    assert read(line) == seen


@given(TEXTS)
@example("{{a}}")
@example("a}}")
@example("mailto:a@b.io file:c news:d")
@example(":D :P (y) ;)")
@example(":D¼")
@example("_:D_ ¼:p")
@example("??a?? ???")
@example("arn:aws:s3:::b/*_x_*")
@example("h1. x")
@example("# x")
@example("www.a.io")
def test_text_is_shown_as_it_is_and_is_no_markup(text: str) -> None:
    assert read(wiki(text)) == (shown_as(text), ())


@given(TEXTS)
@example("{x}")
@example("${var.a}}")
@example('aws_instance.x["a"]')
@example("https://a.io/@b#1")
@example("a\u2060b")
@example("²")
@example(":D¼")
def test_code_is_shown_as_it_is_in_one_run(text: str) -> None:
    shown, found = read(wiki_code(text))

    assert shown.strip("⟦⟧") == shown_as(text).strip("⟦⟧")
    assert found == ()


@pytest.mark.parametrize(
    "text", ["module.a[0]", "https://a.io/@b#1", "${var.a}", "{{x}}", "a | b", "r5.large → r5.xlarge"]
)
def test_what_terraform_names_is_in_monospace(text: str) -> None:
    assert read(wiki_code(text)) == (f"⟦{text}⟧", ())
