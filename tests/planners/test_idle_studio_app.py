from datetime import timedelta
from decimal import Decimal

import pytest

from planners import idle_studio_app
from planners.idle_studio_app import Settings
from remediator.model import Effect, Usage

KERNEL = "a kernel may still compute in it; ask its user"


@pytest.fixture
def changes(build):
    def run(spec, settings=None, age_days=100, **over):
        seen = build.seen("aws_sagemaker_app", "arn", spec, Usage(), age_days=age_days, **over)
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


@pytest.mark.parametrize(("hours", "found"), [(23.99, False), (24.0, True)])
def test_the_day_is_whole(changes, app, hours, found) -> None:
    assert bool(changes(app(used_hours=hours))) is found


@pytest.mark.parametrize(("days", "found"), [(6.99, False), (7.0, True)])
def test_the_week_of_what_tells_no_use_is_whole(changes, app, days, found) -> None:
    assert bool(changes(app(used_hours=0.0), age_days=days)) is found


@pytest.mark.parametrize(("seconds", "known"), [(60, False), (61, True)])
def test_an_activity_a_minute_from_a_health_check_is_the_check_itself(changes, app, seconds, known) -> None:
    [change] = changes(app(used_hours=30.0, checked_hours=30.0 - seconds / 3600))

    assert ("nobody has used" in change.reason) is known


def test_an_activity_without_a_health_check_is_its_users(changes, app) -> None:
    [change] = changes({k: v for k, v in app().items() if k != "last_health_check"})

    assert "nobody has used" in change.reason


def test_what_happened_before_an_app_was_made_is_none_of_its_time(changes, app) -> None:
    """A space's new app may tell when the one before it was last used."""
    assert changes(app(used_hours=200.0), age_days=0.5) == []
    [change] = changes(app(used_hours=200.0), age_days=2, price="73.00")

    assert "nobody has used this ml.g5.xlarge app for 48 hours" in change.reason
    assert change.accrued == Decimal("4.80")


def test_an_activity_in_the_future_is_none_that_is_long_ago(changes, app) -> None:
    assert changes(app(used_hours=-5.0, checked_hours=-9.0)) == []


def test_an_unknown_price_type_and_owner_are_not_made_up(changes, app) -> None:
    bare = {k: v for k, v in app().items() if k.startswith("last") or k == "instance_type"}
    [change] = changes(bare)

    assert change.title == "Shut down the app of an unknown profile"
    assert change.saving is None and change.accrued is None
    assert changes({k: v for k, v in app().items() if k != "instance_type"}) == []


def test_what_a_tag_keeps_is_left_alone(changes, app) -> None:
    assert changes(app(), tags={"remediator:keep": ""}) == []
    assert changes(app(), Settings(keep_tags=("hold",)), tags={"hold": ""}) == []


@pytest.mark.parametrize("environment", ["prod", "dev", None])
def test_it_is_a_question_in_every_environment(changes, app, environment) -> None:
    [change] = changes(app(), environment=environment)

    assert change.doubts == (KERNEL,) and change.confidence == 0.5


@pytest.mark.parametrize("wrong", [{"hours": 0.5}, {"days": 0}, {"hours": 9000}, {"days": 366}])
def test_settings_that_make_no_sense_are_refused(wrong) -> None:
    with pytest.raises(ValueError, match=next(iter(wrong))):
        Settings(**wrong)
