import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import boto3
import pytest
from botocore.exceptions import EndpointConnectionError

from remediator.demo.cloud import DAYS, PERIOD
from remediator.demo.estate import served
from remediator.demo.load import series
from remediator.demo.machines import MACHINES, Work
from remediator.errors import RemediatorError
from remediator.iac.terraform.state import StateOrigin, parse_state
from remediator.model import Resource, StateResource
from remediator.observe.kinds import KINDS
from remediator.observe.sighting import Sighting, Unit, observe
from remediator.observe.states.opening import open_state


@dataclass(frozen=True)
class Seen:
    """One serving of the estate: its time, what the cloud shows, and what the states hold."""

    now: datetime
    sighting: Sighting
    states: tuple[StateResource, ...]

    @property
    def live(self) -> dict[str, Resource]:
        return {f"{r.kind}/{r.id}": r for r in self.sighting.resources}


def look(folder: Path) -> Seen:
    with served(folder) as demo:
        account = demo.config.accounts[0]
        states: list[StateResource] = []
        for repository in demo.config.repositories:
            for root in repository.roots:
                with open_state(root, demo.config) as stream:
                    origin = StateOrigin(repository.name, root.path, root.state, root.workspace)
                    states += parse_state(stream.chunks, origin)
        return Seen(demo.now, observe(Unit(account, "us-east-1"), demo.config.run, demo.now, KINDS[:3]), tuple(states))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("demo") / "estate"


@pytest.fixture(scope="module")
def first(folder: Path) -> Iterator[Seen]:
    return look(folder)


def test_it_is_the_same_however_often_it_is_served(first: Seen, folder: Path) -> None:
    again = look(folder)

    assert again.now == first.now
    assert again.live.keys() == first.live.keys()
    assert again.states == first.states
    assert again.sighting.usages == first.sighting.usages


def test_every_declared_resource_lives(first: Seen) -> None:
    kinds = ("aws_instance", "aws_ebs_volume", "aws_autoscaling_group")
    held = {f"{s.at.type}/{s.id}" for s in first.states if s.at.type in kinds}

    assert held <= first.live.keys()
    assert len(held) == 12
    for state in first.states:
        live = first.live.get(f"{state.at.type}/{state.id}")
        for name in ("instance_type", "type", "size", "min_size", "desired_capacity") if live else ():
            assert state.attributes.get(name) == live.spec.get(name), (state.at.address, name)


def test_one_state_is_a_file_and_one_lies_in_a_bucket(first: Seen) -> None:
    places = {s.at.repository: s.at.backend for s in first.states}

    assert places["ml-platform"].startswith("s3://acme-tfstate/")
    assert places["research"].endswith("states/research.tfstate")


def test_some_of_it_no_code_knows(first: Seen) -> None:
    held = {s.id for s in first.states}
    strays = [r for r in first.sighting.resources if r.id not in held and r.member_of is None]

    assert {r.spec.get("instance_type") for r in strays if r.kind == "aws_instance"} == {"g5.4xlarge"}
    assert 2000 in {r.spec.get("size") for r in strays if r.kind == "aws_ebs_volume"}


def test_it_is_as_old_as_it_says(first: Seen) -> None:
    ages = [first.now - r.created_at for r in first.sighting.resources if r.kind == "aws_instance" and r.created_at]

    assert min(ages) >= timedelta(days=DAYS)
    assert len(ages) == len(MACHINES) + 2


def test_missing_series_are_missing(first: Seen) -> None:
    usages = dict(first.sighting.usages)
    by_type = {
        r.spec.get("instance_type"): usages[f"{r.kind}/{r.id}"]
        for r in first.sighting.resources
        if r.kind == "aws_instance"
    }

    assert by_type["r5.2xlarge"].metric("cpu") is not None
    assert by_type["r5.2xlarge"].metric("memory") is None
    vision = next(s.id for s in first.states if s.at.name == "vision")
    assert usages[f"aws_instance/{vision}"].metric("cpu") is not None
    assert usages[f"aws_instance/{vision}"].metric("gpu") is None


def test_a_forgotten_machine_worked_once_and_a_training_one_still_does() -> None:
    periods = DAYS * 86_400 // PERIOD
    last_day = 86_400 // PERIOD
    for machine in MACHINES:
        gpu = [s.values for s in series(machine, "i-1", periods, PERIOD) if s.name == "nvidia_smi_utilization_gpu"]
        if machine.work is Work.FORGOTTEN:
            assert max(gpu[0]) > 50
            assert max(gpu[0][-last_day:]) == 0
        if machine.work is Work.TRAINING:
            assert min(max(gpu[0][n : n + last_day]) for n in range(periods - last_day)) > 50


def test_it_needs_nothing_around_it_and_leaves_it_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("AWS_PROFILE", "production")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "of-a-real-account")
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    before = dict(os.environ)
    with served(Path("estate")) as demo:
        endpoint = demo.config.accounts[0].endpoint_url
        assert "AWS_PROFILE" not in os.environ
        assert os.environ["AWS_ACCESS_KEY_ID"] == "demo"

    assert dict(os.environ) == before
    assert [entry.name for entry in tmp_path.iterdir()] == ["estate"]
    assert endpoint is not None
    assert endpoint.startswith("http://127.0.0.1:")
    monkeypatch.delenv("AWS_PROFILE")
    monkeypatch.delenv("http_proxy")
    with pytest.raises(EndpointConnectionError):
        boto3.client(
            "sts", region_name="us-east-1", endpoint_url=endpoint, aws_access_key_id="a", aws_secret_access_key="b"
        ).get_caller_identity()


def test_a_folder_that_holds_something_else_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("mine")

    with pytest.raises(RemediatorError, match="not the demo's; name another folder"), served(tmp_path):
        pass

    assert [entry.name for entry in tmp_path.iterdir()] == ["thesis.txt"]


def test_without_the_emulator_it_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "moto.server", None)

    with pytest.raises(RemediatorError, match=r"pip install 'remediator\[demo\]'"), served(tmp_path / "estate"):
        pass

    assert list(tmp_path.iterdir()) == []
