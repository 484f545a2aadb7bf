"""A repository's own `.remediator.toml`, over whole runs and by itself."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from remediator.config import LimitsConfig
from remediator.config.own import MOST, parse_own
from remediator.config.requests import RequestsConfig
from remediator.errors import ConfigError


def pulls(site) -> list[dict]:
    return [json.loads(p.read_text()) for p in sorted((site.state_dir / "outbox" / "pulls").glob("*.json"))]


def issues(site) -> list[dict]:
    return [json.loads(p.read_text()) for p in (site.state_dir / "outbox" / "issues").glob("*.json")]


def own(site, text: str) -> None:
    site.upstream.commit({".remediator.toml": text}, "Configure")


def test_it_narrows_limits_and_says_who_is_asked(site) -> None:
    own(
        site,
        "[limits]\nopen_per_repo = 1\nopened_per_hour = 1000\n"
        '[requests]\ndraft = true\nlabels = ["no-autoplan"]\nreviewers = ["@acme/infra"]\n',
    )

    summary = site.run()

    [pull] = pulls(site)
    assert (pull["draft"], pull["reviewers"]) == (True, ["@acme/infra"])
    assert "no-autoplan" in pull["labels"] and "remediator" in pull["labels"]
    assert summary.failures == ()


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("[planners.ebs_gp3]\nenabled = false\n", "switches ebs_gp3 off"),
        ('[[exceptions]]\npath = "main.tf"\nreason = "a test bed"\n', "excepted: a test bed"),
    ],
)
def test_it_leaves_its_own_alone_and_nobody_elses(site, text: str, reason: str) -> None:
    own(site, text)

    summary = site.run()

    assert pulls(site) == []
    assert sum(reason in s.reason for s in summary.skipped) == 2
    assert [d.reference for _, d in summary.news] == ["FIN-1"], "what no code declares is not this repository's"


def test_one_that_cannot_be_used_opens_one_issue_and_nothing_else(site) -> None:
    own(site, "[limits]\nopen_per_rep = 1\n# @everyone <img src=x>\n")

    first = site.run()
    before = issues(site)
    site.run(1)

    assert pulls(site) == []
    assert any("unknown key 'limits.open_per_rep'" in f.reason and "open_per_repo" in f.reason for f in first.failures)
    [issue] = issues(site)
    assert "open\\_per\\_rep" in issue["body"]
    assert issues(site) == before

    own(site, "")
    assert len(site.run(2).news) == 2


def test_higher_limits_have_no_effect() -> None:
    wanted = parse_own(b"[limits]\nopen_per_repo = 500\nopen_destructive = 0\n", "x")

    limits = wanted.limits.narrowed(LimitsConfig())

    assert (limits.open_per_repo, limits.open_destructive, limits.opened_per_hour) == (5, 0, 2)


def test_labels_are_added_and_reviewers_are_its_own() -> None:
    of_all = RequestsConfig(labels=("finops",), reviewers=("@acme/cloud",))

    assert of_all.with_own(RequestsConfig(labels=("no-autoplan",), draft=True)) == RequestsConfig(
        draft=True, labels=("finops", "no-autoplan"), reviewers=("@acme/cloud",)
    )


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"\xff", "not UTF-8"),
        (b"a = [", "not valid TOML"),
        (b"a = " + b"[" * 20_000, "not valid TOML"),
        (b"#" * (MOST + 1), "at most"),
        (b"[forges.x]\n", "unknown key 'forges'"),
        (b"[run]\ndeliver = true\n", "unknown key 'run'"),
        (b'[requests]\nreviewers = ["alice, bob"]\n', "requests.reviewers.0"),
    ],
)
def test_what_it_may_not_say_is_refused_in_words(content: bytes, words: str) -> None:
    with pytest.raises(ConfigError, match=words):
        parse_own(content, ".remediator.toml")


@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(content: bytes) -> None:
    try:
        parse_own(content, "x")
    except ConfigError as error:
        assert str(error).startswith("x")
