"""What the names in a clone mean: tags, branches and abbreviated commits."""

import re

from remediator.git.clones import Clone
from remediator.git.names import valid_branch
from remediator.git.process import run

__all__ = ["resolve", "tags"]

_COMMIT = re.compile(r"[0-9a-f]{7,64}")


def tags(clone: Clone) -> tuple[str, ...]:
    """The names of all tags, those left out that are not UTF-8 or no names."""
    _, output = run(clone.path, ["for-each-ref", "--format=%(refname:lstrip=2)", "refs/tags"])
    names = output.decode("utf-8", "replace").split("\n")
    return tuple(name for name in names if name and "\ufffd" not in name and valid_branch(name))


def resolve(clone: Clone, ref: str) -> str | None:
    """The commit of a tag, a branch or a commit id, looked up in this order; None where the clone has none."""
    if len(ref) > 255 or not valid_branch(ref):
        return None
    for full in (f"refs/tags/{ref}", f"refs/heads/{ref}", *([ref] if _COMMIT.fullmatch(ref) else [])):
        command = ["rev-parse", "--verify", "--quiet", "--end-of-options", f"{full}^{{commit}}"]
        code, output = run(clone.path, command, accept=(0, 1, 128))
        if code == 0:
            return output.decode().strip()
    return None
