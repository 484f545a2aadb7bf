"""Credits of burstable types: what a machine has left, period by period, and whether another type would run out.

A credit is a vCPU for a minute; a type earns its baseline, and keeps at most what it earns in a day.
https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/burstable-credits-baseline-concepts.html
"""

from dataclasses import dataclass

import numpy as np

from bench.truth.clock import Clock
from remediator.model import InstanceType
from remediator.observe.series import Values


@dataclass(frozen=True, slots=True, eq=False)
class Account:
    """What is left at the end of each period, and what was spent beyond what there was."""

    left: Values
    charged: Values


def account(vcpu: Values, type_: InstanceType, clock: Clock) -> Account:
    """A type's credits under a demand in vCPUs, from a day's earnings on: a machine that has run for long."""
    minutes = clock.on.period / 60
    earned = (type_.vcpu or 0) * (type_.baseline_percent or 0) / 100 * minutes
    most = earned * 1440 / minutes
    changes = earned - np.minimum(vcpu, type_.vcpu or 0) * minutes
    left, charged = np.empty_like(vcpu), np.zeros_like(vcpu)
    balance = most
    for at, change in enumerate(changes):
        balance += float(change)
        if balance < 0:
            charged[at] = -balance
        balance = min(most, max(0.0, balance))
        left[at] = balance
    return Account(left, charged)


def runs_out(vcpu: Values, type_: InstanceType, clock: Clock) -> bool:
    """Whether a burstable type has nothing left at some time, and is slowed down or charged."""
    return type_.burstable is True and bool(account(vcpu, type_, clock).charged.any())
