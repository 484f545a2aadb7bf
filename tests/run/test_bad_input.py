"""Whole runs over input that cannot be read: a sentence, that unit skipped, the rest done, nothing taken for gone."""

import json
import subprocess

import pytest

from remediator.run import Only

DELIVERED = ["pulls/1.json", "pulls/2.json", "tickets/FIN-1.json"]
"""What a run delivers that can read everything: two volumes to edit, and one that no code declares."""


def failed(site, summary, unit: str) -> str:
    """Why a unit failed, which the file of the run gives as well; only what it is a part of failed with it."""
    reasons = {f.unit: f.reason for f in summary.failures}
    assert list(reasons) == [unit]
    fates = {u["unit"]: (u["fate"], u["reason"]) for u in site.written()["units"]}
    assert fates.pop(unit) == ("failed", reasons[unit])
    assert {name for name, (fate, _) in fates.items() if fate != "done"} == (
        {"infra"} - {unit} if "infra" in unit else set()
    )
    return reasons[unit]


def assert_nothing_undeclared(site, summary) -> None:
    """No live resource is delivered as one that no code declares."""
    assert [d for p, d in summary.plans if p.repository is None] == []
    stray = [s.reason for s in summary.skipped if s.change.resource.id == site.stray]
    assert len(stray) == 1
    assert "was not read" in stray[0]


def test_the_estate_of_these_tests_is_sound(site) -> None:
    summary = site.run()

    assert summary.failures == ()
    assert sorted(site.delivered()) == DELIVERED
    assert len(site.branches()) == 2
    again = site.run(1)
    assert again.news == ()
    assert set(site.statuses(again).values()) == {"opened"}


def bad_state(site, kind: str) -> None:
    path, good = site.state_file, json.loads(site.state_file.read_bytes())
    if kind == "missing":
        path.unlink()
    elif kind == "encrypted":
        envelope = {"serial": 3, "lineage": "c0ffee", "meta": {"key_provider.pbkdf2.k": "e30="}}
        path.write_text(json.dumps(envelope | {"encrypted_data": "c2VjcmV0", "encryption_version": "v0"}))
    elif kind == "version":
        path.write_text(json.dumps(good | {"version": 3, "modules": []}))
    elif kind == "text":
        path.write_text("<html>sign in</html>")
    elif kind == "cut":
        path.write_bytes(path.read_bytes()[:200])
    else:
        path.write_bytes(b"")


STATES = {
    "missing": ("cannot be read", "check the root's state"),
    "encrypted": ("encrypted", ""),
    "version": ("version 3", ""),
    "text": ("JSON", ""),
    "cut": ("JSON", ""),
    "empty": ("empty", ""),
}


@pytest.mark.parametrize("kind", STATES)
def test_a_state_that_cannot_be_read_declares_nothing_away(kind: str, site) -> None:
    bad_state(site, kind)

    summary = site.run()

    reason = failed(site, summary, "infra/.")
    for words in STATES[kind]:
        assert words in reason
    assert "\n" not in reason
    assert_nothing_undeclared(site, summary)
    assert site.delivered() == {}
    assert summary.resources > 0


@pytest.mark.parametrize("kind", STATES)
def test_what_was_opened_stays_as_it_was_when_its_state_goes_bad(kind: str, site) -> None:
    site.run()
    before, branches = site.delivered(), site.branches()
    bad_state(site, kind)

    summary = site.run(1)

    assert set(site.statuses(summary).values()) == {"opened"}
    assert summary.news == ()
    assert (site.delivered(), site.branches()) == (before, branches)


def bad_repository(site, kind: str) -> str:
    home = site.tmp_path / kind
    if kind == "shallow":
        site.upstream.commit({"README": "more"})
        subprocess.run(
            ["git", "clone", "--quiet", "--bare", "--depth=1", f"file://{site.upstream.path}", str(home)], check=True
        )
    elif kind == "empty":
        subprocess.run(["git", "init", "--quiet", "--bare", str(home)], check=True)
    elif kind == "file":
        home.write_text("not a repository")
    elif kind == "branch":
        return str(site.upstream.path)
    return str(home)


REPOSITORIES = {
    "missing": "correct its url",
    "shallow": "name the full one",
    "empty": "push a first commit",
    "branch": "there is no branch 'mian'",
    "file": "repository 'second'",
}


@pytest.mark.parametrize("kind", REPOSITORIES)
def test_a_repository_that_cannot_be_read_leaves_the_others_done(kind: str, site) -> None:
    url = bad_repository(site, kind)
    branch = "mian" if kind == "branch" else "main"
    site.repository("second", url, branch=branch, roots=[{"path": ".", "state": str(site.state_file)}])

    summary = site.run()

    reason = failed(site, summary, "second")
    assert REPOSITORIES[kind] in reason
    assert "unexpected" not in reason
    assert_nothing_undeclared(site, summary)
    assert sorted(site.delivered()) == DELIVERED[:2]


@pytest.mark.parametrize("kind", REPOSITORIES)
def test_what_was_opened_stays_as_it_was_when_its_repository_goes_bad(kind: str, site) -> None:
    site.run()
    before = site.delivered()
    infra = site.tables["repositories"][0]
    infra |= {"url": bad_repository(site, kind), "branch": "mian" if kind == "branch" else "main"}

    summary = site.run(1)

    failed(site, summary, "infra")
    assert set(site.statuses(summary).values()) == {"opened"}
    assert site.delivered() == before
    infra |= {"url": str(site.upstream.path), "branch": "main"}
    again = site.run(2)
    assert (again.failures, again.news) == ((), ())


def test_a_file_that_does_not_parse_is_named_and_nothing_beside_it_is_edited(site) -> None:
    site.upstream.commit({"broken.tf": 'resource "aws_instance" "x" {\n  ami = = "a"\n'})

    summary = site.run()

    assert "near line 2" in failed(site, summary, "infra: broken.tf")
    assert_nothing_undeclared(site, summary)
    assert site.branches() == set()
    assert all("broken.tf could not be read" in plan.doubts[0] for plan, _ in summary.plans if plan.repository)


def test_a_repository_that_is_left_out_is_no_failure_and_declares_nothing_away(site) -> None:
    site.repository("second", str(site.upstream.path), roots=[{"path": ".", "state": str(site.state_file)}])

    summary = site.run(only=Only(repository="second"))

    assert summary.failures == ()
    assert summary.units == ("dev/us-east-1", "second")
    assert [s.reason for s in summary.skipped if s.change.resource.id == site.stray] == [
        "whether code declares it is not known, since infra was not read"
    ]
