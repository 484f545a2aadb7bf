"""Live resources, their use, their price and the state that declares them, put together."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from remediator.config import Config
from remediator.model import Estate, Observation, Opinion, Price, PriceBook, Resource, StateResource, Usage
from remediator.observe.costs import monthly_price, together
from remediator.observe.sighting import Sighting, listed
from remediator.run.environments import environment, vocabulary
from remediator.trace.addresses import Key, conflicts, declare, key_of
from remediator.trace.holders import standing_doubt, unseen

_PAID_BY_MEMBERS = ("aws_eks_node_group", "aws_elasticache_replication_group")
_OF_NODES = "eks:nodegroup-name"
"""Tagged so, an Auto Scaling group is a managed node group's own, which is paid for there.

https://docs.aws.amazon.com/eks/latest/userguide/managed-node-groups.html
"""
_NAMED = 5
"""Addresses that a note names; the rest it counts."""


def doubtful(
    sightings: Sequence[Sighting], states: Sequence[StateResource], elsewhere: Sequence[StateResource] = ()
) -> Mapping[Key, tuple[str, ...]]:
    """Why a person must look at what states do not agree on, with each other or with the cloud.

    `elsewhere` is what states hold that no configured root has.
    """
    resources = [r for sighting in sightings for r in sighting.resources]
    found = {
        key: (
            "more than one Terraform address claims it: "
            + ", ".join(f"{claim.at.address} in {claim.at.backend} ({claim.at.workspace})" for claim in claims)
            + "; remove it from all but one state",
        )
        for key, claims in conflicts(resources, [*states, *elsewhere]).items()
    }
    live = {key_of(resource): resource for resource in resources}
    for key, entry in declare(resources, states).items():
        doubt = standing_doubt(live[key], entry)
        if doubt is not None:
            found[key] = (*found.get(key, ()), doubt)
    return found


def gone(sightings: Sequence[Sighting], states: Sequence[StateResource]) -> tuple[str, ...]:
    """A note for each state that holds what the cloud does not show."""
    resources = [r for sighting in sightings for r in sighting.resources]
    by_state: dict[str, list[str]] = {}
    for entry in unseen(states, resources, listed(sightings)):
        at = entry.at
        workspace = "" if at.workspace == "default" else f" (workspace {at.workspace})"
        by_state.setdefault(f"{at.backend}{workspace}", []).append(at.address)
    return tuple(
        f"{place} holds {len(found):,} that the cloud does not show ({', '.join(sorted(found)[:_NAMED])}"
        f"{', …' if len(found) > _NAMED else ''}): deleted outside Terraform, and the next apply makes them anew; "
        "run `terraform plan` there."
        for place, found in sorted(by_state.items())
    )


def assemble(
    sightings: Sequence[Sighting],
    states: Sequence[StateResource],
    book: PriceBook,
    config: Config | None = None,
    opinions: Sequence[Opinion] = (),
) -> Estate:
    """One observation for every resource that was seen, ordered by account, region, kind and id.

    `opinions` are what is thought of them beside what the sightings hold. `config` says by which words environments
    are known, and the paths of roots that have names; without it, those that are known by default.
    """
    config = config or Config()
    asked = vocabulary(config.environments)
    folders = {(r.name, root.identity): root.path for r in config.repositories for root in r.roots}
    resources = [r for sighting in sightings for r in sighting.resources]
    resources.sort(key=lambda r: (r.account, r.region, r.kind, r.id))
    declared = declare(resources, states)
    usages = {(s.unit, key): usage for s in sightings for key, usage in s.usages}
    said: dict[tuple[str, str, str, str], list[Opinion]] = {}
    for one in (*(o for s in sightings for o in s.opinions), *opinions):
        said.setdefault((one.account, one.region, one.kind, one.resource), []).append(one)
    nothing = Usage()
    seen = tuple(
        Observation(
            resource,
            usages.get((f"{resource.account}/{resource.region}", f"{resource.kind}/{resource.id}"), nothing),
            monthly_price(resource, book),
            of,
            environment(resource, of, folders.get((of.at.repository, of.at.root), "") if of else "", asked),
            tuple(said.get((resource.account, resource.region, resource.kind, resource.id), ())),
        )
        for resource in resources
        for of in (declared.get(key_of(resource)),)
    )
    offers = {
        (account, region, zone): types
        for s in sightings
        for account, _, region in (s.unit.partition("/"),)
        for zone, types in s.offers.items()
    }
    return Estate(_by_members(seen), tuple(states), offers)


def _by_members(seen: tuple[Observation, ...]) -> tuple[Observation, ...]:
    """What is paid for by its members has the price of all of them."""
    prices: dict[Key, list[Price | None]] = {}
    machines: dict[Key, Price | None] = {}
    for one in seen:
        if one.resource.kind == "aws_instance":
            machines[key_of(one.resource)] = one.price
        if one.resource.group is not None:
            kind, id_ = one.resource.group
            place = (one.resource.account, one.resource.region, f"{kind}/{id_}")
            prices.setdefault(place, []).append(one.price)

    def paid(one: Observation) -> Observation:
        if one.resource.kind in _PAID_BY_MEMBERS:
            return replace(one, price=together(prices.get(key_of(one.resource), ())))
        if one.resource.kind == "aws_autoscaling_group":
            return replace(one, price=_of_machines(one.resource, machines))
        return one

    return tuple(map(paid, seen))


def _of_machines(group: Resource, machines: Mapping[Key, Price | None]) -> Price | None:
    """The price of what an Auto Scaling group has in service; what its warm pool keeps is not counted."""
    if _OF_NODES in group.tags:
        return None
    ids = group.spec.texts("instance_ids")
    return together([machines.get((group.account, group.region, f"aws_instance/{id_}")) for id_ in ids])
