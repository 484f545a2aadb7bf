"""Nothing is opened in a repository before its people have merged a first pull request that says what will come."""

from remediator.deliver.branches import publish
from remediator.deliver.markers import LABEL, Marker
from remediator.deliver.protocols import BranchCommit, PullDraft
from remediator.deliver.site import Site
from remediator.git.revisions import blob_at
from remediator.model import RequestState

FILE = ".remediator.toml"
BRANCH = "remediator/configure"
TITLE = "Configure remediator"
RULE = "onboarding"
FINGERPRINT = "0" * 16

_CONTENT = b"""\
# remediator opens pull requests here for cloud resources that cost money and do no work.
# This file being on the base branch is what allows it to; without it nothing is opened.
"""
_BODY = """\
{marker}
remediator has found cloud resources declared in this repository that can cost less. It opens pull requests for them,
a few at a time, each with its evidence, its owner and what applying it does. It never merges and never applies.

- **Merge this** to allow them. It adds `{file}`, which is a comment.
- **Close this** to opt out: nothing will be opened here, and you are not asked again.
"""


def is_onboarded(site: Site) -> bool:
    """Whether the people of a repository have let us in, or need not be asked; reads the clone alone."""
    kind = site.config.forges[site.repository.forge or ""].kind
    return (
        not site.config.limits.onboarding or kind == "local" or blob_at(site.clone, site.clone.head, FILE) is not None
    )


def reason_to_wait(site: Site) -> str | None:
    """None where a repository is onboarded, else a sentence; opens the onboarding request where there is none."""
    forge, clone, slug = site.forge, site.clone, site.slug
    if is_onboarded(site):
        return None
    found = forge.find(slug, (FINGERPRINT,), BRANCH)
    if found is None:
        sha = publish(forge, slug, clone, BRANCH, BranchCommit(clone.head, ((FILE, _CONTENT),), TITLE))
        found = forge.ensure_pull(_draft(slug, clone.branch, sha))
    if found.state is RequestState.MERGED:
        return None
    if found.state is RequestState.CLOSED:
        return f"this repository opted out by closing {found.reference}, '{TITLE}'"
    return f"waiting for '{TITLE}' ({found.where}) to be merged"


def _draft(slug: str, base: str, sha: str) -> PullDraft:
    marker = Marker(FINGERPRINT, RULE, False, (FINGERPRINT,), sha)
    return PullDraft(slug, base, BRANCH, TITLE, _BODY.format(marker=marker, file=FILE), marker, (LABEL,))
