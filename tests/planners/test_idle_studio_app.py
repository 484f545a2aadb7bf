from datetime import timedelta

import pytest

from planners import idle_studio_app
from planners.idle_studio_app import Settings
from remediator.model import Effect, Usage

KERNEL = "a kernel may still compute in it; ask its user"


@pytest.fixture
def changes(build):
    def run(spec, settings=None, age_days=100):
        seen = build.seen("aws_sagemaker_app", "arn", spec, Usage(), age_days=age_days)
        return list(idle_studio_app.plan(build.estate(seen), build.context(settings or Settings())))

    return run


@pytest.fixture
def app(build):
    """An app of a day ago, as one whose last activity is not that of its health check."""

    def made(used_hours=30.0, checked_hours=0.0):
        return {
            "app_type": "JupyterLab",
            "instance_type": "ml.g5.xlarge",
            "space_name": "emil",
            "last_user_activity": (build.now - timedelta(hours=used_hours)).isoformat(),
            "last_health_check": (build.now - timedelta(hours=checked_hours)).isoformat(),
        }

    return made


def test_an_app_that_nobody_touched_for_a_day_is_asked_about(changes, app) -> None:
    [change] = changes(app())

    assert change.title == "Shut down the JupyterLab app of emil"
    assert "nobody has used this ml.g5.xlarge app for 30 hours" in change.reason
    assert change.doubts == (KERNEL,) and change.effect is Effect.REMOVAL
    assert changes(app(), Settings(hours=31), age_days=2) == []
    assert changes({**app(), "instance_type": "system"}) == []


def test_the_activity_of_a_health_check_is_none_of_its_user(changes, app) -> None:
    # AWS sets both to one time while it looks after an app that nobody uses
    checked = app(used_hours=0.0)
    [change] = changes(checked, age_days=9)

    assert "has run for 9 days" in change.reason
    assert change.missing == ("when its user last did something: AWS tells the time of its own health check",)
    assert change.accrued is None and change.confidence < 0.6
    assert changes(checked, age_days=6) == []
    assert len(changes(checked, Settings(days=1), age_days=6)) == 1


def test_what_tells_neither_time_is_judged_by_its_age(changes, app) -> None:
    silent = {k: v for k, v in app().items() if not k.startswith("last")}

    assert len(changes(silent, age_days=9)) == 1
    assert changes(silent, age_days=None) == []
