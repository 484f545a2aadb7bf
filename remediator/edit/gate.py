"""The gate after every edit: two independent readers must see exactly the declared change, and nothing else.

HashiCorp's own parser (pygohcl, with `keep_interpolations`) says what the file means; tree-sitter says what each
expression reads, since the former cannot tell `"var.x"` from `var.x`.
"""

import unicodedata
from collections.abc import Sequence
from typing import TypeAlias

import pygohcl  # type: ignore[import-untyped]  # the package carries no types

from remediator.edit.diff import changed_lines
from remediator.edit.document_gate import document_problem
from remediator.edit.rewrite import Key, Rewrite, expressions
from remediator.edit.splice import apply_edits, blob_id
from remediator.edit.suffixes import is_document
from remediator.errors import RemediatorError
from remediator.iac.terraform.expressions import literal
from remediator.iac.terraform.syntax import SourceFile, parse
from remediator.model import Edit

MAX_DEPTH = 400
"""Brackets open at once, and template directives, above which a file is refused: pygohcl dies of some 100,000."""
MAX_TEMPLATES = 20_000
"""Interpolations above which a file is refused: pygohcl takes time with the square of their number."""

Tree: TypeAlias = dict[str, "Tree"] | list["Tree"] | str | int | float | bool | None
Leaf: TypeAlias = str | int | float | bool | None
Leaves: TypeAlias = dict[Key, tuple[bool, Leaf]]


def gate(path: str, before: bytes, after: bytes, edits: Sequence[Edit], meant: Rewrite) -> str | None:
    """None where `after` is `before` with exactly what was meant, else a sentence that says what is not; never raises.

    `edits` are those of this file.
    """
    try:
        problem = _bytes(before, after, edits) or (
            document_problem(path, before, after, meant) if is_document(path) else _meaning(before, after, meant)
        )
    except Exception as error:  # whatever a hostile file makes a parser do is a doubt
        problem = f"the check of the edit failed ({type(error).__name__}: {str(error)[:120]})"
    return None if problem is None else f"{path}: {problem}; edit it by hand"


def _bytes(before: bytes, after: bytes, edits: Sequence[Edit]) -> str | None:
    for edit in edits:
        if blob_id(before, edit.blob) != edit.blob:
            return f"the file read is not blob {edit.blob[:12]}, which was planned on"
    for content in (before, after):
        if b"\0" in content:
            return "the file holds a NUL byte"
        try:
            content.decode("utf-8")
        except UnicodeDecodeError as error:
            return f"the file is not UTF-8 at byte {error.start}"
        if content.count(b"${") > MAX_TEMPLATES:
            return f"the file has more than {MAX_TEMPLATES:,} interpolations"
        if _depth(content) > MAX_DEPTH:
            return f"the file nests brackets or templates more than {MAX_DEPTH} deep"
    try:
        spliced = apply_edits({e.path: before for e in edits}, edits)
    except RemediatorError as error:
        return str(error)
    if any(content != after for content in spliced.values()) or (not edits and before != after):
        return "bytes outside the edit differ"
    return None


def _meaning(before: bytes, after: bytes, meant: Rewrite) -> str | None:
    old, new = parse(before), parse(after)
    if old.problem or new.problem:
        return f"{old.problem or new.problem}"
    lines = changed_lines(before, after)
    if lines > meant.lines:
        return f"the edit changes {lines} lines where {meant.lines} were meant"
    return _differing_expressions(old, new, meant) or _differing_values(_load(before), _load(after), meant)


def _differing_expressions(old: SourceFile, new: SourceFile, meant: Rewrite) -> str | None:
    wanted = {
        _counted_on(k, meant.removed): v
        for k, v in expressions(old).items()
        if not any(_within(k, r) for r in meant.removed)
    }
    wanted.update((_counted_on(key, meant.removed), text) for key, text in meant.written)
    seen = expressions(new)
    wrong = next((k for k in [*wanted, *seen] if wanted.get(k) != seen.get(k)), None)
    return None if wrong is None else f"the edit would leave {_shown(wrong)} as {seen.get(wrong, 'nothing')[:80]}"


def _differing_values(old: Tree, new: Tree, meant: Rewrite) -> str | None:
    old, numbered = _without(old, meant.removed)
    written = [(_counted_on(key, numbered), text) for key, text in meant.written]
    dropped = [_located(old, _counted_on(key, numbered)) for key in meant.removed if key not in numbered]
    gone = [*dropped, *(_located(old, key) for key, _ in written)]
    wanted = {k: v for k, v in _leaves(old).items() if not any(_within(k, g) for g in gone)}
    for key, text in written:
        wanted.update(_leaves(_value(text), _located(new, key)))
    seen = _leaves(new)
    for key in [*wanted, *seen]:
        if wanted.get(key) != seen.get(key) and not _emptied(key, wanted, seen, dropped):
            return f"Terraform's own parser sees another change than the one meant, at {_shown(key)}"
    return None


