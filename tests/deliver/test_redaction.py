import pytest

from remediator.deliver.redaction import said

JWT = "eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOjQ3MTF9." + "c" * 340


@pytest.mark.parametrize(
    "token",
    ["ghp_" + "a" * 36, "ghs_4711_" + JWT, "ghs_" + "b" * 3, "github_pat_11AA_" + "c" * 80, "glpat-" + "d" * 20,
     "glptt-" + "d" * 40, "ATATT3xFf" + "e" * 180 + "=0A1B2C3D", JWT, "s3cret"],
    ids=lambda token: token[:8],
)  # fmt: skip
def test_no_token_is_shown_whatever_its_length(token: str) -> None:
    assert said(f"for {token}: denied", "s3cret") == "for ***: denied"


@pytest.mark.parametrize("header", ["Authorization: Bearer 0123456789abcdefghij", "token 0123456789abcdefghij"])
def test_what_follows_the_word_is_not_shown(header: str) -> None:
    assert "0123456789" not in said(header)


def test_words_stay_and_lines_are_joined() -> None:
    assert said("Bad token:\n check glossary-entries") == "Bad token: check glossary-entries"
    assert len(said("x " * 1000)) == 300
