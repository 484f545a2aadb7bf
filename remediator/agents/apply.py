"""`remediator apply`: a plan file's edits onto a checkout, all of them or none."""

import hashlib
import os
import stat
from dataclasses import dataclass
from pathlib import Path

from remediator.agents.checkout import Copy, Held, clear, hold, is_unchanged, put, stage
from remediator.agents.paths import touched_paths
from remediator.errors import RemediatorError
from remediator.planfile import PlanFile, load
from remediator.planfile.encoding import MAX_BYTES
from remediator.planfile.splices import reverse, splice


@dataclass(frozen=True, slots=True)
class _Rewrite:
    """One file to be replaced, with its new content."""

    held: Held
    content: bytes


def apply_plan(path: Path, repo: Path, check: bool = False) -> tuple[str, ...]:
    """Make the edits of the plan file at `path` in the checkout at `repo`; with `check`, only say which files.

    Returns the changed paths, sorted; none means that the plan is applied already. A run that was killed between two
    files is completed by the next. What is live is not looked at. Raises RemediatorError, with nothing changed, when
    the plan file is not sound, a precondition does not hold, or a file cannot be written.
    """
    plan = load(_read(path), str(path))
    asked = "; ".join(finding.asks.untrusted for finding in plan.findings if finding.asks is not None)
    if asked:
        raise RemediatorError(f"plan {plan.plan_id} asks people for something, and is not applied: {asked}")
    if not plan.edits:
        reasons = "; ".join(reason.untrusted for reason in plan.handoff.reasons)
        raise RemediatorError(
            f"plan {plan.plan_id} has no edits{f' ({reasons})' if reasons else ''}; a person must decide what to change"
        )
    with hold(repo, touched_paths(plan)) as files:
        rewrites = tuple(r for r in (_rewrite(plan, held) for held in files) if r is not None)
        if not check:
            for held in files:
                clear(held, plan.plan_id)
            _write(rewrites, plan.plan_id)
    return tuple(rewrite.held.path for rewrite in rewrites)


def _rewrite(plan: PlanFile, held: Held) -> _Rewrite | None:
    """What is to be written of one file; None where it has its edits already."""
    edits = tuple(edit for edit in plan.edits if edit.path == held.path)
    expected = next(c.sha256 for c in plan.preconditions if c.kind == "file_sha256" and c.path == held.path)
    before = held.content if _sha256(held.content) == expected else splice(held.content, reverse(edits))
    if before is None or _sha256(before) != expected:
        raise RemediatorError(
            f"{held.path} is not what plan {plan.plan_id} was made for (SHA-256 {_sha256(held.content)[:12]}…, "
            f"expected {expected[:12]}…); run again for a plan of today's code, or check out commit "
            f"{plan.provenance.base_sha or 'that it was made from'}"
        )
    regions = [(c.start, c.end, c.text) for c in plan.preconditions if c.kind == "text_at" and c.path == held.path]
    after = splice(before, edits)
    if after is None or any(before[start:end] != text.encode() for start, end, text in regions):
        raise RemediatorError(
            f"{held.path} does not read what plan {plan.plan_id} wants to replace; have the plan written anew"
        )
    return None if after == held.content else _Rewrite(held, after)


def _write(rewrites: tuple[_Rewrite, ...], plan_id: str) -> None:
    """Replace every file, or leave all as they were; what undoes it is on the disk before the first is replaced."""
    done: list[Held] = []
    try:
        for rewrite in rewrites:
            stage(rewrite.held, rewrite.content, plan_id, Copy.NEW)
            stage(rewrite.held, rewrite.held.content, plan_id, Copy.OLD)
        for held in (rewrite.held for rewrite in rewrites):
            if not is_unchanged(held):
                raise RemediatorError(f"{held.path} was changed by somebody else just now; try again")
            done.append(held)
            put(held, plan_id, Copy.NEW)
    except OSError as error:
        _undo(done, plan_id)
        raise RemediatorError(
            f"plan {plan_id} was not applied, nothing is changed: a file cannot be written ({error.strerror}); "
            "check the disk's room and the permissions of the checkout"
        ) from error
    except BaseException:
        _undo(done, plan_id)
        raise
    finally:
        for rewrite in rewrites:
            clear(rewrite.held, plan_id)


def _undo(done: list[Held], plan_id: str) -> None:
    for held in reversed(done):
        put(held, plan_id, Copy.OLD)


def _read(path: Path) -> bytes:
    try:
        with os.fdopen(os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC), "rb") as file:
            if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                raise RemediatorError(f"{path} is not a regular file; name a plan file")
            return file.read(MAX_BYTES + 1)
    except OSError as error:
        raise RemediatorError(
            f"{path} cannot be read ({error.strerror}); plan files lie in STATE_DIR/plans, one a plan"
        ) from error


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
