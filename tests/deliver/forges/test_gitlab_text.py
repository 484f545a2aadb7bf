import pytest
from hypothesis import given
from hypothesis import strategies as st

from remediator.deliver.escape import BREAK
from remediator.deliver.forges.gitlab.text import DESCRIPTION, inert, is_draft, titled
from remediator.deliver.forges.text import digest

texts = st.text(st.sampled_from("/a \t\n\r\u2028\x0b:[]()dDraft"), max_size=40)


@given(texts)
def test_no_line_of_what_is_written_is_a_command(text: str) -> None:
    written = inert(text)

    for line in written.splitlines():
        assert not (line.lstrip().startswith("/") and line.lstrip()[1:2].isalnum()), written
    assert written.replace(BREAK, "") == text
    assert inert(written) == written


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("/merge", f"{BREAK}/merge"),
        ("a\n  /close now", f"a\n  {BREAK}/close now"),
        ("a /merge b", "a /merge b"),
        ("// comment\n/ 2", "// comment\n/ 2"),
        ("<!-- marker -->\nPath /etc", "<!-- marker -->\nPath /etc"),
    ],
)
def test_only_what_begins_a_line_is_a_command(text: str, written: str) -> None:
    assert inert(text) == written


def test_a_text_that_is_too_long_is_cut_at_a_line() -> None:
    cut = inert(("x" * 99 + "\n") * 11_000)
    assert len(cut) <= DESCRIPTION
    assert cut.splitlines()[-3] == "x" * 99


@given(texts)
def test_a_title_is_a_draft_or_not_as_it_is_told(title: str) -> None:
    assert is_draft(titled(title, True))
    assert not is_draft(titled(title, False))
    assert titled(titled(title, True), False).strip() == titled(title, False).strip()


@pytest.mark.parametrize("title", ["Draft: Stop it", "draft:Stop it", "[Draft] Stop it", "(DRAFT) Draft: Stop it"])
def test_the_prefixes_of_a_draft(title: str) -> None:
    assert is_draft(title)
    assert titled(title, False) == "Stop it"
    assert not is_draft("Drafty: Stop it")


def test_texts_that_are_shown_alike_have_one_digest() -> None:
    assert digest("a\r\nb \n\n") == digest("a\nb")
    assert digest("a\nb") != digest("a b")
    assert digest("- a\n  - b") != digest("- a\n- b")
