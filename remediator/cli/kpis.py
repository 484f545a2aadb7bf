"""The figures that a run is judged by, as sentences."""

from collections.abc import Iterator

from remediator.cli.naming import counted
from remediator.run.kpis import GpuUse, Kpis

_NAMED = 5
"""Experiments that are named; the run's file has all of them."""


def figures(kpis: Kpis) -> Iterator[str]:
    """A sentence for each figure that there is something to say of."""
    money = kpis.currency
    if kpis.gpus:
        yield f"GPU utilisation: {'; '.join(map(_use, kpis.gpus))}."
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
    if kpis.idle_accrued or kpis.stopped_monthly or kpis.stopped_unknown:
        unknown = f" ({kpis.stopped_unknown:,} of unknown cost)" if kpis.stopped_unknown else ""
        yield (
            f"Idle: {kpis.idle_accrued:,.2f} {money} accrued by what is open; {kpis.stopped_monthly:,.2f} {money} a "
            f"month stopped{unknown}, {kpis.stopped_so_far:,.2f} {money} so far."
        )
    if kpis.elsewhere:
        yield f"Priced in another currency than {money}, and in no sum: {counted(kpis.elsewhere, 'resource')}."
    if kpis.hours_to_finding is not None:
        yield f"From launch to finding: {kpis.hours_to_finding:,.0f} hours (median)."


def _use(use: GpuUse) -> str:
    whose = f"{use.team or 'no team'} in {use.environment or 'no known environment'}"
    fleet = f"{use.gpus} GPU{'s' if use.gpus > 1 else ''}"
    if use.percent is None:
        return f"{whose} has {fleet}, not measured"
    unmeasured = use.gpus - use.measured
    return f"{whose} {use.percent:.0f} % of {fleet}{f', {unmeasured} not measured' if unmeasured else ''}"
