from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from remediator.config import ExceptionConfig
from remediator.model import Attributes, Change, Observation, Resource, StateAddress, StateResource, Usage
from remediator.run.excepting import notes_on, sift, waivers
from tests.changes import change_of

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
ARN = "arn:aws:ec2:us-east-1:123456789012:volume/vol-1"
LIVE = Resource(
    "aws", "ml", "us-east-1", "aws_ebs_volume", "vol-1", ARN, Attributes(), Attributes({"keep": "a=b"}), NOW,
)  # fmt: skip
AT = StateAddress(
    "infra", "llm", "s", "default", "l", 1, 'module.a["k"]', "managed", "aws_ebs_volume", "data", 0,
)  # fmt: skip
DECLARED = StateResource(AT, "vol-1", None, Attributes({"tags.team": "ranking", "type": "gp2"}))


def places(at: StateAddress) -> tuple[str, ...]:
    return (f"experiments/{at.root}", f"experiments/{at.root}/volumes.tf")


def change(resource: Resource = LIVE, declared: StateResource | None = DECLARED, rule: str = "ebs_gp3") -> Change:
    return change_of(
        resource,
        declared,
        rule=rule,
        concern="volume type",
        title="Move it",
        reason="it is cheaper",
        accrued=Decimal(0),
    )


def excepted(wanted: Change, *exceptions: dict[str, object], now: datetime = NOW) -> list[str]:
    given = waivers([ExceptionConfig.model_validate({"reason": "it is a benchmark", **e}) for e in exceptions])
    sifted = sift([wanted], given, places, now)
    assert len(sifted.kept) + len(sifted.skipped) == 1
    return [skipped.reason for skipped in sifted.skipped]


@pytest.mark.parametrize(
    "exception",
    [
        {"tag": "keep"},
        {"tag": "keep=a=b"},
        {"tag": "team=ranking"},
        {"account": "ml"},
        {"resource": "vol-1"},
        {"resource": "vol-?"},
        {"resource": ARN},
        {"resource": "*:volume/vol-1"},
        {"resource": 'module.a["k"].aws_ebs_volume.data[0]'},
        {"resource": "module.a[*].*"},
        {"path": "module.a*"},
        {"path": "experiments/llm"},
        {"path": "experiments/*"},
        {"path": "/experiments/"},
        {"path": "./experiments/llm/volumes.tf"},
        {"path": "*.tf"},
        {"rule": "ebs_gp3", "account": "ml"},
        {"rule": ["idle_gpu", "ebs_gp3"], "account": "ml"},
        {"tag": "keep", "path": "experiments/*", "resource": "vol-*", "account": "ml"},
    ],
)
def test_what_it_covers_is_skipped_with_the_reason(exception: dict[str, object]) -> None:
    assert excepted(change(), exception) == ["excepted: it is a benchmark"]


@pytest.mark.parametrize(
    "exception",
    [
        {"tag": "Keep"},
        {"tag": "keep=a"},
        {"tag": "type"},  # an attribute is no tag
        {"account": "m"},
        {"resource": "vol"},
        {"resource": "module.a[k]*"},
        {"path": "experiments"},
        {"path": "llm"},  # the name of the root, not its path
        {"path": "vol-1"},
        {"rule": "ebs_gp", "account": "ml"},
        {"rule": "idle_gpu", "account": "ml"},
        {"tag": "keep", "path": "elsewhere/*"},
        {"tag": "keep", "account": "other"},
    ],
)
def test_all_that_it_says_has_to_hold(exception: dict[str, object]) -> None:
    assert excepted(change(), exception) == []


def test_what_no_code_declares_has_no_path() -> None:
    assert excepted(change(declared=None), {"path": "*"}) == []
    assert excepted(change(declared=None), {"resource": "vol-1"}) != []


def test_the_day_it_ends_on_is_not_covered() -> None:
    until = {"account": "ml", "until": date(2026, 11, 21)}

    assert excepted(change(), until) == ["excepted until 2026-11-21: it is a benchmark"]
    assert excepted(change(), until, now=NOW + timedelta(hours=12)) == []
    # the evening before, in a zone where it is the day already
    assert excepted(change(), until, now=datetime(2026, 11, 21, 1, tzinfo=timezone(timedelta(hours=2)))) != []


def test_the_first_that_covers_it_says_why() -> None:
    ended = {"account": "ml", "until": "2026-01-01", "reason": "over"}

    assert excepted(change(), ended, {"tag": "keep", "reason": "one"}, {"tag": "keep", "reason": "two"}) == [
        "excepted: one"
    ]


def noted(*exceptions: dict[str, object], whole: bool = True) -> list[str]:
    given = waivers([ExceptionConfig.model_validate({"reason": "why", **e}) for e in exceptions])
    used = sift([change()], given, places, NOW).used
    other = replace(LIVE, id="vol-2", tags=Attributes())
    seen = [Observation(r, Usage(), None, None) for r in (LIVE, other)]
    return list(notes_on(given, used, seen, places, NOW, whole))


def test_one_that_ended_is_noted() -> None:
    said = [
        "Exception 2 (account = ml: why) ended on 2026-11-20 and has no effect; take it out, or give it a later day."
    ]

    assert noted({"tag": "keep"}, {"account": "ml", "until": "2026-11-20"}) == said
    assert noted({"tag": "keep"}, {"account": "ml", "until": "2026-11-20"}, whole=False) == said


def test_one_that_covers_nothing_is_noted_once_all_was_seen() -> None:
    unused = {"resource": "vol-9", "tag": "keep"}

    assert noted(unused) == [
        "Exception 1 (tag = keep, resource = vol-9: why) is unused, since it covers nothing that was seen; "
        "correct it, or take it out."
    ]
    assert noted(unused, whole=False) == []


def test_one_that_covers_what_is_well_today_is_not_noted() -> None:
    assert noted({"resource": "vol-2"}, {"account": "ml", "rule": "idle_gpu"}, {"tag": "keep"}) == []


@given(st.text(min_size=1, max_size=60), st.text(max_size=60))
def test_no_text_of_strangers_raises(pattern: str, text: str) -> None:
    hostile = replace(LIVE, id=text, arn=text, account=text, tags=Attributes({text: text}))
    for key in ("tag", "path", "resource", "account"):
        excepted(change(hostile), {key: pattern})
    assert excepted(change(hostile), {"tag": f"{text}={text}"}) != []
