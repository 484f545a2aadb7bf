"""What of a run's metrics is asked for where asking for all of them would cost too much: the dearest first."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from types import MappingProxyType

from remediator.model import Price, Resource
from remediator.observe import prices
from remediator.observe.calls import METRIC_PRICE
from remediator.observe.costs import monthly_price
from remediator.observe.measuring import runs
from remediator.observe.portions import families, own_key
from remediator.observe.purse import BOTTOMLESS, Purse
from remediator.observe.queries import Listed, queries
from remediator.observe.succession import Successions

_DEAREST = Decimal("Infinity")


@dataclass(frozen=True, slots=True)
class Ration:
    """What of a unit is measured: all but what is `left_out` (`kind/id`), within what the run's purse still holds.

    `known` are the series that its resources were found to have, None where nobody looked. `before` are the machines
    that are asked after with those that have their addresses now, of which those that were there before them, `cut`
    in number, are not.
    """

    left_out: frozenset[str] = frozenset()
    purse: Purse = BOTTOMLESS
    most: Decimal | None = None
    known: Listed | None = None
    before: Successions = field(default_factory=dict)
    cut: int = 0

    def notes(self, unit: str) -> Iterator[str]:
        """The sentences on what is left out."""
        if self.cut:
            yield (
                f"{unit}: the metrics of {self.cut:,} machines that were at the addresses of others before them were "
                f"not asked for, since [run] max_metric_cost = {self.most} USD is reached; so these are judged by what "
                "was there later."
            )
        if self.left_out:
            yield (
                f"{unit}: the metrics of {len(self.left_out):,} resources, the cheapest, were not asked for, since "
                f"[run] max_metric_cost = {self.most} USD is reached; nothing is said of their use."
            )


EVERYTHING = Ration()


class _AsInOneRegion:
    """The embedded prices, which are of one region, taken for all: good enough to tell dear from cheap."""

    def price(self, kind: str, item: str, region: str) -> Price | None:
        """The price of an item of a kind in the region that is embedded."""
        return prices.load().price(kind, item, prices.REGION)


def rations(
    units: Mapping[str, Sequence[Resource]],
    most: Decimal | None,
    known: Mapping[str, Listed | None] = MappingProxyType({}),
    before: Mapping[str, Successions] = MappingProxyType({}),
    settled: Mapping[str, Collection[str]] = MappingProxyType({}),
) -> Mapping[str, Ration]:
    """What of each unit is measured in one run that may cost `most` (USD; None: whatever it costs).

    Where everything would cost more, the families (a machine and its disks) with the highest list price come first, in
    whatever unit they are; a machine whose price is not known comes before all others. What a family costs is counted
    by its series, of which those that name their own dimensions (one for each GPU, core or host) are `known` by unit;
    of a unit that is not in it they count as none. What was at their addresses `before`, by unit, takes what is left
    then: the last one of each address, the dearest first, then the one before it of each, and so on, so that no long
    chain takes the place of others. Series that are `settled`, by unit, cost nothing, since nothing is asked of them
    any more. At most as many other keys of series as `most` pays for are in memory.
    """
    if most is None:
        return {unit: Ration(known=known.get(unit), before=before.get(unit, {})) for unit in units}
    left = int(most / METRIC_PRICE)
    purse = Purse(left)
    ranked = [
        (_worth(family), unit, family)
        for unit, resources in units.items()
        for family in families([resource for resource in resources if runs(resource)])
    ]
    ranked.sort(key=lambda one: (-one[0], one[1], one[2][0].kind, one[2][0].id))
    left_out: dict[str, set[str]] = {unit: set() for unit in units}
    counted = {unit: set(settled.get(unit, ())) for unit in units}
    for _, unit, family in ranked:
        asked = _asked(family, known.get(unit) or {}, counted[unit])
        if len(asked) <= left:
            left -= len(asked)
            counted[unit] |= asked
        else:
            left = 0
            left_out[unit].update(own_key(resource) for resource in family)
    taken: dict[str, dict[str, int]] = {unit: {} for unit in units}
    for unit, machine, former, rank in _by_tier([(unit, own_key(family[0])) for _, unit, family in ranked], before):
        if machine in left_out[unit] or taken[unit].get(machine, 0) < rank:
            continue
        asked = _asked((former,), known.get(unit) or {}, counted[unit])
        if len(asked) > left:
            continue
        left -= len(asked)
        counted[unit] |= asked
        taken[unit][machine] = rank + 1
    return {
        unit: Ration(
            frozenset(without), purse, most, known.get(unit), *_cut(before.get(unit, {}), taken[unit], without)
        )
        for unit, without in left_out.items()
    }


def _by_tier(
    machines: Sequence[tuple[str, str]], before: Mapping[str, Successions]
) -> Sequence[tuple[str, str, Resource, int]]:
    """What was at the addresses of machines (unit, `kind/id`): the last of each, then the one before it."""
    every = [
        (unit, machine, former.resource, rank)
        for unit, machine in machines
        if machine in before.get(unit, {})
        for rank, former in enumerate(before[unit][machine].before)
    ]
    return sorted(every, key=lambda one: one[3])


def _cut(before: Successions, taken: Mapping[str, int], left_out: Collection[str]) -> tuple[Successions, int]:
    """As much as is asked for of what was before machines, and how many of those before the measured ones are not."""
    some = {
        machine: replace(succession, before=succession.before[: taken[machine]])
        for machine, succession in before.items()
        if machine in taken
    }
    every = sum(len(succession.before) for machine, succession in before.items() if machine not in left_out)
    return some, every - sum(taken.values())


def _worth(family: Sequence[Resource]) -> Decimal:
    known = [(resource, monthly_price(resource, _AsInOneRegion())) for resource in family]
    if any(price is None and resource.kind == "aws_instance" for resource, price in known):
        return _DEAREST
    return sum((price.amount for _, price in known if price is not None), Decimal(0))


def _asked(family: Sequence[Resource], known: Listed, counted: Collection[str]) -> frozenset[str]:
    """The series that are asked for a family, but for those that another, such as a node group's own, has already."""
    return frozenset(query.key for one in family for query in queries(one, known) if query.key not in counted)
