"""From a root to its shadow: only what the attributes in question hang on is converted."""

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from remediator.config import RootConfig
from remediator.iac.terraform.index import normal
from remediator.iac.terraform.shadow.configuration import Configuration, configuration
from remediator.iac.terraform.shadow.declarations import Declaration
from remediator.iac.terraform.shadow.emission import emitted
from remediator.iac.terraform.shadow.inputs import fields
from remediator.iac.terraform.shadow.layout import laid_out, may_be_read
from remediator.iac.terraform.shadow.paths import FileUse, matching
from remediator.iac.terraform.shadow.reach import closure
from remediator.iac.terraform.shadow.references import UNKNOWN, Reference, rewritten
from remediator.iac.terraform.shadow.shadow import Shadow
from remediator.iac.terraform.shadow.sources import Sources, joined
from remediator.iac.terraform.shadow.spots import Kind, Spot
from remediator.iac.terraform.shadow.variables import values, variable_files

__all__ = ["Asked", "convert"]

Asked = Mapping[str, Sequence[str]]
"""Attribute paths by resource type."""

REPEATS = ("count", "for_each")
NOT_ARGUMENTS = ("source", "version", "providers", "depends_on")
MAX_PASSES = 8
_EVERY_FILE = Spot("", Kind.FILE, "")


def convert(
    sources: Sources,
    root: RootConfig,
    asked: Asked | None,
    given_up: Mapping[Spot, str] | None = None,
    opentofu: bool = False,
) -> Shadow:
    """The shadow of a root; `asked` is None for every attribute of every resource.

    Everything in `given_up` is left out from the start. Raises ValueError with a sentence where the root has no shadow.
    """
    folder = normal(root.path)
    if joined("", folder) != folder or not sources.inside(folder):
        raise ValueError("there is no such folder in the repository")
    known = dict(given_up or {})
    files = variable_files(sources, folder, root.var_files)
    given = values(files)
    for _ in range(MAX_PASSES):
        tree = configuration(sources, folder, known, opentofu)
        if problems := [p for module in tree.modules.values() for p in module.problems]:
            raise ValueError(problems[0])
        work = _Work(sources, tree, known, given, asked)
        work.run()
        more = {s: r for s, r in work.failed.items() if s.kind == Kind.CALL and s.attribute in REPEATS}
        if not more:
            break
        known |= more
    texts, places, lines = emitted(
        tree, _needed(work), {s: read for s, read in work.operands.items() if s not in known}
    )
    read = laid_out(sources, sorted(work.files))
    return Shadow(
        folder,
        {**read, **texts},
        files,
        lines,
        places,
        work.originals,
        {spot: frozenset(used) for spot, used in work.uses.items()},
        {**tree.left_out, **known, **work.failed},
        known,
    )


def _needed(work: "_Work") -> Mapping[Spot, str]:
    """The expressions that the kept instances hang on; all others are only followed, not planned."""
    kept = {(spot.folder, spot.name) for spot in work.texts if spot.kind == Kind.RESOURCE and not spot.attribute}
    start = [spot for spot in work.texts if spot.kind == Kind.RESOURCE and (spot.folder, spot.name) in kept]
    start += [Spot(folder, Kind.CALL, name, repeat) for folder, name in work.tree.targets for repeat in REPEATS]
    # A reference to a resource or to a call that is not followed is unknown, whatever that hangs on.
    planned = {spot: {u for u in used if _is_planned(u)} for spot, used in work.uses.items()}
    found = closure(start, planned)
    return {spot: text for spot, text in work.texts.items() if spot in found}


def _is_planned(used: Spot) -> bool:
    return used.kind != Kind.RESOURCE and not (used.kind == Kind.CALL and not used.attribute)


