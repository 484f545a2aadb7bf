"""Override files, which Terraform merges over the other files of a module.

https://developer.hashicorp.com/terraform/language/files/override
"""

import re
from functools import lru_cache
from posixpath import basename

__all__ = ["is_override"]

_ENDING = re.compile(r"\.(tf|tofu)(\.json)?$")


@lru_cache(maxsize=65_536)
def is_override(path: str) -> bool:
    """Whether a file is merged over the others of its module."""
    stem = _ENDING.sub("", basename(path))
    return stem == "override" or stem.endswith("_override")
