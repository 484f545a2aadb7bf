from datetime import timedelta

import pytest

from planners import idle_studio_app
from planners.idle_studio_app import Settings
from remediator.model import Usage


@pytest.fixture
def changes(build):
    def run(spec, settings=None):
        seen = build.seen("aws_sagemaker_app", "arn", spec, Usage())
        return list(idle_studio_app.plan(build.estate(seen), build.context(settings or Settings())))

    return run


def test_an_app_that_nobody_touched_for_a_day_is_asked_about(build, changes) -> None:
    app = {
        "app_type": "JupyterLab",
        "instance_type": "ml.g5.xlarge",
        "space_name": "emil",
        "last_user_activity": (build.now - timedelta(hours=30)).isoformat(),
    }
    [change] = changes(app)

    assert change.title == "Shut down the JupyterLab app of emil"
    assert "for 30 hours" in change.reason
    assert change.doubts == ("a kernel may still compute in it; ask its user",)
    assert changes(app, Settings(hours=31)) == []
    assert changes({**app, "instance_type": "system"}) == []
