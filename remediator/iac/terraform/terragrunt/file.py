"""One file of Terragrunt, evaluated as far as it is asked for."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from posixpath import join

from remediator.iac.terraform.index import IndexedFile
from remediator.iac.terraform.language.evaluation import evaluated_text
from remediator.iac.terraform.language.functions.protocol import EvaluationError, Surroundings
from remediator.iac.terraform.language.places import Place
from remediator.iac.terraform.language.scope import Scope
from remediator.iac.terraform.language.values import Evaluated, Fields, RefusedError, Trail, Unknown
from remediator.iac.terraform.syntax import Attribute, Block
from remediator.iac.terraform.terragrunt.functions import Standing, functions
from remediator.iac.terraform.terragrunt.merging import deep, shallow
from remediator.iac.terraform.terragrunt.names import NO_NAMES, named
from remediator.iac.terraform.terragrunt.places import TOP, folder_of, resolved
from remediator.iac.terraform.terragrunt.reader import FILE_NAMES, Position, Reader
from remediator.model import Role

__all__ = ["Include", "TerragruntFile"]

_LAID_OVER = "terragrunt.autoinclude.hcl"
"""https://terragrunt.gruntwork.io/docs/reference/hcl/blocks/#autoinclude"""
_STRATEGIES = ("no_merge", "shallow", "deep")
MAX_DEPTH = 20
"""How deep files may read each other."""


@dataclass(frozen=True, slots=True)
class Include:
    """An included file by the name of its block, empty for a bare one."""

    name: str
    file: "TerragruntFile"
    strategy: str
    expose: bool


