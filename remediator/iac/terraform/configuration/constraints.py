"""Values of variables as their declared type has them."""

from remediator.iac.terraform.language.evaluation import evaluate
from remediator.iac.terraform.language.grammar import ExpressionError, compiled
from remediator.iac.terraform.language.nodes import Expression, Literal
from remediator.iac.terraform.language.retyping import converted
from remediator.iac.terraform.language.scope import Scope
from remediator.iac.terraform.language.types import ANY, type_of
from remediator.iac.terraform.language.values import Evaluated

__all__ = ["typed"]


def typed(value: Evaluated, constraint: Scope) -> Evaluated:
    """The value converted to the type that an expression names, the defaults of `optional()` included.

    Raises EvaluationError where it cannot be converted.
    """
    try:
        node = compiled(constraint.text)
        named = node.value if isinstance(node, Literal) else None  # as JSON writes a type
        type_ = type_of(compiled(named) if isinstance(named, str) else node)
    except ExpressionError:
        type_ = ANY

    def default(node: Expression) -> Evaluated:
        return evaluate(node, constraint)

    return converted(value, type_, default)
