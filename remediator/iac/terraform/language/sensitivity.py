"""Sensitive values: whatever is made of one is sensitive too, and neither an error nor a reason shows it.

https://developer.hashicorp.com/terraform/language/values/variables#suppressing-values-in-cli-output and
https://developer.hashicorp.com/terraform/language/functions/sensitive say what is sensitive.
"""

from collections.abc import Callable, Sequence

from remediator.iac.terraform.language.functions.protocol import EvaluationError
from remediator.iac.terraform.language.values import Evaluated, Unknown

__all__ = ["HANDED_ON", "SENSITIVE", "hiding", "made_of"]

SENSITIVE = ("ephemeral", "sensitive")
"""Settings of variables and outputs whose values Terraform does not show."""
HANDED_ON = frozenset((
    "chunklist", "coalescelist", "concat", "element", "flatten", "keys", "length", "lookup", "merge", "one", "reverse",
    "setproduct", "slice", "tobool", "tolist", "tomap", "tonumber", "tostring", "values", "zipmap",
))  # fmt: skip
"""Functions that hand elements on with the marks of their own, and else tell no more than how many there are."""
_REASON = "it hangs on a sensitive value, of which nothing is shown"


def made_of(values: Sequence[Evaluated], found: Evaluated) -> Evaluated:
    """A value that was made of others: sensitive where one of them, or anything in it, is."""
    return _hidden(values, found) if any(value.secret for value in values) else found


def hiding(name: str, values: Sequence[Evaluated], make: Callable[[], Evaluated]) -> Evaluated:
    """What an operation makes of values; raises EvaluationError, without the sentence where a value is sensitive."""
    try:
        found = make()
    except EvaluationError:
        if any(value.secret for value in values):
            raise EvaluationError(f"{name[:80]} fails for a sensitive value, of which nothing is shown") from None
        raise
    secret = any(value.sensitive if name in HANDED_ON else value.secret for value in values)
    return _hidden(values, found) if secret else found


def _hidden(values: Sequence[Evaluated], found: Evaluated) -> Evaluated:
    data = found.data
    if isinstance(data, Unknown):
        reasons = [missing.reason for value in values if (missing := value.unknown) is not None]
        return Evaluated(data if data.reason in reasons else Unknown(_REASON, data.key, data.type), sensitive=True)
    return found.marked()
