"""A real process, killed by the system while a service still holds its request: carried out, never answered."""

import os
import pickle
import signal
import subprocess
import sys
from collections.abc import Callable

import pytest

RUN = """
import pickle, sys
from datetime import UTC, datetime
from remediator.deliver.delivery import deliver
from remediator.deliver.places import Places
from remediator.git.clones import sync
from remediator.ledger.ledger import open_ledger
config, plan = pickle.load(sys.stdin.buffer)
repository = config.repositories[0]
places = Places(config, pace=0, sleep=lambda _: None)
with open_ledger(None, config.run.state_dir) as ledger:
    clone = sync(repository, config.run.state_dir, "LAB_TOKEN")
    now = datetime(2026, 11, 23, 12, tzinfo=UTC)
    print(deliver(plan, repository, clone, config, ledger, now, places).action)
"""


@pytest.fixture
def hosted(make_desk, gitlab, git_over_http):
    """Delivers to a repository that is cloned from and pushed to GitLab itself."""
    return make_desk("lab", gitlab=gitlab.service.url, url=git_over_http.url)


def run(desk, plan, services, kill: Callable[[str], bool]) -> str:
    """Deliver in a process of its own, killed after the first request for which `kill` is true; what it printed."""
    with subprocess.Popen([sys.executable, "-c", RUN], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:

        def after(what: str) -> None:
            if kill(what):
                os.kill(process.pid, signal.SIGKILL)

        for service in services:
            service.after = after
        printed, _ = process.communicate(pickle.dumps((desk.config, plan)), timeout=240)
        for service in services:
            service.after = None
    return printed.decode().strip()


@pytest.mark.parametrize("at", ["POST /api/v4/projects/acme%2Fml%2Finfra/merge_requests", "POST /git-receive-pack"])
def test_a_process_killed_in_the_middle_of_a_write_leaves_one_of_each(
    hosted, gitlab, git_over_http, upstream, at: str
) -> None:
    plan, services = hosted.plan(), (gitlab.service, git_over_http)

    assert run(hosted, plan, services, at.__eq__) == ""
    assert run(hosted, plan, services, lambda _: False) in ("opened", "kept")

    assert set(upstream.branches()) == {"main", f"remediator/ebs-gp3/{plan.id}"}
    assert [r["labels"] for r in gitlab.requests] == [["ebs_gp3", "remediator"]]