class TerragruntFile:
    """Blocks and attributes of a file, with what it includes and reads."""

    def __init__(self, reader: Reader, position: Position, depth: int = 0) -> None:
        """Open a file; raises EvaluationError and RefusedError where it cannot be read."""
        if depth > MAX_DEPTH:
            raise EvaluationError(f"{position.file} is read through more than {MAX_DEPTH} others, or by itself")
        self.position = position
        self.indexed: IndexedFile = reader.open(position)
        over = join(folder_of(position.file), _LAID_OVER)
        if not position.included and reader.exists(over):
            raise RefusedError(f"Terragrunt lays over {position.file} what {over} says, which is not followed")
        self._reader = reader
        self._depth = depth
        self._including = False

    def blocks(self, type_: str) -> Sequence[Block]:
        """The blocks of one type at the top."""
        return [block for block in self.indexed.source.blocks if block.type == type_]

    def attribute(self, name: str) -> Attribute | None:
        """An attribute at the top."""
        return next((a for a in self.indexed.source.attributes if a.name == name), None)

    def value(self, attribute: Attribute, role: Role, address: str) -> Evaluated:
        """The value of an attribute anywhere in the file; raises EvaluationError and RefusedError."""
        return self._value(attribute, role, address, self._bound)

    def _value(self, attribute: Attribute, role: Role, address: str, bound: Mapping[str, Evaluated]) -> Evaluated:
        place = Place(self.position.file, attribute.value.start, attribute.value.end, role, address)
        scope = Scope(NO_NAMES, self._around, self._reader.budget, place, attribute.text, bound)
        found = evaluated_text(scope)
        origin = found.origin
        whole = origin is not None and (origin.path, origin.start, origin.end) == (place.path, place.start, place.end)
        return found if whole or role is Role.MAP_ENTRY else found.passing(Trail(place))

    @cached_property
    def _around(self) -> Surroundings:
        standing = Standing(self._reader, self.position, self._included, self._read)
        return Surroundings(self._reader.files, folder_of(self.position.file), TOP, functions(standing))

    @cached_property
    def _bound(self) -> Mapping[str, Evaluated]:
        return {
            "local": self.locals,
            "include": named("include", *self._exposing()),
            "dependency": Evaluated(Unknown("a dependency gives what another unit's state holds", "dependency")),
            "feature": named("feature", self._flags(), self._flag),
            "values": Evaluated(_elsewhere("a stack, which gives values to its units when it is generated")),
        }

    @cached_property
    def locals(self) -> Evaluated:
        """The locals by name."""
        settings = {a.name: a for block in self.blocks("locals") for a in block.attributes}
        return named("local", settings, lambda name: self.value(settings[name], Role.LOCAL, f"local.{name}"))

    @cached_property
    def includes(self) -> tuple[Include, ...]:
        """What it includes, in order; raises EvaluationError where one cannot be read."""
        blocks = self.blocks("include")
        if blocks and self.position.included:
            raise EvaluationError(
                f"{self.position.file}:{blocks[0].header.start_line} includes a file where it is included itself, "
                "which Terragrunt does not allow"
            )
        self._including = True
        try:
            return tuple(self._include(block) for block in blocks)
        finally:
            self._including = False

    def _include(self, block: Block) -> Include:
        where = f"{self.position.file}:{block.header.start_line}"
        settings = {a.name: self._value(a, Role.ATTRIBUTE, "include", {}) for a in block.attributes}
        path, strategy = settings.get("path"), settings.get("merge_strategy", Evaluated("shallow"))
        if path is None or not isinstance(path.data, str):
            why = path.data.reason if path is not None and isinstance(path.data, Unknown) else "it has no path"
            raise EvaluationError(f"the include at {where} cannot be followed: {why}")
        if strategy.data not in _STRATEGIES:
            raise EvaluationError(f"the include at {where} has no merge_strategy of {', '.join(_STRATEGIES)}")
        file = resolved(path.data, folder_of(self.position.at))
        position = Position(file, self.position.at, self.position.original, included=True)
        if self._reader.is_folder(file):
            raise EvaluationError(f"the include at {where} names the folder {file or '.'}")
        try:
            opened = TerragruntFile(self._reader, position, self._depth + 1)
        except (EvaluationError, RefusedError) as error:
            raise type(error)(f"the include at {where} cannot be followed: {error}") from None
        name = block.labels[0] if block.labels else ""
        return Include(name, opened, str(strategy.data), settings.get("expose", Evaluated(False)).data is True)

    def _included(self) -> tuple[tuple[str, str], ...]:
        """Names and paths of the includes; none while they are still being read."""
        return () if self._including else tuple((one.name, one.file.position.file) for one in self.includes)

    def nearest(self) -> tuple["TerragruntFile", ...]:
        """This file and those whose settings it takes over, the one that wins first; raises EvaluationError."""
        return (self, *(one.file for one in reversed(self.includes) if one.strategy != "no_merge"))

    @cached_property
    def inputs(self) -> Evaluated:
        """The inputs, those of the includes merged in; raises EvaluationError and RefusedError."""
        merged = self.own_inputs
        for include in reversed(self.includes):
            if include.strategy != "no_merge":
                merged = (deep if include.strategy == "deep" else shallow)(merged, include.file.inputs)
        return merged if merged.data is not None else Evaluated(Fields({}))

    @cached_property
    def own_inputs(self) -> Evaluated:
        """The inputs that the file itself writes; null where there are none."""
        written = self.attribute("inputs")
        return Evaluated(None) if written is None else self.value(written, Role.MAP_ENTRY, "inputs")

    def exposed(self) -> Evaluated:
        """The file as others see it through `include` and `read_terragrunt_config()`."""
        terraform = self.blocks("terraform")
        source = next((a for block in terraform for a in block.attributes if a.name == "source"), None)
        makers: dict[str, Callable[[], Evaluated]] = {"locals": lambda: self.locals, "inputs": lambda: self.inputs}
        if source is not None:
            inner = {"source": lambda: self.value(source, Role.ATTRIBUTE, "terraform.source")}
            rest = _elsewhere("the rest of a terraform block")
            makers["terraform"] = lambda: named("terraform", inner, lambda name: inner[name](), rest)
        rest = _elsewhere(f"what {self.position.file} holds beside its locals and inputs")
        return named(self.position.file, makers, lambda name: makers[name](), rest)

    def _exposing(self) -> tuple[Sequence[str], Callable[[str], Evaluated]]:
        shown = {one.name: one.file for one in self.includes if one.expose}
        if [one.name for one in self.includes] == [""] and shown:
            whole = shown[""].exposed()
            fields = whole.data.fields if isinstance(whole.data, Fields) else {}
            return tuple(fields), lambda name: fields[name]
        return tuple(shown), lambda name: shown[name].exposed()

    def _read(self, path: str) -> Evaluated | None:
        """Another file as `read_terragrunt_config()` gives it; None where it is not there; raises EvaluationError."""
        found = resolved(path, folder_of(self.position.at))
        if self._reader.is_folder(found):
            names = [f"{found}/{name}".removeprefix("/") for name in FILE_NAMES]
            found = next((name for name in names if self._reader.exists(name)), names[0])
        if not self._reader.exists(found):
            return None
        position = Position(found, found, self.position.original)
        return TerragruntFile(self._reader, position, self._depth + 1).exposed()

    def _flags(self) -> Sequence[str]:
        return [name for file in self.nearest() for name in (b.labels[0] for b in file.blocks("feature") if b.labels)]

    def _flag(self, name: str) -> Evaluated:
        for file in self.nearest():
            for block in file.blocks("feature"):
                default = block.attribute("default")
                if block.labels == (name,) and default is not None:
                    value = file._value(default, Role.ATTRIBUTE, f"feature.{name}", {})
                    return Evaluated(Fields({"value": value}))
        raise EvaluationError(f"feature.{name} has no default")


def _elsewhere(what: str) -> Unknown:
    return Unknown(f"{what} is not followed", what)
