"""A run that asks to be let in, killed at every call: one request for each folder, with its labels and reviewers."""

from contextlib import suppress

import pytest

from .test_kills import Killed, fused
from .test_onboarding import ONBOARDING, monorepo  # noqa: F401 - a fixture
from .test_who_is_asked_to_let_us_in import in_folder


@pytest.mark.parametrize("reads", [False, True])
def test_nothing_twice_and_nothing_lost(hub, github, monorepo, reads: bool) -> None:  # noqa: F811
    plans = [in_folder(hub, "a", "ml", "@alice"), in_folder(hub, "b", "web", "@bob")]
    limits = ONBOARDING | {"opened_per_hour": 9}

    for at in range(1, 100):
        with fused(at, reads) as fuse, suppress(Killed):
            hub.deliver(*plans, limits=limits, others=plans)
        if not fuse.blown:
            break
    else:
        raise AssertionError("the runs never end")

    assert sorted(pull["title"] for pull in github.pulls) == [
        f"Configure remediator in teams/{team}" for team in ("ml", "web")
    ]
    assert [[label["name"] for label in pull["labels"]] for pull in github.pulls] == [["remediator"]] * 2
    asked = {pull["title"][-2:]: [user["login"] for user in pull["requested_reviewers"]] for pull in github.pulls}
    assert asked == {"ml": ["alice"], "eb": ["bob"]}
    before = len(github.service.writes)
    hub.deliver(*plans, limits=limits, others=plans)
    assert len(github.service.writes) == before
