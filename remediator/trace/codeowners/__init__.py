"""CODEOWNERS as GitHub and GitLab read it, each by its own documents."""

from remediator.trace.codeowners.dialects import Dialect, dialect_of, paths_of, read
from remediator.trace.codeowners.loading import load_codeowners
from remediator.trace.codeowners.rules import CodeOwners, Rule

__all__ = ["CodeOwners", "Dialect", "Rule", "dialect_of", "load_codeowners", "paths_of", "read"]
