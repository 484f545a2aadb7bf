"""The provider configuration that a state names for each resource.

A state holds the configuration itself, wherever it was passed on through modules:
https://github.com/hashicorp/terraform/blob/v1.9.0/internal/addrs/provider_config.go (`AbsProviderConfig.String`).
"""

import re
from functools import lru_cache

__all__ = ["provider_address"]

_WRITTEN = re.compile(
    r"(?P<module>module\..{1,400}\.)?provider(?:\[\"(?P<source>[^\"\s]{1,200})\"\]|\.(?P<old>[\w-]{1,80}))"
    r"(?:\.(?P<alias>[\w-]{1,80}))?"
)


@lru_cache(maxsize=256)
def provider_address(written: str) -> str | None:
    """`provider.aws`, `provider.aws.west` or `module.a.provider.aws` for how a state writes it; None for anything else.

    The local name is taken to be the last part of the source; whether the code says so is asked where it is edited.
    """
    found = _WRITTEN.fullmatch(written)
    if found is None:
        return None
    name = found["old"] or found["source"].rpartition("/")[2]
    return ".".join(part for part in ((found["module"] or "").rstrip("."), "provider", name, found["alias"]) if part)
