"""Live resources, their use, their price and the state that declares them, put together."""

from collections.abc import Mapping, Sequence

from remediator.model import Estate, Observation, StateResource, Usage
from remediator.observe import prices
from remediator.observe.prices import monthly_price
from remediator.observe.sighting import Sighting
from remediator.trace.addresses import Key, conflicts, declare


def claimed_twice(sightings: Sequence[Sighting], states: Sequence[StateResource]) -> Mapping[Key, str]:
    """Why each resource that more than one address claims must be looked at by a person."""
    resources = [r for sighting in sightings for r in sighting.resources]
    return {
        key: "more than one Terraform address claims it: "
        + ", ".join(f"{claim.at.address} in {claim.at.backend} ({claim.at.workspace})" for claim in claims)
        + "; remove it from all but one state"
        for key, claims in conflicts(resources, states).items()
    }


def assemble(sightings: Sequence[Sighting], states: Sequence[StateResource]) -> Estate:
    """One observation for every resource that was seen, ordered by account, region, kind and id."""
    resources = [r for sighting in sightings for r in sighting.resources]
    resources.sort(key=lambda r: (r.account, r.region, r.kind, r.id))
    declared = declare(resources, states)
    book = prices.load()
    usages = {(s.unit, id_): usage for s in sightings for id_, usage in s.usages}
    nothing = Usage()
    return Estate(
        tuple(
            Observation(
                resource,
                usages.get((f"{resource.account}/{resource.region}", resource.id), nothing),
                monthly_price(resource, book),
                declared.get((resource.account, resource.region, f"{resource.kind}/{resource.id}")),
            )
            for resource in resources
        )
    )
