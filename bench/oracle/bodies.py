"""The blocks of modules: locals, resources, calls with `count` and `for_each`, outputs."""

import json
from collections.abc import Callable
from dataclasses import dataclass, replace

from bench.oracle import collections, scalars, templates
from bench.oracle.declarations import Variable, argument, variable
from bench.oracle.documents import document, shape_of, template, yaml
from bench.oracle.shapes import BOOL, NUMBER, STRING, Member, Name, Scalar, Scope, Shape
from bench.oracle.words import ENVIRONMENTS, Draw, accessed, chance, pick

__all__ = ["Body", "Writer"]

DEEPEST = 4
"""How deep modules nest, the root counted as one."""

_SHAPES: dict[Scalar, Shape] = {"string": STRING, "number": NUMBER, "bool": BOOL}
_KINDS: tuple[Scalar, ...] = ("string", "number", "bool")


@dataclass(frozen=True, slots=True)
class Body:
    """Where a module lies: its folder below the root, what its names begin with, and where its modules lie."""

    prefix: str
    folder: str
    source: str
    depth: int

    def path(self, name: str) -> str:
        """A file of the module, below the root."""
        return f"{self.folder}/{name}" if self.folder else name


@dataclass(frozen=True, slots=True)
class Repetition:
    """`count` or `for_each` of a block: its line, the names it binds, and how often or by which keys it repeats."""

    line: str = ""
    names: tuple[Name, ...] = ()
    kind: str = ""
    size: int = 0
    keys: tuple[str, ...] = ()


