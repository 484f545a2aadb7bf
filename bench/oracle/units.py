"""Units: a piece of a root module with the modules it calls, all named so that many units fit into one root."""

from collections.abc import Mapping
from dataclasses import dataclass

from hypothesis import strategies as st

from bench.oracle.bodies import Body, Writer
from bench.oracle.declarations import Variable, variable
from bench.oracle.shapes import Constant, Name, Shape
from bench.oracle.words import ENVIRONMENTS, Draw, chance, constant_of, pick

__all__ = ["ENVIRONMENT", "MARK", "SOURCES", "VAR_FILES", "Unit", "units", "written"]

MARK = "UNIT"
"""What stands in a unit's text and paths for its name."""

VAR_FILES = ("vars/two.tfvars.json", "vars/one.tfvars")
"""The variable files that are named to Terraform, in this order."""

SOURCES = (
    "terraform.tfvars", "terraform.tfvars.json", "a.auto.tfvars", "b.auto.tfvars.json", "c.auto.tfvars", *VAR_FILES,
)  # fmt: skip
"""Every file that may give a variable of the root its value, the last one winning."""

ENVIRONMENT = "TF_VAR_"
"""What stands for the environment among the sources: every file wins over it."""

BYTES = 1_500
"""Of choices in a unit; most take fewer."""


@dataclass(frozen=True, slots=True)
class Unit:
    """Files by path below the root, by source the values of the root's variables; `data` is what it was made of."""

    files: Mapping[str, str]
    given: Mapping[str, Mapping[str, Constant]]
    data: bytes = b""

    @property
    def text(self) -> str:
        """All of its code."""
        return "\n".join(f"# {path}\n{text}" for path, text in self.files.items())

    @property
    def size(self) -> int:
        """Characters of its code and of what is given."""
        return len(self.text) + len(repr(self.given))

    @property
    def modules(self) -> int:
        """How many module folders it has, its piece of the root counted as one."""
        return len({path.rpartition("/")[0] for path in self.files if path.endswith((".tf", ".tf.json"))})


def written(data: bytes) -> Unit:
    """The unit that bytes stand for: variables of the root in several sources, and modules up to three calls deep."""
    draw = Draw(data)
    declared = [variable(draw, f"{MARK}_{name}") for name in ("size", "env", "tags", "spec")[: draw.between(1, 4)]]
    given: dict[str, dict[str, Constant]] = {}
    for one in declared:
        for source in _sources(draw, one):
            value = constant_of(draw, one.shape, loose=one.constraint is not None)
            if source != ENVIRONMENT:
                given.setdefault(source, {})[one.name] = value
            elif (text := one.text(value)) is not None:
                given.setdefault(source, {})[one.name] = text
    body = Body(prefix=f"{MARK}_", folder="", source=f"./{MARK}/", depth=1)
    names = [Name(f"var.{one.name}", one.shape) for one in declared]
    names.append(Name("terraform.workspace", Shape("string", values=ENVIRONMENTS)))
    writer = Writer(draw)
    writer.module(body, tuple(declared), tuple(names))
    return Unit(writer.files, given, data[: draw.taken])


def units() -> st.SearchStrategy[Unit]:
    """Any unit."""
    return st.binary(min_size=BYTES, max_size=BYTES).map(written)


def _sources(draw: Draw, declared: Variable) -> list[str]:
    chosen = [pick(draw, SOURCES) for _ in range(draw.between(0, 3))]
    if declared.required and not chosen:
        chosen = ["terraform.tfvars"]
    if declared.shape.nullable or not chance(draw, 50):
        return chosen
    return [ENVIRONMENT] if chance(draw, 50) else [*chosen, ENVIRONMENT]
