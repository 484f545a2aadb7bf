"""From kept series to what the planners want, all of it the project's own code; only AWS' answers stand in.

Every series is in the file that observation keeps between runs, so that nothing is asked for but the list of what the
agents publish, which is answered here, within the client.
"""

import os
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from types import SimpleNamespace

import boto3

from bench.truth.truth import REGION
from remediator.config import Config
from remediator.model import Change, Resource, StateResource
from remediator.observe import prices
from remediator.observe.calls import CallCounter
from remediator.observe.measuring import measure
from remediator.observe.queries import Listed
from remediator.observe.series import Grid, SeriesFile
from remediator.observe.sessions import Clients
from remediator.observe.sighting import Sighting
from remediator.registry import load_planners
from remediator.run.asking import ask
from remediator.run.estate import assemble
from remediator.run.weighing import worth_delivering

ACCOUNT = "ml"


def wanted(
    resources: Sequence[Resource],
    states: Sequence[StateResource],
    known: Listed,
    kept: Path,
    on: Grid,
    now: datetime,
) -> tuple[Change, ...]:
    """What planners want of an estate, whose series lie in a file, and what of it goes on, however little it saves.

    Raises SystemExit where any step fails.
    """
    unit = f"{ACCOUNT}/{REGION}"
    measured = measure(resources, _clients(known), on, SeriesFile(kept), unit)
    sighting = Sighting(unit, tuple(resources), tuple(measured.usages.items()), (), (), frozenset())
    book = prices.load()
    changes, failures = ask(load_planners({}, None), assemble([sighting], states, book), frozenset(), now, book)
    if failures or measured.problems:
        raise SystemExit(f"the pipeline failed: {[*failures, *measured.problems]}")
    return worth_delivering(changes, Config.model_validate({"run": {"min_monthly_saving": 0}}), ())[0]


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
