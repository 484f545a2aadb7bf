from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import boto3
import pytest

from remediator.config import AccountConfig, RunConfig
from remediator.model import Resource
from remediator.observe.calls import CallCounter
from remediator.observe.kinds import KINDS, Kind
from remediator.observe.measuring import Measured, measure
from remediator.observe.series import SeriesFile
from remediator.observe.sessions import Clients
from remediator.observe.sighting import Sighting, Unit, observe
from tests import emulator
from tests.observe.written_metrics import HOURS, Metrics

NOT_EMULATED = ("aws_ec2_capacity_reservation", "aws_ec2_capacity_block_reservation", "aws_sagemaker_app")
EMULATED = tuple(kind for kind in KINDS if kind.name not in NOT_EMULATED)
"""What moto can list: it has no reservations and no apps."""
NOW = datetime.now(UTC).replace(minute=0, second=0, microsecond=0)


@dataclass(frozen=True)
class Cloud:
    """A moto server with nothing in it, and how to fill and to observe it."""

    endpoint: str
    state_dir: Path

    def client(self, service: str, region: str = "us-east-1"):
        return emulator.client(service, self.endpoint, region)

    def account(self, region: str = "us-east-1") -> AccountConfig:
        return AccountConfig(name="dev", regions=(region,), endpoint_url=self.endpoint)

    def settings(self, **run: object) -> RunConfig:
        return RunConfig.model_validate({"state_dir": self.state_dir, "metric_period": 3600, **run})

    def observe(self, now: datetime = NOW, region: str = "us-east-1", **run: object) -> Sighting:
        return observe(Unit(self.account(region), region), self.settings(**run), now, EMULATED)

    def put(
        self, namespace: str, name: str, dimensions: dict[str, str], values: list[float], end: datetime = NOW
    ) -> None:
        """One value an hour, the last one for the hour that ends at `end`."""
        wanted = [{"Name": key, "Value": value} for key, value in dimensions.items()]
        data = [
            {
                "MetricName": name,
                "Dimensions": wanted,
                "Timestamp": end - timedelta(hours=len(values) - n),
                "Value": value,
            }
            for n, value in enumerate(values)
        ]
        for at in range(0, len(data), 500):
            self.client("cloudwatch").put_metric_data(Namespace=namespace, MetricData=data[at : at + 500])


@pytest.fixture
def emulated() -> tuple[Kind, ...]:
    return EMULATED


@pytest.fixture(autouse=True)
def credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    monkeypatch.setenv("AWS_CONFIG_FILE", "/dev/null")


@pytest.fixture
def cloud(server: str, tmp_path: Path) -> Cloud:
    import requests

    requests.post(f"{server}/moto-api/reset", timeout=10)
    return Cloud(server, tmp_path)


@pytest.fixture
def metrics() -> Metrics:
    return Metrics()


@pytest.fixture
def measured(metrics: Metrics, tmp_path: Path):
    def run(*resources: Resource, **over) -> Measured:
        clients = Clients(boto3.session.Session(), "us-east-1", None, CallCounter())
        clients._made["cloudwatch"] = metrics
        return measure(resources, clients, HOURS, SeriesFile(tmp_path / "x.sqlite"), "dev/us-east-1", **over)

    return run
