"""What a run sees: each part by itself, what is left out, and what failed."""

from datetime import UTC, datetime, timedelta

import pytest

from remediator.errors import RemediatorError
from remediator.run.looking import Looked, Only, look
from remediator.trace.addresses import Key


@pytest.fixture
def seen(site):
    def looked(only: Only | None = None) -> Looked:
        return look(site.config, datetime.now(UTC) + timedelta(minutes=5), only or Only(), lambda _: None)

    return looked


def key(id_: str) -> Key:
    return "dev", "us-east-1", f"aws_ebs_volume/{id_}"


def test_everything_is_seen_and_joined(site, seen) -> None:
    looked = seen()

    assert looked.units == ("dev/us-east-1", "infra")
    assert (looked.unseen, looked.unread, looked.left_out) == ((), (), ())
    declared = {o.resource.id: o.declared.at.address for o in looked.estate.observations if o.declared}
    assert declared == {id_: f"aws_ebs_volume.{name}" for name, id_ in site.volumes.items()}
    assert ("dev", "us-east-1", "aws_ebs_volume") in looked.listed


def test_what_fails_is_named_and_the_rest_is_seen(site, seen) -> None:
    site.account("down", "http://127.0.0.1:9")
    site.repository("gone", str(site.tmp_path / "nowhere"))
    site.repository("second", str(site.upstream.path), roots=[{"path": ".", "state": "/none", "workspace": "x"}])

    looked = seen()

    assert {failure.unit for failure in looked.unseen} == {"down/us-east-1"}
    assert {failure.unit for failure in looked.unread} == {"gone", "second/."}
    assert set(looked.codebases) == {"infra", "second"}
    assert sum(o.declared is not None for o in looked.estate.observations) == 2


def test_a_narrowed_run_sees_that_alone_and_says_what_it_leaves_out(site, seen) -> None:
    site.account("prod", site.endpoint)
    site.repository("second", str(site.upstream.path), roots=[{"path": ".", "state": "/none", "workspace": "x"}])

    looked = seen(Only(account="dev", repository="infra"))

    assert looked.units == ("dev/us-east-1", "infra")
    assert [failure.unit for failure in looked.left_out] == ["second"]
    assert looked.unread == ()
    assert looked.notes[0].startswith("--repo leaves out second, so what their states hold counts as undeclared")


def test_an_account_that_is_nobodys_is_an_error(seen) -> None:
    with pytest.raises(RemediatorError, match="account 'other' is not configured, nor is it in an organization"):
        seen(Only(account="other"))


def test_what_two_states_claim_is_contested(site, seen) -> None:
    site.repository("second", str(site.upstream.path), roots=[{"path": ".", "state": str(site.state_file)}])

    assert set(seen().contested) == {key(id_) for id_ in site.volumes.values()}


def test_holes_of_git_are_noted_once(site, seen, monkeypatch) -> None:
    monkeypatch.setattr("remediator.run.looking.hole", lambda: "git has holes.")
    site.repository("second", str(site.upstream.path), roots=[{"path": ".", "state": str(site.state_file)}])

    assert seen().notes.count("git has holes.") == 1
