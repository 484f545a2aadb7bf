"""What editing gives for one change: edits with all that follows from them, or the doubts why there are none."""

from dataclasses import dataclass

from remediator.model import Edit, ExpectedChange, SourceLocation, ValueTrace


@dataclass(frozen=True, slots=True)
class Draft:
    """The edits of one change, what they follow from and what Terraform must show; any doubt leaves no edits.

    `evaluated` is what the code alone shows, which is more where live is at the target already. `settled`: code and
    live are at the target, and only the state is behind, as it is until Terraform next runs. `together` are the other
    addresses that change as well, all of them among those for which the same is wanted. `alone`: nothing was evaluated
    after the edit, since nothing but the resource itself, which is there once, has what it changes. `secret` are lines
    of the edited files, as path and number from 1, that no diff may show.
    """

    traces: tuple[ValueTrace, ...] = ()
    edits: tuple[Edit, ...] = ()
    expected: tuple[ExpectedChange, ...] = ()
    doubts: tuple[str, ...] = ()
    locations: tuple[SourceLocation, ...] = ()
    settled: bool = False
    evaluated: tuple[ExpectedChange, ...] = ()
    together: tuple[str, ...] = ()
    alone: bool = False
    secret: tuple[tuple[str, int], ...] = ()

    @property
    def silent(self) -> tuple[str, ...]:
        """What changes in the code and in no plan, as `address.attribute`."""
        planned = {(one.address, name) for one in self.expected for name in one.attributes}
        shown = [one for one in self.evaluated if not one.address.startswith("provider.")]
        evaluated = ((one.address, name) for one in shown for name in one.attributes)
        return tuple(f"{address}.{name}" for address, name in evaluated if (address, name) not in planned)
