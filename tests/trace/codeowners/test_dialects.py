import time

import pytest

from remediator.trace.codeowners import Dialect, dialect_of, paths_of, patterns, read
from remediator.trace.codeowners.dialects import MAX_BYTES

COMPILE = patterns._compiled


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


@pytest.mark.parametrize("dialect", Dialect)
def test_no_address_is_in_what_is_said_of_a_wrong_line(dialect):
    rules = read("* al.m@corp.acme.io!\n[X al.m@corp.acme.io] al\n* @a al.m@corp\n", dialect)

    assert rules.problems
    assert "corp" not in str(rules.problems)


HOSTILE = ("*a" * 60 + "c", "**/a/" * 60 + "c", "*a" + "?" * 120 + "b", "**/" * 90 + "?c", "a" * 250)


@pytest.mark.parametrize("dialect", Dialect)
def test_ten_thousand_lines_of_strangers_take_bounded_time_a_path(dialect):
    ends = (f"{at:014b}".replace("0", "?").replace("1", "*") for at in range(10_000))
    text = "".join(f"/{HOSTILE[at % len(HOSTILE)]}{end}b/b @x\n" for at, end in enumerate(ends))
    started = time.process_time()
    rules = read(text, dialect)

    assert rules.owners("ab" * 40 + "/" + "a/" * 60 + "b") == ()
    assert time.process_time() - started < 60


@pytest.mark.parametrize("dialect", Dialect)
@pytest.mark.parametrize("line", ["/envs/team{}/**/*.tf", "module{}/", "*_{}.tf"])
def test_of_ten_thousand_plain_lines_a_path_needs_a_few_patterns(dialect, line, monkeypatch):
    compiled = []
    monkeypatch.setattr(patterns, "_compiled", lambda text: compiled.append(text) or COMPILE(text))
    rules = read("".join(f"{line.format(at)} @t{at}\n" for at in range(10_000)), dialect)
    paths = [f"envs/team{at}/module{at}/a_{at}.tf" for at in range(5_000, 5_020)]

    assert [rules.owners(path) for path in paths] == [(f"@t{at}",) for at in range(5_000, 5_020)]
    assert len(compiled) <= 5 * len(paths)  # those of team5000, team500, team50 and team5


@pytest.mark.parametrize("dialect", Dialect)
@pytest.mark.parametrize("owner", ["a@" + "." * 500_000 + "@", "@" + "a" * 500_000 + "!", "@" + "a/" * 500_000])
def test_owners_of_strangers_do_not_stall(dialect, owner):
    started = time.process_time()

    assert read(f"* {owner}\n", dialect).problems
    assert time.process_time() - started < 5
