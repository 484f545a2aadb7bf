import time

import pytest

from remediator.trace.codeowners import Dialect, dialect_of, paths_of, read
from remediator.trace.codeowners.dialects import MAX_BYTES


@pytest.mark.parametrize(
    ("kind", "configured", "files", "texts", "dialect"),
    [
        ("github", None, [], [], Dialect.GITHUB),
        ("gitlab", None, [".github/CODEOWNERS"], [], Dialect.GITLAB),
        ("github", "gitlab", [], [], Dialect.GITLAB),
        ("local", None, [], [], Dialect.GITHUB),
        ("local", None, [".github/CODEOWNERS", ".gitlab-ci.yml"], ["[Docs]\n"], Dialect.GITHUB),
        ("local", None, [".gitlab/CODEOWNERS"], [], Dialect.GITLAB),
        (None, None, ["CODEOWNERS", ".gitlab-ci.yml"], ["* @a\n"], Dialect.GITLAB),
        (None, None, ["CODEOWNERS"], ["* @a\n^[Docs]\n* @b\n"], Dialect.GITLAB),
        (None, None, ["CODEOWNERS"], ["* @@maintainer\n"], Dialect.GITLAB),
        (None, None, ["CODEOWNERS"], ["* @a/b/c\n"], Dialect.GITLAB),
        (None, None, ["CODEOWNERS"], ["* @a/b\nx bo@a.io # [see]\n"], Dialect.GITHUB),
        (None, None, ["CODEOWNERS"], ["\n" * 1_000_000 + " " * 1_000_000], Dialect.GITHUB),
    ],
)
def test_the_forge_tells_the_dialect_and_else_the_repository(kind, configured, files, texts, dialect):
    assert dialect_of(kind, configured, files, texts) is dialect


def test_each_forge_looks_in_its_own_order():
    assert paths_of(Dialect.GITHUB) == (".github/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS")
    assert paths_of(Dialect.GITLAB) == ("CODEOWNERS", "docs/CODEOWNERS", ".gitlab/CODEOWNERS")


@pytest.mark.parametrize("dialect", Dialect)
def test_a_file_that_is_too_large_is_ignored(dialect):
    rules = read("* @all\n" + "#" * MAX_BYTES, dialect)

    assert rules.sections == ()
    assert "3,000,000 bytes" in rules.problems[0]


HOSTILE = ("*a" * 60 + "c", "**/a/" * 60 + "c", "*a" + "?" * 120 + "b", "**/" * 90 + "?c", "a" * 250)


@pytest.mark.parametrize("dialect", Dialect)
def test_ten_thousand_lines_take_bounded_time_a_path(dialect):
    text = "".join(f"/{HOSTILE[at % len(HOSTILE)]}{at} @x\n" for at in range(10_000))
    started = time.process_time()
    rules = read(text, dialect)
    compiled = time.process_time()

    assert rules.owners("ab" * 100 + "/" + "a/" * 200 + "b") == ()
    assert compiled - started < 30
    assert time.process_time() - compiled < 10


@pytest.mark.parametrize("dialect", Dialect)
@pytest.mark.parametrize("owner", ["a@" + "." * 500_000 + "@", "@" + "a" * 500_000 + "!", "@" + "a/" * 500_000])
def test_owners_of_strangers_do_not_stall(dialect, owner):
    started = time.process_time()

    assert read(f"* {owner}\n", dialect).problems
    assert time.process_time() - started < 5
