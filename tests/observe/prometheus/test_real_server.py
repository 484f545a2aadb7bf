"""The queries against a Prometheus itself, where one is on PATH, with blocks as the DCGM exporter would have made."""

import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
import requests

from remediator.config import RunConfig
from remediator.model import Attributes, Resource
from remediator.observe.prometheus.gpus import read_gpus
from remediator.observe.series import grid

TOOLS = (shutil.which("prometheus"), shutil.which("promtool"))
NOW = datetime.now(UTC).replace(minute=0, second=0, microsecond=0)
HOURS = 8
pytestmark = pytest.mark.skipif(None in TOOLS, reason="prometheus and promtool are not on PATH")


def exported() -> Iterator[str]:
    """Eight hours, a value a minute: one GPU at work until three hours ago, and four of which one falls silent then."""
    hosts = {"ip-10-0-0-1": 1, "ip-10-0-0-2": 4}
    end = int(NOW.timestamp())
    for name in ("DCGM_FI_DEV_GPU_UTIL", "DCGM_FI_DEV_FB_USED", "DCGM_FI_DEV_FB_FREE"):
        yield f"# TYPE {name} gauge"
        for host, gpus in hosts.items():
            for gpu in range(gpus):
                for at in range(end - HOURS * 3600, end + 1, 60):
                    late = at > end - 3 * 3600
                    busy = 90 if gpus == 1 and not late else 0
                    value = {"UTIL": busy, "USED": 4000, "FREE": 12_000}[name.rpartition("_")[2]]
                    if not (gpu == 3 and late):
                        labels = f'Hostname="{host}",gpu="{gpu}",instance="10.244.0.{gpus}:9400",pod="dcgm-{gpus}"'
                        yield f"{name}{{{labels}}} {value} {at}"
    yield "# EOF"


@pytest.fixture
def server(tmp_path: Path) -> Iterator[str]:
    prometheus, promtool = (str(tool) for tool in TOOLS)
    (tmp_path / "exported").write_text("\n".join(exported()) + "\n")
    (tmp_path / "prometheus.yml").write_text("global: {}\n")
    made = [promtool, "tsdb", "create-blocks-from", "openmetrics", str(tmp_path / "exported"), str(tmp_path / "data")]
    subprocess.run(made, check=True, capture_output=True)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{free.getsockname()[1]}"
    started = subprocess.Popen(
        [
            prometheus,
            f"--config.file={tmp_path / 'prometheus.yml'}",
            f"--storage.tsdb.path={tmp_path / 'data'}",
            f"--web.listen-address={address}",
        ],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        for _ in range(120):
            try:
                if requests.get(f"http://{address}/-/ready", timeout=5).ok:
                    break
            except requests.ConnectionError:
                time.sleep(0.5)
        yield f"http://{address}"
    finally:
        started.terminate()
        started.wait(30)


def machine(number: int, type_: str) -> Resource:
    spec = {"instance_type": type_, "instance_state": "running", "private_dns": f"ip-10-0-0-{number}.ec2.internal"}
    began = NOW - timedelta(days=30)
    return Resource(
        "aws", "dev", "us-east-1", "aws_instance", f"i-{number}", None, Attributes(spec), Attributes(), began
    )


def test_a_prometheus_answers_as_the_reader_expects_and_a_later_run_goes_on(server: str, tmp_path: Path) -> None:
    run = RunConfig(state_dir=tmp_path / "state", prometheus_url=server)
    machines = (machine(1, "p3.2xlarge"), machine(2, "g5.12xlarge"), machine(3, "g5.xlarge"))

    read_gpus(machines, run, grid(NOW - timedelta(hours=4), 300, 1))
    found = read_gpus(machines, run, grid(NOW, 300, 1))

    assert found.problem is None and set(found.by_machine) == {"dev/us-east-1/i-1", "dev/us-east-1/i-2"}
    one, four = (found.by_machine[f"dev/us-east-1/i-{n}"] for n in (1, 2))
    assert (one["gpu"][-12 * HOURS : -36 - 1] == 90).all() and (one["gpu"][-35:] == 0).all()
    assert (one["gpu_memory"][-12 * HOURS :] == 25).all() and np.isnan(one["gpu"][: -12 * HOURS - 1]).all()
    # what one of four GPUs does is not known since it fell silent
    assert (four["gpu"][-12 * HOURS : -36] == 0).all() and np.isnan(four["gpu"][-35:]).all()
