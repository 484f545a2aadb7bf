"""Values that are not known, named by what they hang on."""

from hashlib import sha256

from remediator.iac.terraform.language.values import Evaluated, Unknown

__all__ = ["unknown"]


def unknown(reason: str, *keys: str) -> Evaluated:
    """An unknown that hangs on what the keys name."""
    return Evaluated(Unknown(reason, sha256("\0".join(keys).encode()).hexdigest()[:16]))
