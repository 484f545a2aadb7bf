"""One pass over a configuration: every expression in question converted, and what it refers to followed."""

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from remediator.iac.terraform.shadow.configuration import Configuration
from remediator.iac.terraform.shadow.declarations import Declaration
from remediator.iac.terraform.shadow.inputs import fields
from remediator.iac.terraform.shadow.layout import may_be_read
from remediator.iac.terraform.shadow.paths import FileUse, matching
from remediator.iac.terraform.shadow.references import UNKNOWN, Reference, rewritten
from remediator.iac.terraform.shadow.sources import Sources
from remediator.iac.terraform.shadow.spots import Kind, Spot

__all__ = ["REPEATS", "Asked", "Work"]

Asked = Mapping[str, Sequence[str]]
"""Attribute paths by resource type."""
REPEATS = ("count", "for_each")
NOT_ARGUMENTS = ("source", "version", "providers", "depends_on")
_EVERY_FILE = Spot("", Kind.FILE, "")


@dataclass(slots=True)
class Work:
    """One pass: `texts` are the converted expressions, `failed` says why others could not be."""

    sources: Sources
    tree: Configuration
    given_up: Mapping[Spot, str]
    given: Mapping[str, str]
    asked: Asked | None
    texts: dict[Spot, str] = field(default_factory=dict)
    originals: dict[Spot, str] = field(default_factory=dict)
    uses: dict[Spot, set[Spot]] = field(default_factory=dict)
    failed: dict[Spot, str] = field(default_factory=dict)
    operands: dict[Spot, set[str]] = field(default_factory=dict)
    files: set[str] = field(default_factory=set)
    waiting: list[Spot] = field(default_factory=list)

    def run(self) -> None:
        """Convert the resources and calls, then whatever they refer to, and so on."""
        data = [(path, content) for path, content in sorted(self.sources.replaced.items()) if may_be_read(path)]
        self.originals[_EVERY_FILE] = hashlib.sha256(repr(data).encode()).hexdigest()
        for folder, module in self.tree.modules.items():
            for address, resource in module.resources.items():
                self._resource(Spot(folder, Kind.RESOURCE, address), resource)
            for name, call in module.calls.items():
                spot = Spot(folder, Kind.CALL, name)
                repeated = self._repeats(spot, call)
                self._use(spot, repeated)
                if (folder, name) not in self.tree.targets:
                    self._unfollowed(spot, call)
        while self.waiting:
            spot = self.waiting.pop()
            if spot not in self.texts and spot not in self.uses:
                self._convert(spot)

    def _resource(self, spot: Spot, resource: Declaration) -> None:
        asked = None if self.asked is None else self.asked.get(resource.labels[0], ())
        if resource.type == "data":
            asked = () if self.asked is not None else None
        repeated = self._repeats(spot, resource)
        if not any(one in self.failed or one in self.given_up for one in (spot, *repeated)):
            self.texts[spot] = ""
        parts = list(repeated)
        # Those of a resource that is left out too: an edit that reaches them cannot be followed there.
        for name, write in fields(resource, asked):
            parts.append(replace(spot, attribute=name))
            self._expression(parts[-1], write, tuple(repeated), _source_of(resource, name))
        self._use(spot, parts)

    def _unfollowed(self, spot: Spot, call: Declaration) -> None:
        """A call that is left out hangs on all its arguments, and on the module's code as it stands."""
        self.originals[spot] = self.tree.fingerprints.get(spot, "")
        self._use(spot, [replace(spot, attribute=name) for name in call.attributes if name not in NOT_ARGUMENTS])

    def _repeats(self, spot: Spot, declaration: Declaration) -> list[Spot]:
        found: list[Spot] = []
        for name in REPEATS:
            if name in declaration.attributes:
                found.append(replace(spot, attribute=name))
                self._plain(found[-1], declaration.attributes[name])
        return found

    def _convert(self, spot: Spot) -> None:
        module = self.tree.modules.get(spot.folder)
        if module is None or spot.kind == Kind.RESOURCE:
            return
        match spot.kind:
            case Kind.LOCAL if spot.name in module.locals:
                self._plain(spot, module.locals[spot.name])
            case Kind.OUTPUT if spot.name in module.outputs:
                self._plain(spot, module.outputs[spot.name].attributes.get("value", "null"))
            case Kind.CALL if spot.name in module.calls and spot.attribute in module.calls[spot.name].attributes:
                call = module.calls[spot.name].attributes
                repeated = tuple(replace(spot, attribute=name) for name in REPEATS if name in call)
                self._plain(spot, call[spot.attribute], repeated)
            case Kind.VARIABLE if spot.name in module.variables:
                self._variable(spot, module.variables[spot.name])

    def _variable(self, spot: Spot, variable: Declaration) -> None:
        default = variable.attributes.get("default", "")
        is_root = spot.folder == self.tree.root
        self.originals[spot] = f"{default}\0{self.given.get(spot.name) if is_root else ''}"
        self._use(spot, () if is_root else self._passed(spot))
        if self._keeps(spot.folder, Reference("var", spot.name, None)):
            self.texts[spot] = default

    def _passed(self, variable: Spot) -> Iterator[Spot]:
        """What gives a module's variable its value: an argument of each call of the module."""
        for folder, name in self.tree.callers(variable.folder):
            yield Spot(folder, Kind.CALL, name, variable.name)

    def _plain(self, spot: Spot, text: str, uses: tuple[Spot, ...] = ()) -> None:
        self._expression(spot, lambda write: write(text, frozenset()), uses, text)

    def _expression(
        self,
        spot: Spot,
        write: Callable[[Callable[[str, frozenset[str]], str]], str],
        uses: tuple[Spot, ...],
        original: str,
    ) -> None:
        """Convert one expression; one that cannot be becomes unknown, or its block is left out where it repeats it."""
        self.originals[spot] = original
        self._use(spot, uses)
        if spot in self.given_up:
            self.texts[spot] = UNKNOWN
        try:
            text = write(lambda part, bound: self._rewrite(spot, part, bound))
        except ValueError as error:
            self.failed.setdefault(spot, str(error))
            text = UNKNOWN
        self.texts.setdefault(spot, text)

    def _rewrite(self, spot: Spot, text: str, bound: frozenset[str]) -> str:
        found = rewritten(text, spot.folder, self.tree.root, lambda r: self._keeps(spot.folder, r), bound)
        self._use(spot, (used for reference in found.references for used in self._named(spot.folder, reference)))
        for use in found.files:
            self._read(spot, use)
        self.operands.setdefault(spot, set()).update(found.operands)
        if found.problem is not None:
            self.failed.setdefault(spot, found.problem)
        return found.text

    def _read(self, spot: Spot, use: FileUse) -> None:
        paths = matching(use, self.sources)
        self.files.update(paths)
        if use.literal is None:
            self.uses[spot].add(_EVERY_FILE)
        for path in paths:
            file = Spot("", Kind.FILE, path)
            self.originals[file] = hashlib.sha256(self.sources.content(path) or b"").hexdigest()
            self.uses[spot].add(file)

    def _use(self, spot: Spot, used: Iterator[Spot] | Sequence[Spot]) -> None:
        for one in used:
            self.uses.setdefault(spot, set()).add(one)
            self.waiting.append(one)
        self.uses.setdefault(spot, set())

    def _named(self, folder: str, reference: Reference) -> Iterator[Spot]:
        """The spots that a reference leads to."""
        name, attribute = reference.name, reference.attribute
        match reference.root:
            case "var":
                yield Spot(folder, Kind.VARIABLE, name)
            case "local":
                yield Spot(folder, Kind.LOCAL, name)
            case "resource":
                yield Spot(folder, Kind.RESOURCE, name, attribute or "")
                yield from (Spot(folder, Kind.RESOURCE, name, repeat) for repeat in REPEATS)
            case "module" if (folder, name) in self.tree.targets:
                target = self.tree.targets[folder, name]
                outputs = self.tree.modules[target].outputs
                yield from (Spot(target, Kind.OUTPUT, o) for o in ([attribute] if attribute else outputs))
                call = self.tree.modules[folder].calls[name]
                yield from (Spot(folder, Kind.CALL, name, r) for r in REPEATS if r in call.attributes)
            case "module":
                yield Spot(folder, Kind.CALL, name)

    def _keeps(self, folder: str, reference: Reference) -> bool:
        """Whether a variable, a local or an output of a call is there in the shadow."""
        module, name = self.tree.modules[folder], reference.name
        match reference.root:
            case "var":
                variable = module.variables.get(name)
                if variable is None or Spot(folder, Kind.VARIABLE, name) in self.given_up:
                    return False
                return folder != self.tree.root or name in self.given or "default" in variable.attributes
            case "local":
                return name in module.locals
            case _:
                target = self.tree.targets.get((folder, name))
                outputs = () if target is None else self.tree.modules[target].outputs
                return target is not None and (reference.attribute is None or reference.attribute in outputs)


def _source_of(resource: Declaration, name: str) -> str:
    """What an attribute or its blocks look like in the code: not parsed again, only compared."""
    return repr((resource.attributes.get(name), resource.nested(name)))
