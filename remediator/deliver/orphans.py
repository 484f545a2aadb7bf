"""Branches of ours that a killed run pushed and for which no request was opened, nor will be: they are deleted."""

from collections.abc import Collection

from remediator.deliver.forges.github.review import WEB_FLOW
from remediator.deliver.markers import LABEL, read_branch
from remediator.deliver.site import Site
from remediator.git.branches import Tip, delete_branch, tips
from remediator.git.clones import Clone
from remediator.git.commits import OURS, is_ancestor

_BOT = "[bot]@users.noreply.github.com"


def unwanted(clone: Clone, wanted: Collection[str]) -> tuple[Tip, ...]:
    """The branches that are called as ours are and are not `wanted`, by name; as the clone last saw them."""
    return tuple(tip for tip in tips(clone, LABEL) if read_branch(tip.branch) and tip.branch not in wanted)


def delete_orphans(there: Collection[Tip], site: Site) -> tuple[str, ...]:
    """Delete those of the branches that are of no request, whatever became of it; raises RemediatorError.

    Only where all of a branch is one commit of ours on the base. One that people opened a request from is left to them.
    Where requests are files nothing is deleted: another state folder may have a request of any branch. Names those that
    are gone.
    """
    forge = site.config.forges.get(site.repository.forge or "")
    if forge is None or forge.kind == "local":
        return ()
    heads = {request.head for request in site.forge.ours(site.slug)}
    gone: list[str] = []
    for tip in there:
        if tip.branch in heads or not _is_ours(tip, site) or site.forge.find(site.slug, (), tip.branch) is not None:
            continue
        delete_branch(site.clone, tip.branch, tip.sha)
        gone.append(tip.branch)
    return tuple(gone)


def _is_ours(tip: Tip, site: Site) -> bool:
    """Whether a branch is one commit that we made, by git or as a GitHub App, on what the base holds."""
    own = OURS | ({address} if (address := site.config.requests.address) else set())
    forge = site.config.forges.get(site.repository.forge or "")
    by_git = tip.author == tip.committer and tip.author in own
    by_app = forge is not None and forge.app_id is not None and tip.committer == WEB_FLOW and tip.author.endswith(_BOT)
    one = len(tip.parents) == 1 and is_ancestor(site.clone, tip.parents[0], site.clone.head)
    return (by_git or by_app) and one
