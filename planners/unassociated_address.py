"""Elastic IP addresses that nothing uses.

AWS charges for every public address, and Trusted Advisor lists those without an association:
https://docs.aws.amazon.com/awssupport/latest/user/cost-optimization-checks.html
Always a ticket: an address that is given back cannot be had again, and others may have it in their allow-lists.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from planners._money import whole
from planners._seen import kept, where
from planners._unused import unused
from remediator.model import Change, Context, Estate, Layer

SUMMARY = "Asks about Elastic IP addresses that are associated with nothing."
LAYER = Layer.USAGE
KINDS = ("aws_eip",)


_USES = ("association_id", "instance", "network_interface")


@dataclass(frozen=True, slots=True)
class Settings:
    """What is left alone."""

    keep_tags: tuple[str, ...] = ("remediator:keep",)


def plan(estate: Estate, context: Context[Settings]) -> Iterator[Change]:
    """A question for each address of Amazon's that is associated with nothing; one's own addresses cost nothing."""
    for seen in estate.of_kind("aws_eip"):
        spec = seen.resource.spec
        if not spec.text("public_ip") or any(spec.text(name) for name in _USES):
            continue
        if spec.text("public_ipv4_pool") not in (None, "amazon") or kept(seen, context.of(seen).keep_tags):
            continue
        yield unused(
            "unassociated_address",
            seen,
            f"Release address {where(seen)}, which is associated with nothing",
            f"{spec.text('public_ip')} is associated with no instance and no network interface",
            saving=whole(seen.price, seen),
            missing=("since when it is not associated", "allow-lists and DNS records that name it"),
            doubts=("an address that is released cannot be had again; look at allow-lists and DNS first",),
            confidence=0.6,
        )
