"""The files that expressions read, as far as they may lie beside a shadow."""

import re
from collections.abc import Mapping, Sequence

from remediator.iac.terraform.shadow.functions import has_unguarded_reader
from remediator.iac.terraform.shadow.sources import Sources, joined

__all__ = ["laid_out", "may_be_read"]

MAX_BYTES = 1_000_000
MAX_TOTAL = 20_000_000
"""A file above the first, and all files together above the second, are not laid out: a plan reads some kilobytes."""

_READ_BY_TERRAFORM = re.compile(
    r"(?:^|/)\.terraform|\.(?:tf|tofu|tfvars|tftest\.hcl|tfstate)(?:\.|/|$)|(?:^|/)\.git/(?!modules/)"
)


def laid_out(sources: Sources, paths: Sequence[str]) -> Mapping[str, bytes]:
    """The contents by path, without what Terraform reads by itself and without what could read files as a template."""
    found: dict[str, bytes] = {}
    total = 0
    for path in paths:
        content = sources.content(path)
        if content is None or len(content) > MAX_BYTES or total + len(content) > MAX_TOTAL or not may_be_read(path):
            continue
        if has_unguarded_reader(content.decode("utf-8", "replace")):
            continue
        total += len(content)
        found[path] = content
    return found


def may_be_read(path: str) -> bool:
    """Whether a file at that path of the repository is data, not configuration, variables or state."""
    return joined("", path) == path and "\0" not in path and not _READ_BY_TERRAFORM.search(path)
