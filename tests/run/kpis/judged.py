"""Machines, what was planned for them, and the judge of a run that saw them."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

from remediator.config import Config
from remediator.model import Attributes, Estate, Observation, Price, Resource, StateAddress, StateResource, Usage
from remediator.observe import catalogue
from remediator.run.kpis import Kpis, Sum, kpis

NOW = datetime(2026, 11, 20, tzinfo=UTC)
LAUNCHED = NOW - timedelta(hours=73)


def machine(
    name: str,
    type_: str = "p3.2xlarge",
    usage: Usage | None = None,
    environment: str | None = "dev",
    module: str = "",
    price: str | None = "73",
    state: str = "running",
    **tags: str,
) -> Observation:
    at = StateAddress("infra", "lab", "s", "default", "l", 1, module, "managed", "aws_instance", name, None)
    spec = Attributes({"instance_type": type_, "instance_state": state})
    resource = Resource("aws", "ml", "us-east-1", "aws_instance", name, None, spec, Attributes(tags), LAUNCHED)
    monthly = Price(Decimal(price), "month", "USD", "list", date(2026, 7, 20)) if price else None
    declared = StateResource(at, name, None, Attributes({"tags.team": "stated"}))
    return Observation(resource, usage or Usage(), monthly, declared, environment)


@dataclass
class Judge:
    state_dir: Path

    def __call__(self, *seen: Observation, plans=(), outcomes=(), **tables: object) -> Kpis:
        config = Config.model_validate({"run": {"state_dir": str(self.state_dir)}, **tables})
        return kpis(Estate(seen), plans, outcomes, catalogue.load(), config, NOW)


def dollars(least: str, most: str) -> Sum:
    return Sum(Decimal(least), Decimal(most))
