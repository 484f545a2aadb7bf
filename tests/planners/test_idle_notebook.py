from datetime import timedelta
from decimal import Decimal

import pytest

from planners import idle_notebook
from planners.idle_notebook import Settings
from remediator.model import Effect, Launcher, Usage


@pytest.fixture
def changes(build):
    def run(kind, spec, settings=None, **over):
        seen = build.seen(kind, "x", spec, Usage(), declared={}, **over)
        return list(idle_notebook.plan(build.estate(seen), build.context(settings or Settings())))

    return run


def notebook(build, days, **over):
    started = (build.now - timedelta(days=days)).isoformat()
    return {
        "notebook_instance_status": "InService",
        "instance_type": "ml.g5.xlarge",
        "last_modified_time": started,
        **over,
    }


def test_a_notebook_left_running_for_a_week_is_asked_about(build, changes) -> None:
    [change] = changes("aws_sagemaker_notebook_instance", notebook(build, 10), price="1028.57")

    assert change.concern == "running"
    assert change.reason == (
        "this ml.g5.xlarge has run for 10 days without a stop, and no lifecycle configuration stops it when it is idle"
    )
    assert change.accrued == Decimal("338.16")
    assert "outside /home/ec2-user/SageMaker" in change.doubts[0]
    assert change.missing == ("its use: AWS publishes no metric of it",)
    assert change.actions == ()  # Terraform can remove a notebook, with all that it holds, and not stop it


def test_a_lifecycle_configuration_that_did_not_stop_it_is_named(build, changes) -> None:
    [change] = changes("aws_sagemaker_notebook_instance", notebook(build, 10, lifecycle_config_name="auto-stop"))

    assert change.reason.endswith("its lifecycle configuration auto-stop did not stop it")


@pytest.mark.parametrize("over", [{"notebook_instance_status": "Stopped"}, {"last_modified_time": None}])
def test_what_is_stopped_or_of_unknown_age_is_left(build, changes, over) -> None:
    assert changes("aws_sagemaker_notebook_instance", notebook(build, 10, **over)) == []
    assert changes("aws_sagemaker_notebook_instance", notebook(build, 6)) == []


@pytest.mark.parametrize(("days", "found"), [(6.99, False), (7.0, True)])
def test_the_week_is_whole(build, changes, days, found) -> None:
    assert bool(changes("aws_sagemaker_notebook_instance", notebook(build, days))) is found


def test_one_that_a_clock_has_starting_tomorrow_is_left(build, changes) -> None:
    assert changes("aws_sagemaker_notebook_instance", notebook(build, -1)) == []


def test_the_days_are_a_setting(build, changes) -> None:
    assert len(changes("aws_sagemaker_notebook_instance", notebook(build, 2), Settings(days=2))) == 1
    assert changes("aws_sagemaker_notebook_instance", notebook(build, 10), Settings(days=11)) == []


@pytest.mark.parametrize("status", ["Pending", "Stopping", "Failed", "Updating", None])
def test_only_what_is_in_service_is_asked_about(build, changes, status) -> None:
    assert changes("aws_sagemaker_notebook_instance", notebook(build, 10, notebook_instance_status=status)) == []


def test_an_unknown_price_and_type_are_not_made_up(build, changes) -> None:
    [change] = changes("aws_sagemaker_notebook_instance", notebook(build, 10, instance_type=None))

    assert change.reason.startswith("it has run for 10 days without a stop")
    assert change.saving is None and change.accrued is None


def test_what_a_tag_keeps_is_left_alone(build, changes) -> None:
    spec = notebook(build, 10)

    assert changes("aws_sagemaker_notebook_instance", spec, tags={"remediator:keep": ""}) == []
    assert changes("aws_sagemaker_notebook_instance", spec, Settings(keep_tags=("hold",)), tags={"hold": ""}) == []


@pytest.mark.parametrize("environment", ["prod", "dev", None])
def test_it_is_a_question_in_every_environment(build, changes, environment) -> None:
    [change] = changes("aws_sagemaker_notebook_instance", notebook(build, 10), environment=environment)

    assert change.doubts and change.confidence == 0.4 and change.effect is Effect.STOP


def test_one_that_studio_made_is_asked_about_and_not_called_remade(build, changes) -> None:
    made = Launcher("SageMaker Studio", "domain", "d-1", scales=False)
    [change] = changes("aws_sagemaker_notebook_instance", notebook(build, 10), launched_by=made)

    assert not any("would launch another" in doubt for doubt in change.doubts)


@pytest.mark.parametrize("days", [0.5, 366])
def test_days_that_make_no_sense_are_refused(days) -> None:
    with pytest.raises(ValueError, match="days"):
        Settings(days=days)
