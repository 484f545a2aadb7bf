"""What serves nothing any more once something is removed: outputs of it, then locals and arguments that only fed it.

`import` into what goes and `moved` to it go along: the state that holds it has no use for them any more, and Terraform
refuses an `import` into nothing. Its name in a `depends_on` goes where that makes nothing earlier.

An output goes only where all that it gives comes from what goes, and where nothing reads it: no caller in the
repository, no `terraform_remote_state` of a configured repository. A root's own variables stay, since `-var` may give
them, and so does all that a file in JSON or an override file declares.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from remediator.edit.doubts import listed
from remediator.edit.ordering import earlier_without
from remediator.edit.references import Mention, attributes_in, mentions, named_from_outside, names_only
from remediator.errors import RemediatorError
from remediator.iac.terraform.comments import readings
from remediator.iac.terraform.configuration.code import Code
from remediator.iac.terraform.configuration.module import module_of
from remediator.iac.terraform.index import IndexedFile
from remediator.iac.terraform.overrides import is_override
from remediator.iac.terraform.scopes import calls_by_folder, scopes
from remediator.iac.terraform.syntax import Attribute, Block

__all__ = ["Part", "along", "named_outside", "outputs_of"]

_INPUT = re.compile(r"(?<![\w.-])(var|local)\s*\.\s*([^\W\d][\w-]*)")


@dataclass(frozen=True, slots=True)
class Part:
    """A block, or one attribute of it, or of that those items of its list that begin as the pattern `items` says."""

    folder: str
    file: IndexedFile
    block: Block
    attribute: Attribute | None = None
    items: str | None = None

    @property
    def names(self) -> frozenset[str]:
        """The variables and locals that it reads, as `var.x` and `local.y`."""
        read = (self.attribute,) if self.attribute else attributes_in(self.block)
        texts = (text for attribute in read for text in readings(attribute.text))
        return frozenset(f"{kind}.{name}" for text in texts for kind, name in _INPUT.findall(text))


def outputs_of(code: Code, gone: Part, pattern: str, spot: str) -> tuple[Part, ...]:
    """The outputs and other parts that only serve what goes, found by a pattern in the module, and those further on.

    Raises RemediatorError that names the places where something else refers to it.
    """
    todo: list[tuple[str, str]] = [(gone.folder, pattern)]
    outputs: dict[tuple[str, int], Part] = {}
    kept: list[str] = []
    while todo:
        folder, wanted = todo.pop()
        for mention in mentions(code.index, folder, wanted):
            at = (mention.file.path, mention.block.span.start)
            if at == (gone.file.path, gone.block.span.start) or at in outputs:
                continue
            if names_only(mention.block, wanted) and not _is_kept_whole(mention.file):
                outputs[at] = Part(folder, mention.file, mention.block)
                continue
            ordered = None if _is_kept_whole(mention.file) else _ordered(mention, wanted)
            if ordered is not None:
                earlier = (
                    earlier_without(code.index, folder, gone.block, mention.block) if folder == gone.folder else ()
                )
                kept += [f"{mention.place}, which comes after {name} only through it" for name in earlier]
                if folder != gone.folder:
                    kept.append(mention.place)
                outputs[at] = Part(folder, mention.file, mention.block, ordered, wanted)
                continue
            readers = _why_kept(code, folder, mention, wanted)
            if readers:
                kept += readers
                continue
            outputs[at] = Part(folder, mention.file, mention.block)
            todo += [
                (call.caller, _reading(call.block.labels[0], mention.block.labels[0]))
                for call in calls_by_folder(code.index).get(folder, ())
            ]
    if kept:
        raise RemediatorError(f"{spot} is still referred to at {listed([*dict.fromkeys(kept)])}")
    return tuple(outputs.values())


def _is_kept_whole(file: IndexedFile) -> bool:
    return file.path.endswith(".json") or is_override(file.seen)


def _ordered(mention: Mention, wanted: str) -> Attribute | None:
    """The `depends_on` of a block that names what goes nowhere else, None for any other."""
    found = mention.block.attribute("depends_on")
    naming = [a for a in attributes_in(mention.block) if re.search(wanted, a.text)]
    return found if found is not None and naming == [found] else None


def named_outside(code: Code, gone: Part) -> tuple[Part, ...]:
    """The `import` and `moved` blocks of callers that only name what goes; raises RemediatorError for any other."""
    name = r"\s*\.\s*".join(map(re.escape, gone.block.address.split(".")))
    ways = {
        (call.caller, ".".join(f"module.{step}" for step in scope.path[at:]))
        for scope in scopes(code.index, code.roots, gone.folder).known
        for at, call in enumerate(scope.calls)
    }
    parts: list[Part] = []
    kept: list[str] = []
    for mention in named_from_outside(code.index, name):
        folder = mention.file.directory
        exact = (rf"{re.escape(way)}\.{name}(?![\w-])" for caller, way in ways if caller == folder)
        if any(names_only(mention.block, one) for one in exact) and not _is_kept_whole(mention.file):
            parts.append(Part(folder, mention.file, mention.block))
        else:
            kept.append(mention.place)
    if kept:
        raise RemediatorError(f"{gone.block.address} is still referred to at {listed(kept)}")
    return tuple(dict.fromkeys(parts))


def _reading(call: str, output: str) -> str:
    """What finds a module's output in its caller: the module without the name of another output behind it."""
    another = rf"\s*\.\s*(?!{re.escape(output)}(?![\w-]))[^\W\d]"
    return rf"(?<![\w.-])module\s*\.\s*{re.escape(call)}(?![\w-])(?:\s*\[[^\[\]]*\])?+(?!{another})"


