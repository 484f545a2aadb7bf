"""What takes a value of a resource that a provider computes anew with each change, such as the number of a version."""

from collections.abc import Collection, Iterable, Iterator

from remediator.iac.terraform.configuration.difference import Difference
from remediator.iac.terraform.configuration.module import Declared
from remediator.iac.terraform.configuration.renewed import renewed_by

__all__ = ["taking", "untaken"]


def taking(difference: Difference) -> tuple[str, str]:
    """The address that differs, and the attribute or the block of it."""
    return difference.address, difference.attribute.partition(".")[0]


def untaken(
    declared: Declared, paths: Iterable[str], meant: Iterable[tuple[str, str]], taken: Collection[tuple[str, str]]
) -> Iterator[str]:
    """The doubts about what is meant to take a new value and does not by its code, where that tells of such values.

    A group that names the number of a version itself goes on launching by that.
    """
    renewed = renewed_by(declared, {path.partition(".")[0] for path in paths})
    for address, attribute in meant if renewed else ():
        if (address, attribute) not in taken:
            names = " or ".join(sorted(renewed))
            yield f"{attribute} of {address} does not follow {names} of it, so that the change would not reach it"
