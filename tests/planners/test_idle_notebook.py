from datetime import timedelta
from decimal import Decimal

import pytest

from planners import idle_notebook
from planners.idle_notebook import Settings
from remediator.model import Usage


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
