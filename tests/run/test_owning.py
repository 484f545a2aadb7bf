"""A repository's own `.remediator.toml`, over whole runs and by itself."""

import json
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from remediator.config import Config, LimitsConfig, parse
from remediator.config.inheriting import above
from remediator.config.own import MOST, OwnConfig, parse_own
from remediator.config.requests import RequestsConfig
from remediator.errors import ConfigError
from remediator.run.excepting import waivers
from remediator.run.owning import Owned, Reading


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
        (b"[limits]\nopen_per_repo = " + b"9" * 5000, "not valid TOML"),
        (b"\xff", "not UTF-8"),
        (b"a = [", "not valid TOML"),
        (b"a = " + b"{a = " * 10_000, "not valid TOML"),
        (b"[" + b"a." * 30_000 + b"a]", "unknown key 'a'|not valid TOML"),
        (b"[limits]\n" + b"k" * 60_000 + b" = 1\n", "unknown key 'limits.kkk"),
        (b"exceptions = [" + b'{ path = "*", reason = "x" },' * 2_000 + b"]", "at most 500"),
        (b'[[exceptions]]\npath = "' + b"*a" * 10_000 + b'"\nreason = "x"\n', "at most 500 characters"),
        (b"[limits]\nopen_total = 1\n", "did you mean 'open_destructive'"),
        (b"[planners.ebs_gp3]\nenable = false\n", "did you mean 'enabled'"),
        (b"[limits]\nopen_per_repo = -1\n", "open_per_repo"),
        (b'[limits]\nfreeze = ["2026-12-20"]\n', "not a window of two days"),
        (b"[disclosure]\nresource_id = false\n", "did you mean 'resource_ids'"),
        (b"a = " + b"[" * 20_000, "not valid TOML"),
        (b"#" * (MOST + 1), "at most"),
        (b"[forges.x]\n", "unknown key 'forges'"),
        (b"[run]\ndeliver = true\n", "unknown key 'run'"),
        (b'[requests]\nreviewers = ["alice, bob"]\n', "requests.reviewers.0"),
    ],
)
def test_what_it_may_not_say_is_refused_in_words(content: bytes, words: str) -> None:
    with pytest.raises(ConfigError, match=words) as refused:
        parse_own(content, ".remediator.toml")
    assert len(str(refused.value)) < 4_000


def test_a_link_and_a_huge_file_are_said_and_neither_followed_nor_read_whole(make_repository) -> None:
    upstream = make_repository("infra")
    (upstream.path / "elsewhere.toml").write_text("")
    (upstream.path / ".remediator.toml").symlink_to("/etc/passwd")
    upstream.commit({}, "Link")
    config = Config.model_validate(
        {"run": {"state_dir": str(upstream.state_dir)}, "repositories": [{"name": "infra", "url": str(upstream.path)}]}
    )
    reading = Reading(config, {"infra": upstream.sync()})
    assert reading.of(config.repositories[0]) == (
        ".remediator.toml is a link, which is not followed; commit the file itself"
    )

    (upstream.path / ".remediator.toml").unlink()
    upstream.commit({".remediator.toml": "#" * (1 << 20)}, "Fill")
    assert "has 1,048,576 bytes; at most 65,536 are read" in str(
        Reading(config, {"infra": upstream.sync()}).of(config.repositories[0])
    )


def test_patterns_of_strangers_take_bounded_time() -> None:
    text = "".join(f'[[exceptions]]\npath = "{"*a" * 100}b"\nreason = "x"\n' for _ in range(200))
    began = time.perf_counter()
    for waiver in waivers(parse_own(text.encode(), "x").exceptions):
        assert waiver.path is not None and not waiver.path("a" * 4_000)
    assert time.perf_counter() - began < 20


@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(content: bytes) -> None:
    try:
        parse_own(content, "x")
    except ConfigError as error:
        assert str(error).startswith("x")


def test_an_unknown_rule_is_told_with_the_nearest_in_the_one_issue(site) -> None:
    own(site, '[planners.ebs_gp4]\nenabled = false\n[[exceptions]]\nrule = "idle_gpus"\npath = "x/"\nreason = "ours"\n')

    summary = site.run()

    assert pulls(site) == []
    [issue] = issues(site)
    assert "there is no rule 'ebs\\_gp4'; did you mean 'ebs\\_gp3'?" in issue["body"]
    assert any("ebs_gp4" in f.reason for f in summary.failures)


@pytest.fixture
def organization(site, make_repository):
    """The repository of the organization, beside the one of the estate."""
    made = make_repository("acme")
    made.commit({".remediator.toml": ""}, "Begin")
    site.tables["repositories"][0] |= {"slug": "acme/infra"}
    site.repository("defaults", str(made.path), slug="acme/.github", roots=[])
    return made


def test_an_organization_narrows_its_repositories_and_none_widens_that(site, organization) -> None:
    organization.commit({".remediator.toml": "[limits]\nopen_per_repo = 1\n[requests]\ndraft = true\n"}, "Narrow")
    own(site, "[limits]\nopen_per_repo = 3\n")

    site.run()

    assert [pull["draft"] for pull in pulls(site)] == [True]


def test_a_broken_file_of_an_organization_stops_all_and_opens_one_issue_there(site, organization) -> None:
    organization.commit({".remediator.toml": "[limit]\n"}, "Break")

    summary = site.run()

    assert pulls(site) == []
    assert [issue["repo"] for issue in issues(site)] == ["acme/.github"]
    assert any("that of defaults, which holds here too" in failure.reason for failure in summary.failures)


def test_which_file_is_above_is_said_by_its_name_or_by_the_configuration() -> None:
    config = parse(
        """
        repositories = [
          { name = "infra", url = "https://github.com/acme/ml/infra.git", forge = "lab" },
          { name = "wide", url = "https://github.com/acme/remediator-config.git", forge = "lab" },
          { name = "near", url = "https://github.com/acme/ml/.github.git", forge = "lab" },
          { name = "else", url = "https://github.com/acme/x.git", forge = "hub", config_repository = "infra" },
          { name = "alone", url = "https://github.com/acme/y.git", forge = "hub" },
        ]
        forges = { hub = { kind = "github" }, lab = { kind = "gitlab" } }
        """,
        Path("config.toml"),
    )
    highest = {r.name: found.name if (found := above(r, config)) else None for r in config.repositories}

    assert highest == {"infra": "near", "wide": None, "near": "wide", "else": "infra", "alone": None}


def test_it_freezes_more_and_shows_less_and_never_the_other_way_round() -> None:
    config = parse(
        '[limits]\nfreeze = ["2026-12-20/2027-01-03"]\ndashboard = false\n[disclosure.private]\npeople = true\n',
        Path("config.toml"),
    )
    own = parse_own(
        b'[limits]\nfreeze = ["2026-11-20/2026-11-23"]\nfreeze_environments = ["dev"]\nbreaker_declines = 1\n'
        b"[disclosure]\nresource_ids = false\naddresses = true\n",
        "x",
    )

    narrower = Owned({"infra": (OwnConfig(), own)}, {}).narrowed(config, "infra")

    assert narrower.limits.freeze == ("2026-12-20/2027-01-03", "2026-11-20/2026-11-23")
    assert narrower.limits.freeze_environments == ("prod", "dev")
    assert (narrower.limits.breaker_declines, narrower.limits.dashboard) == (1, False)
    private = narrower.disclosure.private
    assert (private.resource_ids, private.people, private.addresses) == (False, True, False)
    assert Owned({}, {}).narrowed(config, "infra") == config
