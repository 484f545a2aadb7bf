"""From kept series to what the planners want, all of it the project's own code; only AWS' answers stand in.

Every series is in the file that observation keeps between runs, so that nothing is asked for but the list of what the
agents publish, which is answered here, within the client.
"""

import os
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import boto3

from bench.truth.truth import REGION
from remediator.config import AccountConfig, Config, RunConfig
from remediator.model import Change, Resource, StateResource
from remediator.observe import prices
from remediator.observe.calls import CallCounter
from remediator.observe.listing import Listing, Unit
from remediator.observe.measuring import measure
from remediator.observe.queries import Listed
from remediator.observe.series import Grid, SeriesFile
from remediator.observe.sessions import Clients
from remediator.observe.sighting import Sighting
from remediator.observe.succession import Successions
from remediator.registry import load_planners
from remediator.run.asking import ask
from remediator.run.estate import assemble
from remediator.run.succeeding import successions
from remediator.run.weighing import worth_delivering

ACCOUNT = "ml"
RUN_EVERY = 2
"""Hours between the runs that saw which machine was where."""


@dataclass(frozen=True, slots=True)
class Stay:
    """A machine at the address that `held` is of, from a time to another, None for one that is there now."""

    machine: Resource
    held: StateResource
    begin: datetime
    end: datetime | None


def wanted(
    resources: Sequence[Resource],
    states: Sequence[StateResource],
    known: Listed,
    kept: Path,
    on: Grid,
    now: datetime,
    came: Sequence[Stay] = (),
) -> tuple[Change, ...]:
    """What planners want of an estate, whose series lie in a file, and what of it goes on, however little it saves.

    Of addresses whose machines `came` and went, runs before this one saw each. Raises SystemExit where any step fails.
    """
    unit, clients = f"{ACCOUNT}/{REGION}", _clients(known)
    before = _before(came, clients, on, now).get(unit, {})
    measured = measure(resources, clients, on, SeriesFile(kept), unit, successions=before)
    sighting = Sighting(unit, tuple(resources), tuple(measured.usages.items()), (), (), frozenset())
    book = prices.load()
    changes, failures = ask(load_planners({}, None), assemble([sighting], states, book), frozenset(), now, book)
    if failures or measured.problems:
        raise SystemExit(f"the pipeline failed: {[*failures, *measured.problems]}")
    return worth_delivering(changes, Config.model_validate({"run": {"min_monthly_saving": 0}}), ())[0]


def _before(came: Sequence[Stay], clients: Clients, on: Grid, now: datetime) -> Mapping[str, Successions]:
    """What runs every few hours over the look-back, with a `state_dir` of their own, make of who was where."""
    if not came:
        return {}
    unit = Unit(AccountConfig(name=ACCOUNT, regions=(REGION,)), REGION)
    found: Mapping[str, Successions] = {}
    days = on.count * on.period // 86_400
    with tempfile.TemporaryDirectory() as folder:
        run = RunConfig(state_dir=Path(folder), lookback_days=days)
        for hours in range(days * 24, -1, -RUN_EVERY):
            at = now - timedelta(hours=hours)
            there = [stay for stay in came if stay.begin <= at and (stay.end is None or at < stay.end)]
            live = tuple(stay.machine for stay in there)
            listing = Listing(unit, clients, live, frozenset({"aws_instance"}), (), ())
            held = [replace(stay.held, id=stay.machine.id) for stay in there]
            found = successions([listing], (), held, run, at)
    return found


def _clients(known: Listed) -> Clients:
    """Clients whose CloudWatch lists what the agents publish, and has no point beyond those that are kept."""
    os.environ |= {"AWS_ACCESS_KEY_ID": "x", "AWS_SECRET_ACCESS_KEY": "x"}
    clients = Clients(boto3.session.Session(), REGION, None, CallCounter())
    events = clients.client("cloudwatch").meta.events

    def remember(params: dict[str, object], context: dict[str, object], **_: object) -> None:
        context["asked"] = params

    def metrics(context: dict[str, dict[str, str]], **_: object) -> tuple[SimpleNamespace, dict[str, object]]:
        asked = context["asked"]
        found = [
            {"Dimensions": [{"Name": name, "Value": value} for name, value in dimensions]}
            for (_, namespace, metric), sets in known.items()
            if (namespace, metric) == (asked["Namespace"], asked["MetricName"])
            for dimensions in sets
        ]
        return SimpleNamespace(status_code=200), {"Metrics": found}

    def points(
        context: dict[str, dict[str, list[dict[str, str]]]], **_: object
    ) -> tuple[SimpleNamespace, dict[str, object]]:
        empty = [
            {"Id": query["Id"], "Timestamps": [], "Values": [], "StatusCode": "Complete"}
            for query in context["asked"]["MetricDataQueries"]
        ]
        return SimpleNamespace(status_code=200), {"MetricDataResults": empty}

    events.register("before-parameter-build.cloudwatch", remember)
    events.register("before-call.cloudwatch.ListMetrics", metrics)  # type: ignore[arg-type]  # its answer stands for the call's
    events.register("before-call.cloudwatch.GetMetricData", points)  # type: ignore[arg-type]  # likewise
    return clients