def _why_kept(code: Code, folder: str, mention: Mention, wanted: str) -> list[str]:
    block = mention.block
    value = block.attribute("value")
    if block.type != "output" or value is None or _is_kept_whole(mention.file) or not re.search(wanted, value.text):
        return [mention.place]
    own = wanted + r"(?:\s*\[[^\[\]]*\]|\s*\.\s*[\w*-]+)*"
    rest = "\n".join(re.sub(own, "", text) for text in readings(value.text))
    module = module_of(code.index, folder)
    others = (*module.resources, *(f"module.{name}" for name in module.calls), "var", "local")
    named = (r"\s*\.\s*".join(map(re.escape, name.split("."))) for name in others)
    if any(re.search(rf"(?<![\w.-]){name}(?![\w-])", rest) for name in named):
        return [mention.place]
    if any(code.index.module_folder(root.path) == folder for root in code.roots):
        return [f"{place}, which reads the output {block.labels[0]}" for place in code.readers(folder, block.labels[0])]
    return []


def along(code: Code, gone: Sequence[Part]) -> tuple[Part, ...]:
    """The locals, and the variables of modules with the arguments for them, that only fed what goes."""
    parts = list(gone)
    taken = {_identity(part) for part in parts}
    todo = [(part.folder, name) for part in parts for name in part.names]
    seen: set[tuple[str, str]] = set()
    while todo:
        at = todo.pop()
        if at in seen:
            continue
        orphans = tuple(_orphaned(code, *at, taken))
        if orphans:
            seen.add(at)
        for part in orphans:
            if _identity(part) not in taken:
                taken.add(_identity(part))
                parts.append(part)
                todo += [(part.folder, name) for name in part.names]
    return tuple(parts[len(gone) :])


def _identity(part: Part) -> tuple[str, int, str | None]:
    return part.file.path, part.block.span.start, part.attribute.name if part.attribute else None


def _orphaned(code: Code, folder: str, name: str, taken: Iterable[tuple[str, int, str | None]]) -> Iterator[Part]:
    """What declares a variable or a local, and feeds it, where nothing that stays reads it."""
    kind, _, word = name.partition(".")
    declared: list[Part] = []
    known = set(taken)
    for part in _parts(code, folder):
        owns = part.attribute is not None and part.block.type == "locals" and part.attribute.name == word
        named = part.block.type == "variable" and part.block.labels == (word,)
        if (owns and kind == "local") or (named and kind == "var"):
            declared.append(part)
        elif name in part.names and known.isdisjoint({_identity(part), (*_identity(part)[:2], None)}):
            return
    if any(part.file.path.endswith(".json") or is_override(part.file.seen) for part in declared) or len(declared) != 1:
        return
    if kind == "var":
        if any(code.index.module_folder(root.path) == folder for root in code.roots):
            return
        for call in calls_by_folder(code.index).get(folder, ()):
            argument = call.block.attribute(word)
            if (call.file.path, call.block.span.start, None) in known:
                continue
            if argument is not None and call.file.path.endswith(".json"):
                return
            if argument is not None:
                declared.append(Part(call.caller, call.file, call.block, argument))
    yield from declared


def _parts(code: Code, folder: str) -> Iterator[Part]:
    """All that a module declares; locals and the arguments of calls one by one."""
    for file in code.index.directory(folder):
        for block in file.source.blocks:
            if block.type in ("locals", "module"):
                yield from (Part(folder, file, block, attribute) for attribute in block.attributes)
            else:
                yield Part(folder, file, block)
