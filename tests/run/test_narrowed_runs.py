"""Runs that leave things alone: exceptions of the configuration, and rules that are off in an environment."""

import json
from datetime import UTC, datetime

import pytest

from remediator.errors import ConfigError
from remediator.run import Only
from remediator.run.explaining import explain

NOTHING = {"resource": "vol-nothing", "reason": "it was here once"}


def test_what_is_excepted_reaches_nobody_and_is_counted(site) -> None:
    site.tables["exceptions"] = [
        {"rule": "ebs_gp3", "path": "main.tf", "until": "2999-01-01", "reason": "a benchmark"},
        {"rule": "ebs_gp3", "resource": site.stray, "reason": "never mind"},
        {"account": "dev", "until": "2020-01-01", "reason": "over"},
        NOTHING,
    ]

    summary = site.run()

    assert sorted(s.reason for s in summary.skipped if s.reason.startswith("excepted")) == [
        "excepted until 2999-01-01: a benchmark",
        "excepted until 2999-01-01: a benchmark",
        "excepted: never mind",
    ]
    assert site.branches() == set()
    assert "excepted: never mind" in [skipped["reason"] for skipped in site.written()["skipped"]]
    noted = [note for note in summary.notes if note.startswith("Exception")]
    assert [note.partition(" and ")[0].partition(", since")[0] for note in noted] == [
        "Exception 3 (account = dev: over) ended on 2020-01-01",
        "Exception 4 (resource = vol-nothing: it was here once) is unused",
    ]


def test_an_exception_is_unused_only_where_all_was_seen(site) -> None:
    site.tables["exceptions"] = [NOTHING]
    site.account("down", "http://127.0.0.1:9")

    assert not any("unused" in note for note in site.run().notes)
    site.tables["accounts"].pop()
    assert any("unused" in note for note in site.run(1).notes)
    assert not any("unused" in note for note in site.run(2, Only(rule="ebs_gp3")).notes)


def test_an_edit_that_reaches_what_is_excepted_is_not_made(site) -> None:
    state = json.loads(site.state_file.read_bytes())
    one, two = state["resources"]
    two["instances"][0]["attributes"]["size"] = 1000
    instances = [{**part["instances"][0], "index_key": n} for n, part in enumerate((one, two))]
    state["resources"] = [{**one, "name": "scratch", "instances": instances}]
    site.state_file.write_text(json.dumps(state))
    code = site.upstream.git("show", "main:main.tf").partition('resource "aws_ebs_volume" "cache"')[0]
    site.upstream.commit({"main.tf": code.replace('"features" {', '"scratch" {\n  count = 2')})
    site.tables["exceptions"] = [{"resource": "aws_ebs_volume.scratch[1]", "reason": "it is measured with"}]

    summary = site.run()

    assert [s.change.resource.id for s in summary.skipped if s.reason.startswith("excepted")] == [site.volumes["cache"]]
    assert site.branches() == set()


def test_a_rule_that_is_off_in_an_environment_says_nothing_there(site) -> None:
    site.tables["planners"]["ebs_gp3"] = {"dev": {"enabled": False}}

    summary = site.run()

    assert not any(c.rule == "ebs_gp3" for plan, _ in summary.plans for c in plan.changes)
    site.tables["environments"] = {"prod": ["dev"], "dev": []}
    assert any(c.rule == "ebs_gp3" for plan, _ in site.run(1).plans for c in plan.changes)


def test_what_is_excepted_is_explained(site) -> None:
    site.tables["exceptions"] = [{"resource": "aws_ebs_volume.features", "reason": "a benchmark"}]

    found = explain(site.config, site.volumes["features"], now=datetime.now(UTC), progress=lambda _: None)

    assert found.plans == ()
    assert [(step.link.value, step.evidence) for step in found.steps if step.link.value == "excepted"] == [
        ("excepted", "excepted: a benchmark")
    ]


def test_an_exception_for_a_rule_that_is_not_known_is_an_error(site) -> None:
    site.tables["exceptions"] = [{"rule": "ebs_gp2", "account": "dev", "reason": "x"}]

    with pytest.raises(ConfigError, match="there is no rule 'ebs_gp2'; did you mean 'ebs_gp3'"):
        site.run()