class Writer:
    """Writes the modules of one unit, each into files of its own."""

    def __init__(self, draw: Draw) -> None:
        """Start with no files."""
        self.draw = draw
        self.files: dict[str, str] = {}
        self._folders = 0

    def module(self, body: Body, variables: tuple[Variable, ...], names: tuple[Name, ...]) -> tuple[Member, ...]:
        """Write a module; returns its outputs, which a root does not have."""
        draw, prefix = self.draw, body.prefix
        scope = Scope(names, "${path.module}/" + (f"{prefix[:-1]}/" if prefix else ""))
        blocks: list[str] = []
        if chance(draw, 40):
            blocks.append(f'resource "terraform_data" "{prefix}seed" {{\n  input = "x"\n}}\n')
            scope = scope.binding(Name(f"terraform_data.{prefix}seed.id", replace(STRING, known=False)))
        scope, written = self._locals(body, scope)
        if body.depth < DEEPEST and chance(draw, 75 if body.depth == 1 else 30):
            scope, calls = self._calls(body, scope)
            blocks += calls
        blocks += [self._resource(scope, f"{prefix}r{at}") for at in range(draw.between(1, 3))]
        outputs, exported = ((), "") if not body.folder else self._outputs(scope)
        declared = "\n".join(one.block(one.name) for one in variables)
        whole = {"variables.tf": declared, "locals.tf": written, "main.tf": "\n".join(blocks), "outputs.tf": exported}
        for name, text in whole.items():
            if text:
                self.files[body.path(prefix + name)] = text
        return outputs

    def _locals(self, body: Body, scope: Scope) -> tuple[Scope, str]:
        draw = self.draw
        lines: list[str] = []
        for at in range(draw.between(1, 5)):
            name = f"{body.prefix}l{at}"
            known = not chance(draw, 15)
            text, shape = self._value(body, scope, known)
            scope = scope.binding(Name(f"local.{name}", shape))
            lines.append(f"  {name} = {text}\n")
        if chance(draw, 50):
            lines.reverse()
        return scope, f"locals {{\n{''.join(lines)}}}\n"

    def _value(self, body: Body, scope: Scope, known: bool) -> tuple[str, Shape]:
        draw = self.draw
        kind = pick(draw, _KINDS)
        which = draw.between(0, 11)
        if which < 3:
            return scalars.scalar(draw, scope, kind, 3, known), replace(_SHAPES[kind], known=known)
        if which == 3:
            entries = [f"{name} = {scalars.scalar(draw, scope, kind, 1, known)}" for name in ENVIRONMENTS]
            shape = Shape("map", element=_SHAPES[kind], keys=ENVIRONMENTS, known=known)
            return f"{{ {', '.join(entries)} }}", shape
        if which == 4:
            return templates.heredoc(draw, scope, 1, known), replace(STRING, known=known)
        if which < 7:
            return self._document(body, scope)
        makers = (collections.record, collections.objects, collections.anything)
        return pick(draw, makers)(draw, scope, 2, known)

    def _document(self, body: Body, scope: Scope) -> tuple[str, Shape]:
        draw = self.draw
        self._folders += 1
        name = f"file{self._folders}"
        below = f"{body.source[2:]}" if not body.folder else f"{body.folder}/"
        kind = pick(draw, ("json", "yaml", "tftpl"))
        path = f'"{scope.file}{name}.{kind}"'
        if kind == "tftpl":
            self.files[f"{below}{name}.tftpl"] = template(draw)
            hosts, _ = collections.listing(draw, scope, "string", 1, known=True)
            size, word = (scalars.scalar(draw, scope, one, 1, known=True) for one in ("number", "string"))
            return f"templatefile({path}, {{ name = {word}, size = {size}, hosts = {hosts} }})", STRING
        found = document(draw)
        self.files[f"{below}{name}.{kind}"] = json.dumps(found, indent=2) if kind == "json" else yaml(found)
        return f"{kind}decode(file({path}))", shape_of(found)

    def _repetition(self, scope: Scope) -> Repetition:
        draw = self.draw
        which = draw.between(0, 9)
        if which < 4:
            return Repetition()
        if which < 6:
            times = draw.between(0, 3)
            condition = scalars.scalar(draw, scope, "bool", 2, known=True)
            listed, _ = collections.listing(draw, scope, pick(draw, _KINDS), 1, known=True)
            text, size = pick(
                draw,
                ((str(times), times), (f"{condition} ? 1 : 0", 0), (f"length({listed})", 0), (f'"{times}"', times)),
            )
            return Repetition(f"  count = {text}\n", (Name("count.index", NUMBER),), "list", size)
        return self._for_each(scope)

    def _for_each(self, scope: Scope) -> Repetition:
        draw = self.draw
        element: Shape | None = STRING
        keys: tuple[str, ...] = ()
        found = [p for p in scope.reachable(known=True) if not p.shape.nullable and p.shape.kind in ("map", "set")]
        found = [p for p in found if p.shape.kind == "map" or p.shape.holds("string")]
        if found and chance(draw, 50):
            path = pick(draw, found)
            text, element, keys = accessed(draw, path), path.shape.element, path.shape.keys
        elif chance(draw, 50):
            make = pick(draw, (collections.objects, _of_scalars))
            text, shape = make(draw, scope, 2, True)
            element, keys = shape.element, shape.keys
        else:
            text = f"toset({collections.listing(draw, scope, 'string', 2, known=True)[0]})"
        names = (Name("each.key", STRING), *([Name("each.value", element)] if element else []))
        return Repetition(f"  for_each = {text}\n", names, "map", keys=keys)

    def _resource(self, scope: Scope, name: str) -> str:
        draw = self.draw
        repeated = self._repetition(scope)
        inner = scope.binding(*repeated.names)
        lines = [f"    {at} = {self._attribute(inner)}\n" for at in "abcde"[: draw.between(1, 5)]]
        return f'resource "terraform_data" "{name}" {{\n{repeated.line}  input = {{\n{"".join(lines)}  }}\n}}\n'

    def _attribute(self, scope: Scope) -> str:
        draw = self.draw
        known = not chance(draw, 30)
        kind = pick(draw, _KINDS)
        which = draw.between(0, 9)
        if which < 4:
            return scalars.scalar(draw, scope, kind, 3, known)
        if which == 4:
            condition = scalars.scalar(draw, scope, "bool", 2, known)
            yes, no = (scalars.scalar(draw, scope, kind, 2, known) for _ in range(2))
            return f"{condition} ? {yes} : {no}"
        if which == 5:
            return templates.heredoc(draw, scope, 2, known)
        if which < 8 and scope.paths:
            return accessed(draw, pick(draw, scope.paths))
        make = pick(draw, (collections.record, collections.objects, collections.anything, collections.anything))
        return make(draw, scope, 2, known)[0]

    def _calls(self, body: Body, scope: Scope) -> tuple[Scope, list[str]]:
        """A call of a module, in some cases two of the same one."""
        draw = self.draw
        self._folders += 1
        name = f"m{self._folders}"
        above = body.folder.rpartition("/")[0]
        if above and chance(draw, 30):
            source, folder = f"../{name}", f"{above}/{name}"
        else:
            source, folder = body.source + name, f"{body.folder}/{name}" if body.folder else body.source[2:] + name
        repeated = self._repetition(scope)
        inner = scope.binding(*repeated.names)
        lines: list[str] = []
        declared = tuple(variable(draw, one) for one in ("size", "env", "tags", "spec")[: draw.between(1, 4)])
        names: list[Name] = []
        for one in declared:
            shape = one.shape
            if one.required or chance(draw, 60):
                text, shape = argument(draw, inner, one, known=not chance(draw, 20))
                lines.append(f"  {one.name} = {text}\n")
            names.append(Name(f"var.{one.name}", shape))
        child = Body("", folder, "./", body.depth + 1)
        outputs = self.module(child, declared, tuple(names))
        label = f"{body.prefix}{name}"
        block = f'module "{label}" {{\n  source = "{source}"\n{repeated.line}{"".join(lines)}}}\n'
        return scope.binding(*_exported(f"module.{label}", repeated, outputs)), [block]

    def _outputs(self, scope: Scope) -> tuple[tuple[Member, ...], str]:
        draw = self.draw
        members: list[Member] = []
        blocks: list[str] = []
        for at in range(draw.between(1, 2)):
            known = not chance(draw, 15)
            kind = pick(draw, _KINDS)
            makers: tuple[Callable[[], tuple[str, Shape]], ...] = (
                lambda kind=kind, known=known: (
                    scalars.scalar(draw, scope, kind, 2, known),
                    replace(_SHAPES[kind], known=known),
                ),
                lambda known=known: collections.anything(draw, scope, 2, known),
                lambda known=known: collections.record(draw, scope, 1, known),
            )
            text, shape = pick(draw, makers)()
            members.append(Member(f"out{at}", shape))
            blocks.append(f'output "out{at}" {{\n  value = {text}\n}}\n')
        return tuple(members), "\n".join(blocks)


def _of_scalars(draw: Draw, scope: Scope, depth: int, known: bool) -> tuple[str, Shape]:
    return collections.mapping(draw, scope, pick(draw, _KINDS), depth, known)


def _exported(address: str, repeated: Repetition, outputs: tuple[Member, ...]) -> list[Name]:
    """What the caller of a module can refer to."""
    if not repeated.kind:
        return [Name(f"{address}.{output.name}", output.shape) for output in outputs]
    names: list[Name] = []
    for output in outputs:
        shape = Shape(
            "list", element=output.shape, size=max(repeated.size, len(repeated.keys)), known=output.shape.known
        )
        if repeated.kind == "list":
            names.append(Name(f"({address}[*].{output.name})", shape))
        else:
            names.append(Name(f"(values({address})[*].{output.name})", shape))
            names.append(Name(f"[for key, made in {address} : made.{output.name}]", shape))
            by_key = replace(shape, kind="map", keys=repeated.keys, size=0)
            names.append(Name(f"{{ for key, made in {address} : key => made.{output.name} }}", by_key))
    whole = Shape("object", known=all(output.shape.known for output in outputs))
    return [*names, Name(address, whole)]
