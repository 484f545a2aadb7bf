"""Whether two values are equal, as far as that is told of values that are not known or not of one type."""

from remediator.iac.terraform.language.inference import inferred
from remediator.iac.terraform.language.types import ANY, Type
from remediator.iac.terraform.language.values import Data, Evaluated, Fields, Items, Unknown

__all__ = ["equal"]


def equal(left: Evaluated, right: Evaluated, written: bool = False) -> bool | None:
    """Whether two values are equal; None where that is not told.

    `written` says that both are tuples or objects written out, and no lists or maps.
    """
    if left.unknown is not None or right.unknown is not None:
        if left.known and right.known and (left.data is None or right.data is None):
            return left.data is right.data
        return False if _differ(left, right) else None
    if left.plain() != right.plain():
        return False
    if written or not isinstance(left.data, Items | Fields):
        return True
    of_type = inferred(left)
    if of_type != inferred(right):
        return False  # a list never equals a tuple, nor a map an object
    return None if _is_open(of_type) else True


def _differ(left: Evaluated, right: Evaluated) -> bool:
    """Whether two values are not equal whatever their unknown parts turn out to be.

    As Terraform finds it out: by the types, then by the number of elements, then by one element after the other up to
    the first that is unknown. The order in which it looks at attributes of objects is another one each time.
    """
    if not (left.known or right.known):
        return False
    for one, other in ((left.data, right.data), (right.data, left.data)):
        if one is None and isinstance(other, Unknown) and other.never_null:
            return True
    types = inferred(left), inferred(right)
    if types[0] != types[1] and not any(map(_is_open, types)):
        return True
    one, other = left.data, right.data
    if isinstance(one, Unknown) or isinstance(other, Unknown):
        return _begin_apart(one, other) or _begin_apart(other, one)
    if isinstance(one, Fields) and isinstance(other, Fields):
        return _whole(one) and _whole(other) and one.fields.keys() != other.fields.keys()
    if not isinstance(one, Items) or not isinstance(other, Items) or one.is_set or other.is_set:
        return False
    if len(one.items) != len(other.items):
        return True
    for a, b in zip(one.items, other.items, strict=True):
        found = equal(a, b)
        if not found:
            return found is False
    return False


def _begin_apart(hidden: Data, text: Data) -> bool:
    """Whether a text does not begin as one that is not known surely does."""
    return isinstance(hidden, Unknown) and isinstance(text, str) and not text.startswith(hidden.prefix)


def _whole(data: Fields) -> bool:
    """Whether all keys are known."""
    return data.rest is None and isinstance(data.fields, dict)


def _is_open(of: Type) -> bool:
    """Whether a part of a type cannot be told from the value, as that of the elements of an empty list."""
    inside = (*of.items, *(member.type for member in of.members.values()), *((of.element,) if of.element else ()))
    return of == ANY or any(map(_is_open, inside))
