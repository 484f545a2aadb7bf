"""How many machines a group may have, and what else follows from that."""

from collections.abc import Iterator
from dataclasses import dataclass

from planners._group import SCHEDULE, SIZES, of_group
from planners._least import check_currency
from planners._quiet import Settings as Asking
from planners._seen import check_within, remade
from planners._settings import check_environments
from remediator.model import Context, Estate, InstanceType, Observation, Price


@dataclass(frozen=True, slots=True)
class Settings(Asking):
    """How far a largest size is above any use, what is kept above that use, and from what risk on people hear of it.

    `least_exposure` is what the machines above the proposal would cost a month, in `currency`; in another it is never
    too little. `load_percent` and `memory_percent` are what each machine of a smaller group may come to. In
    `month_end_in`, and where no environment is known, a person is asked about a smaller least size unless the evidence
    holds the turn of a month.
    """

    times: float = 4.0
    headroom: float = 1.0
    least_exposure: float = 10_000.0
    currency: str = "USD"
    load_percent: float = 40.0
    memory_percent: float = 60.0
    month_end_in: tuple[str, ...] = ("prod",)

    def __post_init__(self) -> None:
        Asking.__post_init__(self)
        check_within("headroom", self.headroom, 0.5, 10)
        check_within("times", self.times, 1 + self.headroom, 1000)
        check_within("least_exposure", self.least_exposure, 0, 1e9)
        check_currency(self.currency)
        check_within("load_percent", self.load_percent, 1, 80)
        check_within("memory_percent", self.memory_percent, 1, 80)
        check_environments("month_end_in", self.month_end_in)


@dataclass(frozen=True, slots=True)
class Bounds:
    """The sizes of a group as they are live, and the attributes that say them: least, largest, wanted."""

    least: int
    largest: int
    wanted: int
    paths: tuple[str, str, str]


def bounds(seen: Observation) -> Bounds | None:
    """The bounds of a group; None where one is not known, or sizes count units of capacity in place of machines."""
    spec, paths = seen.resource.spec, SIZES[seen.resource.kind]
    sizes = [spec.number(path) for path in paths]
    least, largest, wanted = sizes
    if least is None or largest is None or wanted is None or spec.texts("weights"):
        return None
    return Bounds(int(least), int(largest), int(wanted), paths)


def types(seen: Observation, context: Context[Settings]) -> tuple[InstanceType, ...] | None:
    """The types of its machines, or those that it may have; None where one is not known, or none is."""
    spec = seen.resource.spec
    names = dict.fromkeys((*spec.texts("member_types"), *spec.texts("instance_types")))
    found = [context.catalogue.instance_type(name) for name in names]
    return tuple(type_ for type_ in found if type_ is not None) if found and None not in found else None


def dearest(known: tuple[InstanceType, ...], seen: Observation, context: Context[Settings]) -> Price | None:
    """The list price an hour of the dearest type that it may have; None where one is not known."""
    prices = [context.prices.price("aws_instance", type_.name, seen.resource.region) for type_ in known]
    priced = [price for price in prices if price is not None]
    return max(priced, key=lambda price: price.amount) if priced and len(priced) == len(prices) else None


def hindrances(seen: Observation, estate: Estate) -> Iterator[str]:
    """What else sets the sizes of a group, or follows from them."""
    yield from remade(seen)
    if seen.resource.spec.flag("warm_pool"):
        yield "it has a warm pool, whose size may follow from its largest size"
    for action in of_group(estate, SCHEDULE, seen):
        spec = action.resource.spec
        if spec.number("min_size") is not None or spec.number("max_size") is not None:
            yield f"scheduled action {spec.text('scheduled_action_name')} sets its bounds; change it there as well"