@dataclass(slots=True)
class _Work:
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
                self.resource(Spot(folder, Kind.RESOURCE, address), resource)
            for name, call in module.calls.items():
                spot = Spot(folder, Kind.CALL, name)
                repeated = self.repeats(spot, call)
                self.use(spot, repeated)
                if (folder, name) not in self.tree.targets:
                    self.unfollowed(spot, call)
        while self.waiting:
            spot = self.waiting.pop()
            if spot not in self.texts and spot not in self.uses:
                self.convert(spot)

    def resource(self, spot: Spot, resource: Declaration) -> None:
        asked = None if self.asked is None else self.asked.get(resource.labels[0], ())
        if resource.type == "data":
            asked = () if self.asked is not None else None
        repeated = self.repeats(spot, resource)
        if not any(one in self.failed or one in self.given_up for one in (spot, *repeated)):
            self.texts[spot] = ""
        parts = list(repeated)
        # Those of a resource that is left out too: an edit that reaches them cannot be followed there.
        for name, write in fields(resource, asked):
            parts.append(replace(spot, attribute=name))
            self.expression(parts[-1], write, tuple(repeated), _source_of(resource, name))
        self.use(spot, parts)

    def unfollowed(self, spot: Spot, call: Declaration) -> None:
        """A call that is left out hangs on all its arguments, and on the module's code as it stands."""
        self.originals[spot] = self.tree.fingerprints.get(spot, "")
        self.use(spot, [replace(spot, attribute=name) for name in call.attributes if name not in NOT_ARGUMENTS])

    def repeats(self, spot: Spot, declaration: Declaration) -> list[Spot]:
        found: list[Spot] = []
        for name in REPEATS:
            if name in declaration.attributes:
                found.append(replace(spot, attribute=name))
                self.plain(found[-1], declaration.attributes[name])
        return found

    def convert(self, spot: Spot) -> None:
        module = self.tree.modules.get(spot.folder)
        if module is None or spot.kind == Kind.RESOURCE:
            return
        match spot.kind:
            case Kind.LOCAL if spot.name in module.locals:
                self.plain(spot, module.locals[spot.name])
            case Kind.OUTPUT if spot.name in module.outputs:
                self.plain(spot, module.outputs[spot.name].attributes.get("value", "null"))
            case Kind.CALL if spot.name in module.calls and spot.attribute in module.calls[spot.name].attributes:
                call = module.calls[spot.name].attributes
                repeated = tuple(replace(spot, attribute=name) for name in REPEATS if name in call)
                self.plain(spot, call[spot.attribute], repeated)
            case Kind.VARIABLE if spot.name in module.variables:
                self.variable(spot, module.variables[spot.name])

    def variable(self, spot: Spot, variable: Declaration) -> None:
        default = variable.attributes.get("default", "")
        is_root = spot.folder == self.tree.root
        self.originals[spot] = f"{default}\0{self.given.get(spot.name) if is_root else ''}"
        self.use(spot, () if is_root else self.passed(spot))
        if self.keeps(spot.folder, Reference("var", spot.name, None)):
            self.texts[spot] = default

    def passed(self, variable: Spot) -> Iterator[Spot]:
        """What gives a module's variable its value: an argument of each call of the module."""
        for folder, name in self.tree.callers(variable.folder):
            yield Spot(folder, Kind.CALL, name, variable.name)

    def plain(self, spot: Spot, text: str, uses: tuple[Spot, ...] = ()) -> None:
        self.expression(spot, lambda write: write(text, frozenset()), uses, text)

    def expression(
        self,
        spot: Spot,
        write: Callable[[Callable[[str, frozenset[str]], str]], str],
        uses: tuple[Spot, ...],
        original: str,
    ) -> None:
        """Convert one expression; one that cannot be becomes unknown, or its block is left out where it repeats it."""
        self.originals[spot] = original
        self.use(spot, uses)
        if spot in self.given_up:
            self.texts[spot] = UNKNOWN
        try:
            text = write(lambda part, bound: self.rewrite(spot, part, bound))
        except ValueError as error:
            self.failed.setdefault(spot, str(error))
            text = UNKNOWN
        self.texts.setdefault(spot, text)

    def rewrite(self, spot: Spot, text: str, bound: frozenset[str]) -> str:
        found = rewritten(text, spot.folder, self.tree.root, lambda r: self.keeps(spot.folder, r), bound)
        self.use(spot, (used for reference in found.references for used in self.named(spot.folder, reference)))
        for use in found.files:
            self.read(spot, use)
        self.operands.setdefault(spot, set()).update(found.operands)
        if found.problem is not None:
            self.failed.setdefault(spot, found.problem)
        return found.text

    def read(self, spot: Spot, use: FileUse) -> None:
        paths = matching(use, self.sources)
        self.files.update(paths)
        if use.literal is None:
            self.uses[spot].add(_EVERY_FILE)
        for path in paths:
            file = Spot("", Kind.FILE, path)
            self.originals[file] = hashlib.sha256(self.sources.content(path) or b"").hexdigest()
            self.uses[spot].add(file)

    def use(self, spot: Spot, used: Iterator[Spot] | Sequence[Spot]) -> None:
        for one in used:
            self.uses.setdefault(spot, set()).add(one)
            self.waiting.append(one)
        self.uses.setdefault(spot, set())

    def named(self, folder: str, reference: Reference) -> Iterator[Spot]:
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

    def keeps(self, folder: str, reference: Reference) -> bool:
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
