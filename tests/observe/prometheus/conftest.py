"""A Prometheus that answers as a test says, and is asked once."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from remediator.config import RunConfig
from remediator.model import Resource
from remediator.observe.prometheus import ranges
from remediator.observe.prometheus.gpus import GpuSeries, read_gpus
from remediator.observe.series import Grid
from tests.observe.prometheus.stored import HOURS, Store


@pytest.fixture
def once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ranges, "_ATTEMPTS", 1)


@pytest.fixture
def store(once: None) -> Iterator[Store]:
    made = Store()
    yield made
    made.http.close()


@pytest.fixture
def read(store: Store, tmp_path: Path):
    def run(*machines: Resource, on: Grid = HOURS, **more: object) -> GpuSeries:
        settings = RunConfig.model_validate({"state_dir": tmp_path, "prometheus_url": store.url, **more})
        return read_gpus(machines, settings, on)

    return run
