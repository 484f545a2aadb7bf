"""Expressions rewritten for a shadow: what only a provider would know is unknown, files are read behind a guard."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import takewhile

from remediator.iac.terraform.language.grammar import compiled
from remediator.iac.terraform.language.nodes import (
    Attr,
    Binary,
    Call,
    Conditional,
    Expression,
    For,
    If,
    Index,
    Literal,
    Loop,
    Name,
    Object,
    Part,
    Splat,
    Template,
    Text,
    Tuple,
    Unary,
)
from remediator.iac.terraform.language.scanner import ExpressionError
from remediator.iac.terraform.shadow.functions import FILE_READERS, PURE, guarded, has_unguarded_reader
from remediator.iac.terraform.shadow.paths import FileUse, use

__all__ = ["UNKNOWN", "Reference", "Rewritten", "rewritten"]

UNKNOWN = "jsondecode(terraform_data.unknown.id)"
"""An unknown of dynamic type: attributes, indexes and loops over it stay valid, and unknown."""

_MENTION = re.compile(r"\b(var|local|module)\s*\.\s*([^\W\d][\w-]*)")
_KEPT = frozenset({"each", "count", "terraform", "*"})


@dataclass(frozen=True, slots=True)
class Reference:
    """What an expression names: `root` is `var`, `local`, `module` or `resource`, `attribute` what is read of it."""

    root: str
    name: str
    attribute: str | None


@dataclass(frozen=True, slots=True)
class Rewritten:
    """An expression for the shadow, what the original refers to, and which files it may read.

    `operands` are what it reads of `each` and `count`, as expressions. `problem` is a sentence where all of it or a
    part could not be converted safely and became unknown.
    """

    text: str
    references: frozenset[Reference]
    files: tuple[FileUse, ...] = ()
    problem: str | None = None
    operands: frozenset[str] = frozenset()


@dataclass(slots=True)
class _Rewriter:
    source: bytes
    folder: str
    root: str
    keeps: Callable[[Reference], bool]
    splices: list[tuple[int, int, str]] = field(default_factory=list)
    references: set[Reference] = field(default_factory=set)
    files: list[FileUse] = field(default_factory=list)
    problem: str | None = None
    operands: set[str] = field(default_factory=set)


def rewritten(
    text: str, folder: str, root: str, keeps: Callable[[Reference], bool], bound: frozenset[str] = frozenset()
) -> Rewritten:
    """An expression of a module's folder as the shadow has it; `bound` are names that blocks around it define.

    `keeps` says of a reference to a variable, local or module call whether it exists in the shadow.
    """
    try:
        tree = compiled(text)
    except (ExpressionError, RecursionError) as error:
        operands = frozenset(
            {"each.key", "each.value"} if "each" in text else {"count.index"} if "count" in text else ()
        )
        return Rewritten(UNKNOWN, _mentioned(text), (), f"the expression cannot be read: {error}", operands)
    rewriter = _Rewriter(text.encode(), folder, root, keeps)
    _visit(rewriter, tree, bound)
    result, references, files = _spliced(rewriter, 0, len(rewriter.source)), rewriter.references, rewriter.files
    if has_unguarded_reader(result):
        problem = "it may read a file in a way that cannot be kept inside the repository"
        return Rewritten(UNKNOWN, frozenset(references), tuple(files), problem, frozenset(rewriter.operands))
    operands = frozenset(rewriter.operands)
    return Rewritten(result, frozenset(references), tuple(files), rewriter.problem, operands)


def _mentioned(text: str) -> frozenset[Reference]:
    """What an expression that cannot be read may refer to; errs on the side of more."""
    return frozenset(Reference(root, name, None) for root, name in _MENTION.findall(text))


def _spliced(rewriter: _Rewriter, start: int, end: int) -> str:
    written: list[bytes] = []
    at = start
    for first, last, text in sorted(rewriter.splices):
        if first >= start and last <= end:
            written += (rewriter.source[at:first], text.encode())
            at = last
    return b"".join((*written, rewriter.source[at:end])).decode()


def _visit(rewriter: _Rewriter, node: Expression, bound: frozenset[str]) -> None:
    match node:
        case Name() | Attr() | Index() | Splat():
            _traversal(rewriter, node, bound)
        case Call():
            _call(rewriter, node, bound)
        case For():
            _visit(rewriter, node.collection, bound)
            inner = bound | frozenset(node.names)
            for part in (node.key, node.value, node.condition):
                if part is not None:
                    _visit(rewriter, part, inner)
        case Template():
            _parts(rewriter, node.parts, bound)
        case _:
            for child in _children(node):
                _visit(rewriter, child, bound)


def _children(node: Expression) -> Iterator[Expression]:
    match node:
        case Conditional():
            yield from (node.condition, node.yes, node.no)
        case Binary():
            yield from (node.left, node.right)
        case Unary():
            yield node.of
        case Tuple():
            yield from node.items
        case Object():
            for entry in node.entries:
                yield from (entry.key, entry.value)


def _parts(rewriter: _Rewriter, parts: tuple[Part, ...], bound: frozenset[str]) -> None:
    for part in parts:
        match part:
            case Text():
                continue
            case If():
                _visit(rewriter, part.condition, bound)
                _parts(rewriter, (*part.yes, *part.no), bound)
            case Loop():
                _visit(rewriter, part.collection, bound)
                _parts(rewriter, part.body, bound | frozenset(part.names))
            case _:
                _visit(rewriter, part, bound)


def _traversal(rewriter: _Rewriter, node: Expression, bound: frozenset[str]) -> None:
    steps: list[Attr | Index | Splat] = []
    while isinstance(node, Attr | Index | Splat):
        steps.append(node)
        node = node.of
    steps.reverse()
    for step in steps:
        if isinstance(step, Index):
            _visit(rewriter, step.key, bound)
        elif isinstance(step, Splat):
            _visit(rewriter, step.each, bound)
    if isinstance(node, Name):
        _root(rewriter, node, steps, bound)
    else:
        _visit(rewriter, node, bound)


def _root(rewriter: _Rewriter, root: Name, steps: list[Attr | Index | Splat], bound: frozenset[str]) -> None:
    if root.name in bound or root.name in _KEPT:
        if root.name in ("each", "count") and root.name not in bound and steps and isinstance(steps[0], Attr):
            rewriter.operands.add(_read(root.name, steps))
        return
    words = [step.name for step in steps[:2] if isinstance(step, Attr)]
    if root.name == "path":
        if words[:1] not in (["module"], ["root"]):
            _replace(rewriter, root.start, steps[0].end if steps else root.end)
        return
    depth = 2 if root.name in ("data", "ephemeral") else 1
    named = steps[:depth]
    if len(named) < depth or not all(isinstance(step, Attr) for step in named):
        _replace(rewriter, root.start, root.end)
        return
    name = ".".join(words[:depth])
    attribute = _first_attribute(steps[depth:])
    if root.name in ("var", "local", "module"):
        reference = Reference(root.name, name, attribute)
    else:
        reference = Reference("resource", f"{root.name}.{name}", attribute)
    rewriter.references.add(reference)
    if reference.root == "resource" or not rewriter.keeps(reference):
        _replace(rewriter, root.start, named[-1].end)


def _read(root: str, steps: list[Attr | Index | Splat]) -> str:
    """What a reference reads, up to the first step that is no name."""
    names = [step.name for step in takewhile(lambda step: isinstance(step, Attr), steps) if isinstance(step, Attr)]
    return ".".join((root, *names))


def _first_attribute(steps: list[Attr | Index | Splat]) -> str | None:
    for step in steps:
        if isinstance(step, Attr):
            return step.name
        if isinstance(step, Splat):
            inner: Expression = step.each
            names: list[str] = []
            while isinstance(inner, Attr | Index | Splat):
                names += [inner.name] if isinstance(inner, Attr) else []
                inner = inner.of
            return names[-1] if names else None
    return None


def _call(rewriter: _Rewriter, node: Call, bound: frozenset[str]) -> None:
    name = node.name.removeprefix("core::")
    if name in PURE:
        for argument in node.arguments:
            _visit(rewriter, argument, bound)
        return
    used = len(rewriter.splices)
    for argument in node.arguments:
        _visit(rewriter, argument, bound)
    if name in FILE_READERS and _guard(rewriter, node, name):
        return
    del rewriter.splices[used:]
    _replace(rewriter, node.start, node.end)


def _guard(rewriter: _Rewriter, node: Call, name: str) -> bool:
    """Put the path of a file function behind the guard; whether that could be done."""
    if not node.arguments or node.expand:
        return False
    path = node.arguments[0]
    text = _spliced(rewriter, path.start, path.end)
    if "\n" in text or "#" in text or "//" in text:  # a heredoc or a comment would not survive being written twice
        return False
    if name == "fileset" and not (len(node.arguments) == 2 and _is_plain_pattern(node.arguments[1])):
        return False
    found = use(path, rewriter.folder, rewriter.root, name == "fileset")
    if found.escapes:
        rewriter.problem = f"{name}() reads {found.literal!r}, which is outside the repository"
        return False
    rewriter.files.append(found)
    rewriter.splices = [s for s in rewriter.splices if not (path.start <= s[0] and s[1] <= path.end)]
    top = "/".join([".."] * len(rewriter.root.split("/"))) if rewriter.root else "."
    rewriter.splices.append((path.start, path.end, guarded(text, top)))
    return True


def _is_plain_pattern(pattern: Expression) -> bool:
    return isinstance(pattern, Literal) and isinstance(pattern.value, str) and ".." not in pattern.value


def _replace(rewriter: _Rewriter, start: int, end: int) -> None:
    rewriter.splices.append((start, end, UNKNOWN))
