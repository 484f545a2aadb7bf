"""`.remediator.toml` of a team's folder in a monorepo: it narrows what holds for the roots that lie there."""

import json

import pytest

from remediator.run.foldering import above

from .conftest import CODE, state


def pulls(site) -> list[dict]:
    return [json.loads(p.read_text()) for p in sorted((site.state_dir / "outbox" / "pulls").glob("*.json"))]


def issues(site) -> list[dict]:
    return [json.loads(p.read_text()) for p in (site.state_dir / "outbox" / "issues").glob("*.json")]


@pytest.fixture
def monorepo(site):
    """One volume in a root of team ml, another in one of team web."""
    roots = []
    for team, name in (("ml", "features"), ("web", "cache")):
        folder = site.upstream.path / "teams" / team / "dev"
        folder.mkdir(parents=True)
        other = CODE.index('resource "aws_ebs_volume" "cache"')
        own = CODE[other:] if name == "cache" else CODE[CODE.index('resource "aws_ebs_volume" "features"') : other]
        site.upstream.commit({f"teams/{team}/dev/main.tf": CODE[: CODE.index("resource")] + own}, f"Root of {team}")
        file = site.tmp_path / f"{team}.tfstate"
        file.write_bytes(state({name: site.volumes[name]}, lineage=team))
        roots.append({"path": f"teams/{team}/dev", "state": str(file)})
    site.upstream.git("rm", "--quiet", "main.tf")
    site.upstream.commit({"README.md": "teams\n"}, "Leave the root")
    site.tables["repositories"][0]["roots"] = roots
    return site


def own(site, text: str, folder: str = "teams/ml") -> None:
    site.upstream.commit({f"{folder}/.remediator.toml": text}, "Configure")


def of_teams(site) -> list[str]:
    return sorted({word for pull in pulls(site) for word in ("ml", "web") if f"teams/{word}/dev" in pull["body"]})


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("[planners.ebs_gp3]\nenabled = false\n", "teams/ml/.remediator.toml switches ebs_gp3 off"),
        ('[[exceptions]]\nresource = "aws_ebs_volume.*"\nreason = "a test bed"\n', "excepted: a test bed"),
    ],
)
def test_a_team_leaves_its_own_alone_and_nobody_elses(monorepo, text: str, reason: str) -> None:
    own(monorepo, text)

    summary = monorepo.run()

    assert summary.failures == ()
    assert of_teams(monorepo) == ["web"]
    assert sum(reason in s.reason for s in summary.skipped) == 1


def test_a_team_says_who_is_asked_and_how(monorepo) -> None:
    own(monorepo, '[requests]\ndraft = true\nreviewers = ["@acme/ml"]\n')

    monorepo.run()

    asked = {("teams/ml/" in pull["body"]): (pull["draft"], pull["reviewers"]) for pull in pulls(monorepo)}
    assert (asked[True], asked[False][0]) == ((True, ["@acme/ml"]), False)


def test_a_teams_broken_file_stops_its_own_and_opens_one_issue(monorepo) -> None:
    own(monorepo, "[limit]\n")

    first = monorepo.run()
    before = issues(monorepo)
    monorepo.run(1)

    assert of_teams(monorepo) == ["web"]
    assert [f.unit for f in first.failures] == ["infra: teams/ml/.remediator.toml"]
    [issue] = issues(monorepo)
    assert (
        "teams/ml/.remediator.toml: " in issue["body"]
        and "for the roots and the code in teams/ml until" in issue["body"]
    )
    assert issues(monorepo) == before


def test_the_folders_above_a_root() -> None:
    assert above("teams/ml/dev") == ("teams", "teams/ml", "teams/ml/dev")
    assert above(".") == above("") == ()


def test_a_link_is_said_and_not_followed_and_a_huge_file_is_not_read_whole(monorepo) -> None:
    (monorepo.upstream.path / "teams/ml/.remediator.toml").symlink_to("/etc/passwd")
    own(monorepo, "#" * (1 << 20), "teams/web")

    failures = {f.unit: f.reason for f in monorepo.run().failures}

    assert pulls(monorepo) == []
    assert "teams/ml/.remediator.toml is a link" in failures["infra: teams/ml/.remediator.toml"]
    assert "at most 65,536 are read" in failures["infra: teams/web/.remediator.toml"]
