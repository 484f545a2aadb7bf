"""The demo's estate in a folder: built once, served by an emulated cloud whenever it is wanted."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from remediator.config import Config, parse
from remediator.demo.building import held
from remediator.demo.machines import PLATFORM, RESEARCH
from remediator.errors import RemediatorError

_OURS = {
    "AWS_ACCESS_KEY_ID": "demo",
    "AWS_SECRET_ACCESS_KEY": "demo",
    "AWS_CONFIG_FILE": os.devnull,
    "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
    "no_proxy": "127.0.0.1",
    "MOTO_EC2_LOAD_DEFAULT_AMIS": "false",  # hundreds of images, with a snapshot each, of which the estate uses none
}
_NOT_OURS = ("AWS_PROFILE", "AWS_DEFAULT_PROFILE", "AWS_SESSION_TOKEN", "NO_PROXY")
"""Settings of a real account, which would be looked up and need not be there."""
_CONFIG = """\
# Written by `remediator demo`; the endpoint is an emulated cloud that runs while the demo does.
[run]
state_dir = ".remediator"
deliver = true
metric_period = 21600              # the emulator is slow; a real account uses 300
second_opinion = false             # and has no Compute Optimizer

[[accounts]]
name = "ml-dev"
regions = ["us-east-1"]
endpoint_url = "{endpoint}"

[[repositories]]
name = "ml-platform"
url = "repositories/ml-platform.git"
slug = "acme/ml-platform"
forge = "local"
tracker = "local"
  [[repositories.roots]]
  path = "envs/dev"
  state = "s3://acme-tfstate/ml-platform/dev/terraform.tfstate"
  var_files = ["dev.tfvars"]

[[repositories]]
name = "research"
url = "repositories/research.git"
slug = "acme/research"
forge = "local"
tracker = "local"
  [[repositories.roots]]
  path = "."
  state = "states/research.tfstate"

[forges.local]
kind = "local"
[trackers.local]
kind = "local"
project = "FIN"

[owners.teams.ranking]
match = ["@acme/ranking", "ranking"]
reviewers = ["@acme/ranking"]
jira_assignee = "ranking-lead"

[limits]
open_per_repo = 20
opened_per_hour = 20
unowned = "deliver"

# What the emulator has no answer for.
[planners]
idle_studio_app.enabled = false
unused_reservation.enabled = false
"""


@dataclass(frozen=True, slots=True)
class Demo:
    """A served estate: its folder, its configuration, and the time it was built at, which is the demo's now."""

    folder: Path
    config: Config
    now: datetime


@contextmanager
def served(folder: Path) -> Iterator[Demo]:
    """Build the estate in a folder where it is not there yet, and serve its cloud on a free port of 127.0.0.1.

    Raises RemediatorError when the emulator is not installed, another demo is at work in the folder, or it holds
    something else.
    """
    try:
        from moto.server import ThreadedMotoServer

        from remediator.demo import cloud, states, trail
    except ImportError as error:
        raise RemediatorError(
            f"the demo needs moto ({error}); install it with: pip install 'remediator[demo]'"
        ) from error
    with held(folder) as now:
        server = ThreadedMotoServer("127.0.0.1", port=0, verbose=False)
        server.start()
        try:
            with _surroundings():
                host, port = server.get_host_and_port()
                endpoint = f"http://{host}:{port}"
                ids = cloud.fill(endpoint, now)
                trail.serve({ids.machines["stray"]: [cloud.launch(now)]})
                cloud.put_state(endpoint, "ml-platform/dev/terraform.tfstate", states.state(PLATFORM, ids))
                (folder / "states").mkdir(exist_ok=True)
                (folder / "states" / "research.tfstate").write_bytes(states.state(RESEARCH, ids))
                cloud.put_metrics(endpoint, ids, now)
                text = _CONFIG.format(endpoint=endpoint)
                path = folder / "config.toml"
                path.write_text(text, "utf-8")
                yield Demo(folder, parse(text, path), now)
        finally:
            server.stop()


@contextmanager
def _surroundings() -> Iterator[None]:
    """Credentials that only the emulator accepts and no proxy on the way to it, whatever the environment holds."""
    kept = {name: value for name, value in os.environ.items() if name in _OURS or name in _NOT_OURS}
    for name in _NOT_OURS:
        os.environ.pop(name, None)
    os.environ.update(_OURS)
    try:
        yield
    finally:
        for name in _OURS:
            del os.environ[name]
        os.environ.update(kept)
