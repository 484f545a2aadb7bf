"""A forge of files: pull requests and issues in an outbox, answered by hand or by merging the branch in git."""

from remediator.deliver.forges.local.forge import LocalForge

__all__ = ["LocalForge"]
