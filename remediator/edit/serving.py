"""What serves nothing any more once something is removed: outputs of it, then locals and arguments that only fed it.

An output goes only where all that it gives comes from what goes, and where nothing reads it: no caller in the
repository, no `terraform_remote_state` of a configured repository. A root's own variables stay, since `-var` may give
them, and so does all that a file in JSON or an override file declares.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from remediator.edit.references import Mention, attributes_in, mentions
from remediator.errors import RemediatorError
from remediator.iac.terraform.configuration.code import Code
from remediator.iac.terraform.configuration.module import module_of
from remediator.iac.terraform.index import IndexedFile
from remediator.iac.terraform.overrides import is_override
from remediator.iac.terraform.scopes import calls_by_folder
from remediator.iac.terraform.syntax import Attribute, Block

__all__ = ["Part", "along", "outputs_of"]

_INPUT = re.compile(r"(?<![\w.-])(var|local)\s*\.\s*([^\W\d][\w-]*)")
_SHOWN = 5


@dataclass(frozen=True, slots=True)
class Part:
    """A block, or one attribute of it."""

    folder: str
    file: IndexedFile
    block: Block
    attribute: Attribute | None = None

    @property
    def names(self) -> frozenset[str]:
        """The variables and locals that it reads, as `var.x` and `local.y`."""
        read = (self.attribute,) if self.attribute else attributes_in(self.block)
        return frozenset(f"{kind}.{name}" for a in read for kind, name in _INPUT.findall(a.text))


def outputs_of(code: Code, gone: Part, pattern: str, spot: str) -> tuple[Part, ...]:
    """The outputs that only give what goes, found by a pattern in the module, and those that hand them on.

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
        named = ", ".join(dict.fromkeys(kept[:_SHOWN]))
        raise RemediatorError(f"{spot} is still referred to at {named}")
    return tuple(outputs.values())


def _reading(call: str, output: str) -> str:
    """What finds a module's output in its caller: the module without the name of another output behind it."""
    another = rf"\s*\.\s*(?!{re.escape(output)}(?![\w-]))[^\W\d]"
    return rf"(?<![\w.-])module\s*\.\s*{re.escape(call)}(?![\w-])(?:\s*\[[^\[\]]*\])?+(?!{another})"


def _why_kept(code: Code, folder: str, mention: Mention, wanted: str) -> list[str]:
    block = mention.block
    value = block.attribute("value")
    if block.type != "output" or value is None or mention.file.path.endswith(".json") or is_override(mention.file.seen):
        return [mention.place]
    rest = re.sub(wanted + r"(?:\s*\[[^\[\]]*\]|\s*\.\s*[\w*-]+)*", "", value.text)
    module = module_of(code.index, folder)
    others = (*module.resources, *(f"module.{name}" for name in module.calls), "var", "local")
    if any(re.search(rf"(?<![\w.-]){re.escape(name)}(?![\w-])", rest) for name in others):
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
