"""A time axis, a machine that holds still, and what a planner may want of it."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from decimal import Decimal

import numpy as np
import pytest

from bench.truth.clock import Clock, clock
from bench.truth.demand import Demand
from bench.truth.drafts import Draft, known
from bench.truth.estate import Live
from bench.truth.truth import Load, Truth
from remediator.model import (
    Action,
    Attributes,
    Change,
    Effect,
    Layer,
    Level,
    Resource,
    Saving,
)

NOW = datetime(2026, 11, 20, 12, 2, tzinfo=UTC)


@pytest.fixture(scope="session")
def axis() -> Clock:
    return clock(NOW)


@dataclass(frozen=True)
class Build:
    axis: Clock

    def demand(self, type_: str = "m5.2xlarge", working: tuple[float, float] | None = None, **share: float) -> Demand:
        """A demand that stays at shares of what a type offers; it works within a span of hours from now."""
        offered, count = known(type_), len(self.axis.times)

        def level(name: str, of: float) -> np.ndarray:
            return np.full(count, share.get(name, 0.1) * of, dtype=np.float32)

        gpus = np.zeros((offered.gpu_count, count), dtype=np.float32)
        return Demand(
            working=self.axis.within([] if working is None else [working]),
            vcpu=level("cpu", offered.vcpu or 0),
            memory_mib=level("memory", offered.memory_mib or 0),
            network=level("network", (offered.network_gbps or 0) * 1.25e8),
            ebs_bytes=level("ebs", (offered.ebs_mbytes_s or 0) * 1e6),
            ebs_ops=level("ebs", offered.ebs_iops or 0),
            gpu=gpus,
            gpu_memory_mib=gpus,
        )

    def draft(self, type_: str = "m5.2xlarge", working: tuple[float, float] | None = None, **share: float) -> Draft:
        every = np.ones(len(self.axis.times), dtype=np.bool_)
        return Draft(known(type_), self.demand(type_, working, **share), every, every)

    def live(self, kind: str = "aws_instance", **truth: object) -> Live:
        nothing = Load(0, 0, 0, 0, 0)
        resource = Resource("aws", "ml", "us-east-1", kind, "x-1", None, Attributes(), Attributes(), NOW)
        return Live(resource, "a shape", replace(Truth(100.0, None, nothing, nothing), **truth))

    def change(self, live: Live, *actions: Action, saving: str | None = "100", doubts: tuple[str, ...] = ()) -> Change:
        money = None
        if saving is not None:
            amount = Decimal(saving)
            money = Saving(amount, amount, amount, "USD", "list", "test", date(2026, 1, 1))
        return Change(
            "rule", "concern", Layer.USAGE, live.resource, None, "Title", "Reason", actions, (), (),
            money, Level.LOW, Level.LOW, Effect.STOP, 0.9, doubts,
        )  # fmt: skip


@pytest.fixture
def build(axis: Clock) -> Build:
    return Build(axis)


@pytest.fixture
def load() -> Callable[..., Load]:
    """What has to be held, nothing where it is not said."""

    def make(**values: float) -> Load:
        return replace(Load(0, 0, 0, 0, 0), **values)

    return make
