"""Terraform's own evaluation of a root, and what it says of an edit."""

import posixpath
import shutil
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path

from remediator.config import RootConfig
from remediator.errors import RemediatorError
from remediator.iac.terraform.shadow.audit import violations
from remediator.iac.terraform.shadow.conversion import Asked, convert
from remediator.iac.terraform.shadow.diagnostics import Complaint, blamed, complaints, plain_complaints
from remediator.iac.terraform.shadow.frozen import Frozen, read_plan
from remediator.iac.terraform.shadow.process import SECONDS, Binary, Done, run
from remediator.iac.terraform.shadow.shadow import Shadow
from remediator.iac.terraform.shadow.sources import Sources
from remediator.iac.terraform.shadow.spots import Kind, Spot

__all__ = ["evaluate", "evaluate_edit"]

_CODE = (".tf", ".tf.json", ".tofu", ".tofu.json")
ROUNDS = 12
"""How often what Terraform cannot evaluate is left out before the root counts as not provable."""


def evaluate(
    binary: Binary,
    sources: Sources,
    root: RootConfig,
    asked: Asked | None,
    given_up: Mapping[Spot, str] | None = None,
    seconds: float = SECONDS,
) -> Frozen:
    """What Terraform evaluates a root to; what it cannot evaluate is left out and named.

    Raises RemediatorError where the root as a whole cannot be evaluated in `seconds`.
    """
    late = time.monotonic() + seconds
    where = root.path or "."
    known = dict(given_up or {})
    for _ in range(ROUNDS):
        try:
            shadow = convert(sources, root, asked, known, binary.opentofu)
        except ValueError as error:
            raise RemediatorError(f"{where} has no shadow to plan: {error}") from error
        if wrong := violations(shadow):
            raise RemediatorError(f"{where} has no shadow that is safe to plan: {wrong[0]}")
        outcome = _planned(binary, shadow, root.workspace, late)
        if isinstance(outcome, bytes):
            try:
                return read_plan(outcome, shadow)
            except ValueError as error:
                raise RemediatorError(f"{where}: {error}; look at the version of {binary.command[0]}") from error
        secret = _hides(sources, shadow)
        more = blamed(shadow, outcome, secret)
        if not more.keys() - known.keys():
            said = outcome[0] if outcome else Complaint("it failed without a word", "", "", 0)
            detail = "" if secret else f": {said.detail}"
            raise RemediatorError(f"Terraform cannot plan the shadow of {where}: {said.summary}{detail}")
        known = {**more, **known}
    raise RemediatorError(f"Terraform still complains of the shadow of {where} after {ROUNDS} rounds")


def evaluate_edit(
    binary: Binary,
    sources: Sources,
    root: RootConfig,
    asked: Asked | None,
    contents: Mapping[str, bytes],
    seconds: float = SECONDS,
) -> tuple[Frozen, Frozen]:
    """A root before and after an edit, which gives some files new contents; both leave out the same.

    Raises RemediatorError as `evaluate` does.
    """
    late = time.monotonic() + seconds
    edited = sources.with_replaced(contents)
    before = evaluate(binary, sources, root, asked, seconds=seconds)
    after = evaluate(binary, edited, root, asked, before.shadow.given_up, late - time.monotonic())
    if after.shadow.given_up.keys() - before.shadow.given_up.keys():
        before = evaluate(binary, sources, root, asked, after.shadow.given_up, late - time.monotonic())
    return before, after


def _hides(sources: Sources, shadow: Shadow) -> bool:
    """Whether the code of a shadow speaks of sensitive values, which the shadow itself does not mark."""
    folders = {posixpath.dirname(path) for path in shadow.lines}
    paths = (path for folder in folders for path in sources.inside(folder) if path.endswith(_CODE))
    texts = (sources.content(path) or b"" for path in paths)
    return any(b"sensitive" in text or b"ephemeral" in text for text in texts)


def _planned(binary: Binary, shadow: Shadow, workspace: str, late: float) -> bytes | tuple[Complaint, ...]:
    """What `show -json` prints of the plan, or what Terraform complains of."""
    scratch = Path(tempfile.mkdtemp(prefix="shadow-")).resolve()
    try:
        folder = _laid_out(shadow, scratch)

        def command(*arguments: str) -> Done:
            return run(binary, arguments, folder, scratch, workspace, late - time.monotonic())

        if any(spot.kind == Kind.CALL for lines in shadow.lines.values() for spot in lines if spot):
            done = command("init", "-backend=false", "-input=false", "-no-color", "-get=true")
            if done.code:
                return plain_complaints(done.complaints + done.output)
        given = [f"-var-file={path}" for path in _variable_files(shadow, scratch)]
        plan = scratch / "plan"
        done = command("plan", "-refresh=false", "-input=false", "-lock=false", "-json", f"-out={plan}", *given)
        if done.code:
            return complaints(done.output)
        done = command("show", "-json", str(plan))
        if done.code:
            return plain_complaints(done.complaints)
        # The scratch folder's own name would make two runs of the same root differ.
        return done.output.replace(str(scratch).encode(), b"")
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


def _laid_out(shadow: Shadow, scratch: Path) -> Path:
    """Write the files of the shadow; the folder that Terraform runs in."""
    tree = scratch / "tree"
    (scratch / "home").mkdir()
    try:
        for path, content in shadow.files.items():
            target = tree / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content)
    except OSError as error:
        raise RemediatorError(f"the shadow of {shadow.root or '.'} cannot be written: {error.strerror}") from error
    return tree / shadow.root


def _variable_files(shadow: Shadow, scratch: Path) -> list[Path]:
    """The files of values, written outside the tree, where no expression reads them as a template."""
    written: list[Path] = []
    for number, file in enumerate(shadow.variable_files):
        path = scratch / f"{number}.tfvars{'.json' if file.is_json else ''}"
        path.write_bytes(file.content)
        written.append(path)
    return written
