"""The body of a request of several findings."""

import re
from dataclasses import replace

import pytest

from remediator.deliver.boxes import boxes
from remediator.deliver.markers import Marker, read_marker
from remediator.deliver.render import PULL_LIMIT, commit_message, pull_request_body, pull_request_title
from remediator.model import Evidence, Group
from tests.deliver.hostile import HOSTILE
from tests.deliver.rendered import MARKER, assert_harmless, rendered

MANY = replace(MARKER, group="b" * 16, declined=("c" * 16,))


@pytest.fixture
def make_group(make_plan, make_change):
    """The plan of so many findings, each with these fields, and what they share in words."""

    def make(number: int, label: str = "envs/dev", evidence: int = 1, **fields: object):
        name = "abcdef"
        parts = []
        for at in range(number):
            change = make_change(f"{name[at % 6]}{at}" if at > 5 else name[at], **fields)
            change = replace(change, evidence=change.evidence * evidence)
            parts.append(make_plan(name[at % 6], change=change))
        changes = tuple(change for part in parts for change in part.changes)
        return replace(parts[0], changes=changes, group=Group("a" * 16, "b" * 16, label), parts=tuple(parts))

    return make


def test_each_finding_is_told_apart_and_can_be_left_out(make_group) -> None:
    plan = make_group(3)
    body = pull_request_body(plan, MANY)

    assert read_marker(body) == MANY
    assert pull_request_title(plan) == "Move a gp2 volume to gp3 (3 findings in envs/dev)"
    assert "Together they save **37.20 USD a month**" in body
    assert [(box.verb, box.of) for box in boxes(body)] == [
        ("rebuild", None), *(("leave", part.id) for part in plan.parts),
    ]  # fmt: skip
    assert body.count("▁█·▄") == 3
    assert body.count("are the peaks of days") == 1
    assert [f"### {at}: `aws_ebs_volume.{name}`" in body for at, name in enumerate("abc", 1)] == [True] * 3


def test_nothing_hostile_survives(make_group) -> None:
    plan = make_group(2, label=HOSTILE, title=HOSTILE, reason=HOSTILE, missing=(HOSTILE,))
    owners = tuple(replace(o, evidence=(Evidence("tag", HOSTILE, 0.9),)) for o in plan.origin.owners)
    parts = tuple(replace(part, origin=replace(part.origin, owners=owners)) for part in plan.parts)
    plan = replace(plan, parts=parts)
    body = pull_request_body(plan, MANY)

    seen = rendered(body)
    assert_harmless(seen)
    assert seen.inputs == 3
    assert body.count("<!--") == 4  # the marker, and three boxes of ours
    assert "{{" not in body and "{%" not in body
    assert not re.search("[\u202a-\u202e\x00-\x09\x0b-\x1f]", body)
    assert not re.search(r"@\w|#\d|://", pull_request_title(plan) + commit_message(plan))


def test_whom_history_only_suggests_is_not_named_as_the_owner(make_group) -> None:
    plan = make_group(2)
    first, second = plan.parts
    owner = replace(first.origin.owners[0], handle="Bo Lind", suggested=True)
    first = replace(first, origin=replace(first.origin, owners=(owner,)))
    body = pull_request_body(replace(plan, parts=(first, second)), MANY)

    assert "| 12.40 | not known |\n| 2 " in body
    assert "Bo Lind (only suggested by history)" in body


@pytest.mark.parametrize(("number", "evidence"), [(20, 1), (50, 40)])
def test_it_fits_whatever_it_holds_and_keeps_every_box(make_group, number: int, evidence: int) -> None:
    plan = make_group(number, evidence=evidence)
    body = pull_request_body(plan, MANY)

    assert len(body) <= PULL_LIMIT
    assert sum(box.verb == "leave" for box in boxes(body)) == number
    assert_harmless(rendered(body))


def test_the_marker_of_several_rules_reads_back() -> None:
    marker = Marker("a" * 16, "ebs_gp3,idle_gpu", False, ("a" * 16, "c" * 16), group="b" * 16, declined=("d" * 16,),
                    withdrawn="moot")  # fmt: skip

    assert read_marker(f"{marker}\nbody") == marker
    assert marker.rules == ("ebs_gp3", "idle_gpu")


def test_it_says_what_the_gravest_does_and_how_it_is_looked_after(make_group) -> None:
    body = pull_request_body(make_group(2), MANY)

    assert "the gravest of them: Applying it changes the resource in place" in body
    assert "every run looks whether each is live as above" in body
