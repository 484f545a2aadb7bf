"""Branches of ours that a killed run pushed and for which no request was opened, nor will be: they are deleted."""

from collections.abc import Collection

from remediator.deliver.forges.github.commits import BESIDE
from remediator.deliver.markers import LABEL, read_branch
from remediator.deliver.site import Site
from remediator.git.branches import Tip, delete_branch, tips
from remediator.git.clones import Clone
from remediator.git.commits import is_ancestor


def unwanted(clone: Clone, wanted: Collection[str]) -> tuple[Tip, ...]:
    """The branches that are called as ours are and are not `wanted`, by name; as the clone last saw them."""
    there = (tip for tip in tips(clone, LABEL) if tip.branch not in wanted)
    return tuple(tip for tip in there if read_branch(tip.branch.removesuffix(BESIDE)))


def delete_orphans(there: Collection[Tip], site: Site) -> tuple[str, ...]:
    """Delete those of the branches that are of no request, whatever became of it; raises RemediatorError.

    Only where all of a branch is one commit of ours on the base, or none. One that people opened a request from is left
    to them. Where requests are files nothing is deleted: another state folder may have a request of any branch. Names
    those that are gone.
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
    """Whether a branch is one commit that we made, on what the base holds, or came to be and was given none."""
    if is_ancestor(site.clone, tip.sha, site.clone.head):
        return True
    one = len(tip.parents) == 1 and is_ancestor(site.clone, tip.parents[0], site.clone.head)
    return one and site.forge.made(site.slug, tip.by)
