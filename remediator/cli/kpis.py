"""The figures that a run is judged by, as sentences."""

from collections.abc import Iterator

from remediator.cli.naming import counted
from remediator.run.kpis import DeviceUse, Idleness, Kpis, Sum

_NAMED = 5
"""Experiments that are named; the run's file has all of them."""


def figures(kpis: Kpis) -> Iterator[str]:
    """A sentence for each figure that there is something to say of."""
    money = kpis.currency
    if kpis.gpus:
        yield f"GPU utilisation: {'; '.join(_use(use, 'GPU') for use in kpis.gpus)}."
    if kpis.neuron_cores:
        yield f"NeuronCore utilisation: {'; '.join(_use(use, 'NeuronCore') for use in kpis.neuron_cores)}."
    if kpis.experiments:
        named = (f"{cost.name} {cost.monthly:,.2f} {money} a month" for cost in kpis.experiments[:_NAMED])
        more = len(kpis.experiments) - _NAMED
        yield f"Experiments: {'; '.join(named)}{f'; and {more:,} more' if more > 0 else ''}."
    for tag in dict.fromkeys(one.tag for one in kpis.unallocated):
        own = [one for one in kpis.unallocated if one.tag == tag]
        roots = ", ".join(one.root or "what no state holds" for one in own[:_NAMED])
        yield (
            f"Without the tag {tag}: {counted(sum(one.resources for one in own), 'resource')}, "
            f"{sum(one.monthly for one in own):,.2f} {money} a month, most in {roots}; default_tags of the "
            "provider add it."
        )
    if kpis.idle != Idleness():
        yield _idle(kpis.idle, money)
    if kpis.elsewhere:
        yield f"Priced in another currency than {money}, and in no sum: {counted(kpis.elsewhere, 'resource')}."
    if kpis.hours_to_finding is not None:
        yield f"From launch to finding: {kpis.hours_to_finding:,.0f} hours (median)."


def _idle(idle: Idleness, money: str) -> str:
    open_, stopped = (f" ({n:,} of unknown cost)" if n else "" for n in (idle.accrued_unknown, idle.stopped_unknown))
    return (
        f"Idle: {_sum(idle.accrued)} {money} accrued by what is open{open_}; {_sum(idle.stopped_monthly)} {money} a "
        f"month stopped{stopped}, {_sum(idle.stopped_so_far)} {money} so far."
    )


def _sum(money: Sum) -> str:
    """From what is sure to list price, or both where they are one."""
    return f"{money.most:,.2f}" if money.least == money.most else f"{money.least:,.2f} to {money.most:,.2f}"


def _use(use: DeviceUse, name: str) -> str:
    whose = f"{use.team or 'no team'} in {use.environment or 'no known environment'}"
    fleet = counted(use.devices, name)
    if use.percent is None:
        return f"{whose} has {fleet}, not measured"
    unmeasured = use.devices - use.measured
    return f"{whose} {use.percent:.0f} % of {fleet}{f', {unmeasured} not measured' if unmeasured else ''}"
