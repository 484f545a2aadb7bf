"""The check of an edit of JSON or YAML by readers that are not ours: exactly the declared leaves changed."""

import json
from collections.abc import Sequence
from typing import TypeAlias

from ruamel.yaml import YAML

from remediator.edit.rewrite import Key, Rewrite

__all__ = ["document_problem"]

Scalar: TypeAlias = str | int | float | bool | None
Tree: TypeAlias = dict[str, "Tree"] | list["Tree"] | Scalar
Name: TypeAlias = str | int | float | bool | None


def document_problem(path: str, before: bytes, after: bytes, meant: Rewrite) -> str | None:
    """None where another reader sees just what was meant: the values written at their keys, the removed ones gone.

    A container that is left without anything in it, or that something is first written into, counts as the same.
    Raises ValueError and what the readers raise where a file cannot be read.
    """
    wanted, seen = _leaves(_loaded(path, before), ()), _leaves(_loaded(path, after), ())
    for key in (*meant.removed, *(key for key, _ in meant.written)):
        wanted = {k: v for k, v in wanted.items() if k[: len(key)] != key}
    wanted = {_counted_on(k, meant.removed): v for k, v in wanted.items()}
    for key, text in meant.written:
        written: Tree = json.loads(text)
        wanted |= _leaves(written, key)
        for above in (key[:at] for at in range(len(key))):
            wanted.pop(above, None)
    for key in {**wanted, **seen}:
        if wanted.get(key) != seen.get(key) and not _left_empty(key, seen, meant):
            shown = ".".join(map(str, key))[:200]
            return f"another reader sees {seen.get(key, 'nothing')[:80]} at {shown}, which was not meant"
    return None


def _counted_on(key: Key, removed: Sequence[Key]) -> Key:
    """A key after items before it, of the same list, have gone."""
    way = list(key)
    for at, step in enumerate(key):
        if isinstance(step, int):
            gone = (r[-1] for r in removed if len(r) == at + 1 and r[:-1] == key[:at])
            way[at] = step - sum(isinstance(other, int) and other < step for other in gone)
    return tuple(way)


def _left_empty(key: Key, seen: dict[Key, str], meant: Rewrite) -> bool:
    return seen.get(key) in ("{}", "[]") and any(removed[: len(key)] == key for removed in meant.removed)


def _loaded(path: str, content: bytes) -> Tree:
    text = content.decode("utf-8")
    if path.endswith(".json"):
        loaded: Tree = json.loads(text.removeprefix("\ufeff"), object_pairs_hook=_unique)
        return loaded
    reader = YAML(typ="safe", pure=True)
    reader.version = (1, 1)
    read: Tree = reader.load(text)
    return read


def _unique(pairs: list[tuple[str, Tree]]) -> dict[str, Tree]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key stands there twice")
    return found


def _leaves(tree: Tree, above: Key) -> dict[Key, str]:
    inner: list[tuple[str | int, Tree]] = []
    if isinstance(tree, dict):
        inner = [(_name(name), value) for name, value in tree.items()]
    elif isinstance(tree, list):
        inner = [*enumerate(tree)]
    if not inner:
        return {above: json.dumps(tree, default=str)}
    found: dict[Key, str] = {}
    for step, value in inner:
        found |= _leaves(value, (*above, step))
    return found


def _name(name: Name) -> str:
    """A key of YAML as text, as Terraform has it."""
    return str(name).lower() if isinstance(name, bool) else str(name)
