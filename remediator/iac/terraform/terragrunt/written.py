"""The object that an `inputs` expression writes out: where a further input goes, and what it writes already."""

from dataclasses import dataclass

from remediator.iac.terraform.language.grammar import ExpressionError, compiled
from remediator.iac.terraform.language.nodes import Call, Literal, Object
from remediator.iac.terraform.language.places import Absent, Place
from remediator.iac.terraform.language.values import Evaluated, Fields, Trail
from remediator.iac.terraform.terragrunt.file import TerragruntFile
from remediator.model import Role

__all__ = ["Written", "written"]


@dataclass(frozen=True, slots=True)
class Written:
    """The object that wins over all else; `keys` leads from each input in it to where its value stands.

    The place has no length where the file has no inputs at all.
    """

    place: Place
    keys: dict[str, Place]

    def passed(self, values: Evaluated) -> Evaluated:
        """The inputs, each with the way that it takes through the object, or past it."""
        if not isinstance(values.data, Fields):
            return values
        fields = {name: self._passed(name, value) for name, value in values.data.fields.items()}
        return Evaluated(Fields(fields, values.data.rest), values.origin)

    def absent(self, name: str) -> Trail:
        """The step of a value that counts because the object does not set it."""
        return Trail(Absent(name, self.place))

    def _passed(self, name: str, value: Evaluated) -> Evaluated:
        spot = self.keys.get(name)
        if spot is None:
            return value.passing(self.absent(name))
        here = value.origin
        inside = here is not None and here.path == spot.path and spot.start <= here.start and here.end <= spot.end
        return value if inside else value.passing(Trail(spot))


def written(file: TerragruntFile) -> Written | None:
    """The object in a file's `inputs`: the whole of it, or the last argument of a `merge()`; None where it has none."""
    path = file.position.file
    attribute = file.attribute("inputs")
    if attribute is None:
        return Written(Place(path, 0, 0, Role.MAP_ENTRY, "inputs"), {})
    try:
        node = compiled(attribute.text)
    except (ExpressionError, RecursionError):
        return None
    if isinstance(node, Call) and node.name == "merge" and node.arguments and not node.expand:
        node = node.arguments[-1]
    if not isinstance(node, Object):
        return None
    keys: dict[str, Place] = {}
    base = attribute.value.start
    for entry in node.entries:
        if not isinstance(entry.key, Literal) or not isinstance(entry.key.value, str):
            return None
        name = entry.key.value
        keys[name] = Place(path, base + entry.value.start, base + entry.value.end, Role.MAP_ENTRY, f"inputs.{name}")
    return Written(Place(path, base + node.start, base + node.end, Role.MAP_ENTRY, "inputs"), keys)
