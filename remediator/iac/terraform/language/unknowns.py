"""Values that are not known, named by what they hang on."""

from hashlib import sha256

from remediator.iac.terraform.language.types import ANY, Type
from remediator.iac.terraform.language.values import Evaluated, Unknown

__all__ = ["unknown"]


def unknown(reason: str, *keys: str, type_: Type = ANY, prefix: str = "") -> Evaluated:
    """An unknown of a type that hangs on what the keys name; a string that begins with a prefix."""
    return Evaluated(Unknown(reason, sha256("\0".join(keys).encode()).hexdigest()[:16], type_, prefix))
