"""What asking to be let in reads: no more for a hundred findings of a folder that was not asked yet than for one."""

import pytest

from .test_onboarding import ONBOARDING, monorepo  # noqa: F401 - a fixture
from .test_who_is_asked_to_let_us_in import in_folder

ONE = ONBOARDING | {"open_per_repo": 1}


@pytest.mark.parametrize(("where", "fake"), [("hub", "github"), ("lab", "gitlab")])
def test_a_limit_that_holds_is_told_without_asking_for_each_finding(where, fake, request, monorepo) -> None:  # noqa: F811
    desk, service = request.getfixturevalue(where), request.getfixturevalue(fake).service

    def reads(count: int) -> int:
        plans = [in_folder(desk, "a", "ml", "@alice")]
        plans += [in_folder(desk, name, "web", "@bob") for name in "bcdef"[:count]]
        service.requests.clear()
        held = desk.deliver(*plans, limits=ONE, others=plans, places=desk.places())
        assert [d.action for d in held] == ["held"] * len(plans)
        assert held[-1].reason.startswith("limits.open_per_repo")
        return len(service.requests)

    reads(1)
    assert reads(1) == reads(5)
