"""What takes a value of a resource that a provider computes anew with each change, such as the number of a version."""

from collections.abc import Collection, Iterable, Iterator

from remediator.edit.case import Case
from remediator.edit.ignoring import ignored_doubt
from remediator.iac.terraform.configuration.renewed import renewed_by

__all__ = ["untaken"]


def untaken(
    case: Case, paths: Iterable[str], meant: Iterable[tuple[str, str]], taken: Collection[tuple[str, str]]
) -> Iterator[str]:
    """The doubts about what is meant to take a new value of a resource, by address and attribute, and would not.

    A group that names the number of a version itself goes on launching by that, where the code tells of such values;
    and one whose code ignores what it has changes nothing.
    """
    renewed = renewed_by(case.instance.declared, {path.partition(".")[0] for path in paths})
    for address, attribute in meant:
        if renewed and (address, attribute) not in taken:
            names = " or ".join(sorted(renewed))
            yield f"{attribute} of {address} does not follow {names} of it, so that the change would not reach it"
        made = case.code.root(case.root).instances.get(address)
        ignored = ignored_doubt(made.declared, attribute) if made is not None else None
        if ignored is not None:
            yield f"{ignored} of {address}"
