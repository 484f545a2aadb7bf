"""Which paths a plan file may edit: a plan file may come from anywhere, and its hash proves nothing of its author."""

from collections.abc import Collection
from pathlib import PurePosixPath

from remediator.errors import RemediatorError
from remediator.planfile import PlanFile

EDITABLE = (".tf", ".tfvars")
"""Endings of the files that remediator writes; no workflow, hook or script is among them."""


def touched_paths(plan: PlanFile) -> tuple[str, ...]:
    """The paths that a plan file edits or says something of, sorted; raises RemediatorError for one it may not."""
    stated = [c.path for c in plan.preconditions if c.kind != "live_value"]
    paths = tuple(sorted({edit.path for edit in plan.edits} | set(stated)))
    hashed = [c.path for c in plan.preconditions if c.kind == "file_sha256"]
    for path in paths:
        reason = _objection(path, plan.constraints.allowed_paths, hashed)
        if reason is not None:
            raise RemediatorError(f"plan {plan.plan_id} would edit '{path}', {reason}; have it written anew")
    if len(paths) > plan.constraints.max_files:
        raise RemediatorError(
            f"plan {plan.plan_id} edits {len(paths)} files, more than its max_files; have it written anew"
        )
    return paths


def _objection(path: str, allowed: Collection[str], hashed: Collection[str]) -> str | None:
    parts = path.split("/")
    if path.startswith("/") or "\\" in path or ":" in parts[0]:
        return "which is not a relative path"
    if any(part in ("", ".", "..") for part in parts):
        return "which is not the plain path of a file in the tree"
    if any(part.casefold().rstrip(". ").partition("~")[0] == ".git" for part in parts):
        return "which belongs to git"
    if PurePosixPath(path).suffix not in EDITABLE:
        return f"and only files ending in {' or '.join(EDITABLE)} are edited"
    if path not in allowed:
        return "which is not among its allowed_paths"
    if list(hashed).count(path) != 1:
        return "for which it does not have exactly one file_sha256"
    return None
