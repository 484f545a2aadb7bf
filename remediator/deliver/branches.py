"""The branch of a plan: one commit on its base, the same bytes whoever makes it and however often."""

from remediator.deliver.protocols import BranchCommit, Forge
from remediator.deliver.render import commit_message
from remediator.deliver.site import Site
from remediator.edit.splice import apply_edits
from remediator.edit.together import together
from remediator.errors import RemediatorError
from remediator.git.branches import tip
from remediator.git.clones import Clone
from remediator.git.commits import OURS, commit_files, push, remote_head
from remediator.git.objects import read_blobs
from remediator.git.ours import is_ours
from remediator.git.revisions import committed_at
from remediator.model import Plan


def commit_plan(plan: Plan, site: Site) -> BranchCommit:
    """The commit that holds a plan's edits; raises TogetherError where those of several are not to be made together."""
    if plan.base is None or not plan.edits:
        raise RemediatorError(f"plan {plan.id} has no edits, so there is nothing to open a pull request with")
    blobs = {edit.path: edit.blob for edit in plan.edits}
    contents = dict(read_blobs(site.clone, sorted(set(blobs.values()))))
    before = {path: contents[blob] for path, blob in blobs.items()}
    if len(plan.parts) > 1:
        files = together(before, [part.edits for part in plan.parts])
    else:
        files = apply_edits(before, plan.edits)
    message = commit_message(plan, site.shown, site.conventional)
    return BranchCommit(plan.base, tuple(sorted(files.items())), message, site.config.requests.author)


def publish(forge: Forge, repository: str, clone: Clone, branch: str, commit: BranchCommit, over: bool = False) -> str:
    """The id of the commit that a branch of ours is made to end in; `repository` is its slug on the forge.

    Forges that sign what they commit themselves are asked to; to others it is pushed, dated as its base so that a
    second run makes the same commit. Raises RemediatorError where somebody else has committed to the branch, unless a
    person told us to go `over` that.
    """
    made = forge.commit(repository, branch, commit, over)
    if made is not None:
        return made
    when = committed_at(clone, commit.base)
    sha = commit_files(clone, commit.base, dict(commit.files), commit.message, when, commit.author)
    ensure_branch(clone, sha, branch, over, commit.author)
    return sha


def ensure_branch(clone: Clone, sha: str, branch: str, over: bool = False, author: str | None = None) -> bool:
    """Makes a branch point to a commit, which `author` or we ourselves wrote; False where it does already.

    Raises RemediatorError where somebody else has committed to the branch: their work is not overwritten, unless a
    person told us to go `over` it.
    """
    own = OURS | ({author.rpartition("<")[2].rstrip(">")} if author else set())
    there = remote_head(clone, branch)
    if there == sha:
        return False
    by = tip(clone, there) if there is not None and not over else None
    if there is not None and not over and (by is None or not is_ours(by, own)):
        raise RemediatorError(
            f"{clone.name}: the branch '{branch}' holds a commit of somebody else and no open pull request; "
            "open one from it, or delete it"
        )
    try:
        push(clone, sha, branch, force=there is not None)
    except RemediatorError:
        # Another run may have pushed the same commit in the same instant, and git refuses one of the two.
        if remote_head(clone, branch) != sha:
            raise
    return True
