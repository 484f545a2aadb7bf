"""What of a run's metrics is asked for where asking for all of them would cost too much: the dearest first."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
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

    `known` are the series that its resources were found to have, None where nobody looked.
    """

    left_out: frozenset[str] = frozenset()
    purse: Purse = BOTTOMLESS
    most: Decimal | None = None
    known: Listed | None = None

    def notes(self, unit: str) -> Iterator[str]:
        """The sentence on what is left out."""
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
    of a unit that is not in it they count as none. What was at their addresses `before`, by unit, is asked for with
    them, but for the series that are `settled`, by unit, of which nothing is asked any more. At most as many other keys
    of series as `most` pays for are in memory.
    """
    if most is None:
        return {unit: Ration(known=known.get(unit)) for unit in units}
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
        machines = (*family, *_former(family[0], before.get(unit, {})))
        asked = _asked(machines, known.get(unit) or {}, counted[unit])
        if len(asked) <= left:
            left -= len(asked)
            counted[unit] |= asked
        else:
            left = 0
            left_out[unit].update(f"{resource.kind}/{resource.id}" for resource in family)
    return {unit: Ration(frozenset(without), purse, most, known.get(unit)) for unit, without in left_out.items()}


def _former(machine: Resource, before: Successions) -> Iterator[Resource]:
    succession = before.get(own_key(machine))
    yield from (former.resource for former in succession.before) if succession else ()


def _worth(family: Sequence[Resource]) -> Decimal:
    known = [(resource, monthly_price(resource, _AsInOneRegion())) for resource in family]
    if any(price is None and resource.kind == "aws_instance" for resource, price in known):
        return _DEAREST
    return sum((price.amount for _, price in known if price is not None), Decimal(0))


def _asked(family: Sequence[Resource], known: Listed, counted: Collection[str]) -> frozenset[str]:
    """The series that are asked for a family, but for those that another, such as a node group's own, has already."""
    return frozenset(query.key for one in family for query in queries(one, known) if query.key not in counted)
