"""Texts put together of parts, which they remember."""

from collections.abc import Sequence

from remediator.iac.terraform.language.conversions import as_string
from remediator.iac.terraform.language.values import Evaluated, Spliced, Trail

__all__ = ["MAX_LENGTH", "MAX_PARTS", "spliced"]

MAX_PARTS = 32
MAX_LENGTH = 1_000
"""Texts of more parts, or of more characters, are no sizes, types or names: of what they are made is not kept."""


def spliced(parts: Sequence[Evaluated]) -> Evaluated:
    """The text that known parts make up, in order; raises EvaluationError for a part that is no string."""
    text = "".join(str(as_string(part).data) for part in parts)
    kept = len(parts) <= MAX_PARTS and len(text) <= MAX_LENGTH
    return Evaluated(text, trail=Trail(Spliced(tuple(parts))) if kept else None)
