"""Several plans as one, which one request asks for."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import TypeVar

from remediator.deliver.site import Site
from remediator.edit.edits import diff
from remediator.edit.splice import apply_edits
from remediator.edit.together import joined
from remediator.git.objects import read_blobs
from remediator.model import Group, Plan

T = TypeVar("T")

TOGETHER = "Edited together, the code was read and evaluated once more: just what each finding changes differs."


def whole(parts: Sequence[Plan], group: Group, site: Site) -> Plan:
    """The plan of all parts; raises RemediatorError where git fails or their edits cannot be made together."""
    parts = sorted(parts, key=worth)
    edits = joined(edit for part in parts for edit in part.edits)
    blobs = {edit.path: edit.blob for edit in edits}
    contents = dict(read_blobs(site.clone, sorted(set(blobs.values()))))
    before = {path: contents[blob] for path, blob in blobs.items()}
    after = apply_edits(before, edits)
    proofs = tuple(dict.fromkeys(proof for part in parts for proof in part.proofs))
    return replace(
        parts[0],
        changes=tuple(change for part in parts for change in part.changes),
        traces=once(trace for part in parts for trace in part.traces),
        edits=edits,
        file_hashes=tuple(sorted(once(pair for part in parts for pair in part.file_hashes))),
        diff="".join(diff(path, before[path], after[path]) for path in sorted(after)),
        expected=once(row for part in parts for row in part.expected),
        created_at=min(part.created_at for part in parts),
        proofs=proofs if len(parts) == 1 else (*proofs, TOGETHER),
        group=group,
        parts=tuple(parts),
        proved=len(parts) == 1 and parts[0].proved,
    )


def doubted(parts: Sequence[Plan], group: Group) -> Plan:
    """The plan of parts of which none can be edited any more."""
    doubts = once(doubt for part in parts for doubt in part.doubts)
    changes = tuple(change for part in parts for change in part.changes)
    return replace(parts[0], changes=changes, doubts=doubts, group=group, parts=tuple(parts))


def worth(plan: Plan) -> tuple[Decimal, str]:
    """The order of plans: most dollars first."""
    return (-(plan.monthly_saving or Decimal(0)), plan.id)


def once(rows: Iterable[T]) -> tuple[T, ...]:
    """The rows, each once."""
    return tuple(dict.fromkeys(rows))
