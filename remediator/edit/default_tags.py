"""`default_tags` of a provider block: where its map is written, and further keys in it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from remediator.edit.case import Case
from remediator.edit.new_default_tags import new_default_tags
from remediator.edit.placement import Place, places
from remediator.edit.rewrite import Rewrite
from remediator.edit.suffixes import is_document
from remediator.edit.writing import rewrites
from remediator.errors import RemediatorError
from remediator.iac.terraform.configuration.traces import Followed
from remediator.iac.terraform.language.grammar import ExpressionError, compiled
from remediator.iac.terraform.language.nodes import Call, Literal, Object
from remediator.iac.terraform.language.places import Absent
from remediator.iac.terraform.language.scope import RefusedError
from remediator.iac.terraform.language.selection import attribute as selected
from remediator.iac.terraform.language.values import Evaluated, Fields, Items
from remediator.model import Role, SourceLocation

__all__ = ["BLOCK", "PATH", "Added", "added", "default_tags"]

BLOCK = "default_tags"
PATH = f"{BLOCK}.tags"


@dataclass(frozen=True, slots=True)
class Added:
    """What adding keys comes down to, file by file, and where it is written."""

    rewrites: Mapping[str, Rewrite]
    locations: tuple[SourceLocation, ...]


def default_tags(case: Case) -> Evaluated | None:
    """The map of a provider's default tags as evaluated, None where the block has none.

    Raises RemediatorError where it has several, or how many hangs on something that is not known.
    """
    block = case.instance.block
    written_as = block.attributes.get(BLOCK)  # as JSON writes it
    if written_as is not None:
        try:
            data = written_as.data
            one = data.items[0] if isinstance(data, Items) and len(data.items) == 1 else written_as
            found = one.data
            return selected(one, "tags") if isinstance(found, Fields) and "tags" in found.fields else None
        except RefusedError as error:
            raise RemediatorError(str(error)) from error
    made = block.blocks.get(BLOCK, ())
    if len(made) > 1 or any(inner.unread is not None for inner in made):
        raise RemediatorError(f"{case.at.address} has several {BLOCK} blocks, or how many is not known")
    return made[0].attributes.get("tags") if made else None


def added(case: Case, tags: Mapping[str, str]) -> Added:
    """Keys that the default tags do not have added where they are written, in a new block where there is none.

    Raises RemediatorError where there is no place that a further key could be written at.
    """
    found, block = default_tags(case), case.instance.declared
    here = case.of_block().locations
    if found is None:
        if block.block.nested(BLOCK) or block.block.attribute(BLOCK) is not None:
            raise RemediatorError(f"{here[-1].spot}: its {BLOCK} has no tags")
        source = case.read(case.index.blob(block.file.path) or "")
        return Added({block.file.path: new_default_tags(block.file, source, block.block, tags)}, here)
    followed = case.follow(PATH)
    if isinstance(found.data, Fields) and found.data.rest is None and found.origin is not None:
        whole = replace(followed.trace, unresolved=None, value=None)
        spots = [_entry(case, replace(followed, trace=whole), Absent(k, found.origin), v)
                 for k, v in tags.items()]  # fmt: skip
    else:
        spots = [*_merged(case, followed, tags)]
    return Added(rewrites(case, spots), tuple(dict.fromkeys(spot.location for spot in spots)))


def _entry(case: Case, followed: Followed, absent: Absent, value: str) -> Place:
    found = next(places(case, replace(followed, spots=((absent, value),)), value), None)
    if not isinstance(found, Place):
        raise RemediatorError(found or f"{PATH} is written nowhere")
    return found


def _merged(case: Case, followed: Followed, tags: Mapping[str, str]) -> Sequence[Place]:
    """The last object written out among the arguments of a `merge`, which no later argument overrides."""
    trace = followed.trace
    where = trace.locations[-1] if trace.locations else case.of_block().locations[-1]
    nested = case.instance.declared.block.nested(BLOCK)
    attribute = nested[0].attribute("tags") if len(nested) == 1 else None
    try:
        node = compiled(attribute.text) if attribute is not None and not is_document(where.path) else None
    except ExpressionError:
        node = None
    last = node.arguments[-1] if isinstance(node, Call) and node.name == "merge" and node.arguments else None
    if attribute is None or not isinstance(last, Object) or (isinstance(node, Call) and node.expand):
        raise RemediatorError(f"{where.spot}: {PATH} is no map that is written out, nor a merge that ends with one")
    if not all(isinstance(entry.key, Literal) for entry in last.entries):
        raise RemediatorError(f"{where.spot}: keys of {PATH} are computed")
    base = attribute.value.start
    bounds = (base + last.start, base + last.end)
    path = case.instance.declared.file.path
    at = replace(where, start=bounds[0], end=bounds[1], role=Role.MAP_ENTRY)
    return [Place(path, nested[0].span.start, (), "tags", value, False, at, bounds, key) for key, value in tags.items()]