def _counted_on(key: Key, removed: Sequence[Key]) -> Key:
    """A key after blocks before it, of the same type and labels, have gone."""
    way = list(key)
    for at, step in enumerate(key):
        if isinstance(step, int):
            way[at] = step - sum(len(r) == at + 1 and r[:at] == key[:at] and _number(r) < step for r in removed)
    return tuple(way)


def _number(key: Key) -> int:
    return key[-1] if isinstance(key[-1], int) else 0


def _without(tree: Tree, removed: Sequence[Key]) -> tuple[Tree, tuple[Key, ...]]:
    """The tree without those blocks of which it keeps others alike, and which of the removed ones they are."""
    several: dict[Key, list[Key]] = {}
    for key in removed:
        way = _located(tree, key)
        if way and isinstance(way[-1], int):
            several.setdefault(way[:-1], []).append(key)
    done: list[Key] = []
    for above, keys in several.items():
        found = _replaced(tree, above, [_number(key) for key in keys])
        if found != tree:
            tree, done = found, [*done, *keys]
    return tree, tuple(done)


def _replaced(tree: Tree, way: Key, gone: Sequence[int]) -> Tree:
    if not way:
        kept = [inner for at, inner in enumerate(tree) if at not in gone] if isinstance(tree, list) else []
        return (kept[0] if len(kept) == 1 else kept) if kept else tree
    step, rest = way[0], way[1:]
    if isinstance(tree, dict) and isinstance(step, str):
        return {name: _replaced(inner, rest, gone) if name == step else inner for name, inner in tree.items()}
    if isinstance(tree, list) and isinstance(step, int):
        return [_replaced(inner, rest, gone) if at == step else inner for at, inner in enumerate(tree)]
    return tree


def leaves(content: bytes) -> Leaves:
    """All that HCL says, by the way to it; raises what pygohcl raises for what is no HCL."""
    return _leaves(_load(content))


def _load(content: bytes) -> Tree:
    loaded: Tree = pygohcl.loads(content.decode("utf-8"), keep_interpolations=True)
    return loaded


def _value(text: str) -> Tree:
    """What pygohcl makes of an expression: a literal's value, anything else as its source."""
    found = literal(text)
    if found is not None and not isinstance(found.value, tuple):
        return found.value
    loaded = _load(f"x = {text}\n".encode())
    return loaded["x"] if isinstance(loaded, dict) else text


def _located(tree: Tree, key: Key) -> Key:
    """A key as pygohcl nests it: ordinals only where it made a list."""
    way: list[str | int] = []
    for step in key:
        if isinstance(step, int):
            if not isinstance(tree, list):
                continue
            tree = tree[step] if step < len(tree) else None
        else:
            tree = tree.get(step) if isinstance(tree, dict) else None
        way.append(step)
    return tuple(way)


def _leaves(tree: Tree, above: Key = ()) -> Leaves:
    inner: list[tuple[str | int, Tree]] = []
    if isinstance(tree, dict):
        inner = [*tree.items()]
    elif isinstance(tree, list):
        inner = [*enumerate(tree)]
    else:
        text = unicodedata.normalize("NFC", tree) if isinstance(tree, str) else tree
        return {above: (isinstance(tree, bool), text)}
    found: Leaves = {} if inner else {above: (False, "{}" if isinstance(tree, dict) else "[]")}
    for step, value in inner:
        found.update(_leaves(value, (*above, step)))
    return found


def _emptied(key: Key, wanted: Leaves, seen: Leaves, dropped: Sequence[Key]) -> bool:
    """Whether a key is an empty block that the other side fills, or what all that it held has gone from."""
    if seen.get(key) == (False, "{}") and any(key == gone[:-1] for gone in dropped):
        return True
    return key == () or any(
        side.get(key) == (False, "{}") and key not in other and any(_within(k, key) for k in other)
        for side, other in ((wanted, seen), (seen, wanted))
    )


def _within(key: Key, above: Key) -> bool:
    return key[: len(above)] == above


def _shown(key: Key) -> str:
    return ".".join(str(step) for step in key if step != 0) or "the top"


def _depth(content: bytes) -> int:
    deepest = depth = 0
    for byte in content:
        if byte in b"([{":
            depth += 1
            deepest = max(deepest, depth)
        elif byte in b")]}":
            depth -= 1
    return max(deepest, content.count(b"%{"))
