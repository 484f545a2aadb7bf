"""Documents edited at the places of their values, and judged by another reader."""

from remediator.edit.document_gate import document_problem
from remediator.edit.documents import rewrite_document
from remediator.edit.placement import Place
from remediator.edit.splice import apply_edits, to_edits
from remediator.iac.terraform.language.values import Evaluated, Fields, Items
from remediator.model import Role, SourceLocation


def scalars(value: Evaluated) -> list[Evaluated]:
    if isinstance(value.data, Items):
        return [leaf for item in value.data.items for leaf in scalars(item)]
    if isinstance(value.data, Fields):
        return [leaf for item in value.data.fields.values() for leaf in scalars(item)]
    return [value]


def spot(path: str, source: bytes, start: int, end: int, value: object, entry: str | None = None) -> Place:
    at = SourceLocation("r", "c", path, "b", start, end, 1, 1, Role.JSON_FILE, "a")
    return Place(path, None, None, entry or "", value, entry is None, at, (start, end), entry)


def edited(path: str, source: bytes, *places: Place) -> bytes:
    """The file as an edit leaves it, which another reader agrees with."""
    rewrite = rewrite_document(path, source, places)
    after = apply_edits({path: source}, to_edits(path, "b", source, rewrite.splices)).get(path, source)
    assert document_problem(path, source, after, rewrite) is None
    return after
