"""The blocks of modules: locals, resources, calls with `count` and `for_each`, outputs."""

import json
from dataclasses import dataclass, replace

from bench.oracle.blocks import hidden_values, local_values, resource, resource_in_json
from bench.oracle.declarations import Variable, argument, variable
from bench.oracle.documents import document, shape_of, template, yaml
from bench.oracle.grammar import GRAMMAR
from bench.oracle.repetitions import exported, repetition
from bench.oracle.shapes import KINDS, SHAPES, STRING, Member, Name, Scope, Shape
from bench.oracle.words import ENVIRONMENTS, Draw, accessed, chance, constant_of, hcl, pick

__all__ = ["Body", "Writer"]

DEEPEST = 4
"""How deep modules nest, the root counted as one."""


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
            hidden = hidden_values(prefix)
            blocks.append(local_values(hidden))
            scope = scope.binding(
                *(
                    Name(f"local.{name}", replace(SHAPES[kind], known=False))
                    for kind, (name, _) in zip(KINDS, hidden, strict=True)
                )
            )
        scope, written = self._locals(body, scope)
        if body.depth < DEEPEST and chance(draw, 75 if body.depth == 1 else 30):
            scope, calls = self._calls(body, scope)
            blocks += calls
        for at in range(draw.between(1, 3)):
            block, scope = self._resource(body, scope, f"{prefix}r{at}")
            blocks.append(block)
        outputs, exported = ((), "") if not body.folder else self._outputs(body, scope)
        declared = "\n".join(self._declared(body, one) for one in variables)
        whole = {"variables.tf": declared, "locals.tf": written, "main.tf": "\n".join(blocks), "outputs.tf": exported}
        for name, text in whole.items():
            if text:
                self.files[body.path(prefix + name)] = text
        return outputs

    def _locals(self, body: Body, scope: Scope) -> tuple[Scope, str]:
        draw = self.draw
        values: list[tuple[str, str]] = []
        for at in range(draw.between(1, 5)):
            name = f"{body.prefix}l{at}"
            known = not chance(draw, 15)
            text, shape = self._value(body, scope, known)
            scope = scope.binding(Name(f"local.{name}", shape))
            values.append((name, text))
            if shape.scalar and chance(draw, 10):
                self._override(body, name, local_values([(name, hcl(constant_of(draw, shape, loose=False)))]))
        if chance(draw, 50):
            values.reverse()
        return scope, local_values(values)

    def _declared(self, body: Body, declared: Variable) -> str:
        """The block of a variable; empty where it goes into a file of JSON."""
        draw = self.draw
        if chance(draw, 10):
            default = hcl(constant_of(draw, declared.shape, loose=declared.constraint is not None))
            over = f'variable "{declared.name}" {{\n  default = {default}\n}}\n'
            self._override(body, declared.name, over)
        if not chance(draw, 15):
            return declared.block(declared.name)
        name = f"{body.prefix}{declared.name.removeprefix(body.prefix)}.tf.json"
        self.files[body.path(name)] = json.dumps(declared.in_json(declared.name), indent=2, ensure_ascii=False)
        return ""

    def _override(self, body: Body, name: str, block: str) -> None:
        self.files[body.path(f"{body.prefix}{name.removeprefix(body.prefix)}_override.tf")] = block

    def _value(self, body: Body, scope: Scope, known: bool) -> tuple[str, Shape]:
        draw = self.draw
        kind = pick(draw, KINDS)
        which = draw.between(0, 11)
        if which < 3:
            return GRAMMAR.scalar(draw, scope, kind, 3, known), replace(SHAPES[kind], known=known)
        if which == 3:
            entries = [f"{name} = {GRAMMAR.scalar(draw, scope, kind, 1, known)}" for name in ENVIRONMENTS]
            shape = Shape("map", element=SHAPES[kind], keys=ENVIRONMENTS, known=known)
            return f"{{ {', '.join(entries)} }}", shape
        if which == 4:
            return GRAMMAR.heredoc(draw, scope, 1, known), replace(STRING, known=known)
        if which < 7:
            return self._document(body, scope)
        makers = (GRAMMAR.record, GRAMMAR.objects, GRAMMAR.anything)
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
            hosts, _ = GRAMMAR.listing(draw, scope, "string", 1, known=True)
            size, word = (GRAMMAR.scalar(draw, scope, one, 1, known=True) for one in ("number", "string"))
            return f"templatefile({path}, {{ name = {word}, size = {size}, hosts = {hosts} }})", STRING
        found = document(draw)
        self.files[f"{below}{name}.{kind}"] = json.dumps(found, indent=2) if kind == "json" else yaml(found)
        return f"{kind}decode(file({path}))", shape_of(found)

    def _resource(self, body: Body, scope: Scope, name: str) -> tuple[str, Scope]:
        """A resource, empty where it goes into a file of JSON, and the scope of those that may refer to it."""
        draw = self.draw
        repeated = repetition(draw, scope)
        inner = scope.binding(*repeated.names)
        attributes: list[tuple[str, str]] = []
        over: list[tuple[str, str]] = []
        names: list[Name] = []
        for at in "abcde"[: draw.between(1, 5)]:
            text, shape = self._attribute(inner)
            attributes.append((at, text))
            over.append((at, self._again(inner, text, shape)))
            if not repeated.kind and shape is not None:
                names.append(Name(f"terraform_data.{name}.input.{at}", shape))
        if chance(draw, 10):
            self._override(body, name, resource(name, "", over))
        if chance(draw, 15) and not any("<<" in text for _, text in attributes):
            path = body.path(f"{body.prefix}{name.removeprefix(body.prefix)}.tf.json")
            self.files[path] = resource_in_json(name, repeated.line, attributes)
            return "", scope.binding(*names)
        return resource(name, repeated.line, attributes), scope.binding(*names)

    def _again(self, scope: Scope, text: str, shape: Shape | None) -> str:
        """Another expression of the kind of a scalar."""
        if shape is not None and (shape.kind == "string" or shape.kind == "number" or shape.kind == "bool"):
            return GRAMMAR.scalar(self.draw, scope, shape.kind, 1, shape.known)
        return text

    def _attribute(self, scope: Scope) -> tuple[str, Shape | None]:
        draw = self.draw
        known = not chance(draw, 30)
        kind = pick(draw, KINDS)
        shape = replace(SHAPES[kind], known=known)
        which = draw.between(0, 9)
        if which < 4:
            return GRAMMAR.scalar(draw, scope, kind, 3, known), shape
        if which == 4:
            condition = GRAMMAR.scalar(draw, scope, "bool", 2, known)
            yes, no = (GRAMMAR.scalar(draw, scope, kind, 2, known) for _ in range(2))
            return f"{condition} ? {yes} : {no}", shape
        if which == 5:
            return GRAMMAR.heredoc(draw, scope, 2, known), replace(STRING, known=known)
        if which < 8 and scope.paths:
            return accessed(draw, pick(draw, scope.paths)), None
        make = pick(draw, (GRAMMAR.record, GRAMMAR.objects, GRAMMAR.anything, GRAMMAR.anything))
        return make(draw, scope, 2, known)

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
        repeated = repetition(draw, scope)
        inner = scope.binding(*repeated.names)
        lines: list[str] = []
        declared = tuple(variable(draw, one) for one in ("size", "env", "tags", "spec")[: draw.between(1, 4)])
        names: list[Name] = []
        label = f"{body.prefix}{name}"
        for one in declared:
            shape = one.shape
            if one.required or chance(draw, 60):
                text, shape = argument(draw, inner, one, known=not chance(draw, 20))
                lines.append(f"  {one.name} = {text}\n")
                if not shape.values and not shape.nullable and chance(draw, 10):
                    over = self._again(inner, text, shape)
                    self._override(body, label, f'module "{label}" {{\n  {one.name} = {over}\n}}\n')
            names.append(Name(f"var.{one.name}", shape))
        child = Body("", folder, "./", body.depth + 1)
        outputs = self.module(child, declared, tuple(names))
        labels = [label, f"{label}_again"] if chance(draw, 25) else [label]
        inside = f'  source = "{source}"\n{repeated.line}{"".join(lines)}'
        for called in labels:
            scope = scope.binding(*exported(f"module.{called}", repeated, outputs))
        return scope, [f'module "{called}" {{\n{inside}}}\n' for called in labels]

    def _outputs(self, body: Body, scope: Scope) -> tuple[tuple[Member, ...], str]:
        draw = self.draw
        members: list[Member] = []
        blocks: list[str] = []
        for at in range(draw.between(1, 2)):
            known = not chance(draw, 15)
            kind = pick(draw, KINDS)
            which = draw.between(0, 2)
            if which == 0:
                text = GRAMMAR.scalar(draw, scope, kind, 2, known)
                shape = replace(SHAPES[kind], known=known)
            else:
                text, shape = (GRAMMAR.anything if which == 1 else GRAMMAR.record)(draw, scope, 2, known)
            members.append(Member(f"out{at}", shape))
            blocks.append(f'output "out{at}" {{\n  value = {text}\n}}\n')
            if chance(draw, 10):
                over = self._again(scope, text, shape)
                self._override(body, f"out{at}", f'output "out{at}" {{\n  value = {over}\n}}\n')
        return tuple(members), "\n".join(blocks)
