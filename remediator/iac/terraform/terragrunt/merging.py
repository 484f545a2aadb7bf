"""Inputs of an including file over those of an included one.

https://terragrunt.gruntwork.io/docs/reference/hcl/blocks/#include
"""

from remediator.iac.terraform.language.evaluation import unknown
from remediator.iac.terraform.language.places import Absent
from remediator.iac.terraform.language.values import MAX_PARTS, Evaluated, Fields, Items, RefusedError, Trail

__all__ = ["deep", "shallow"]


def shallow(child: Evaluated, parent: Evaluated) -> Evaluated:
    """The child's inputs, and of the parent's those that the child does not have.

    Where the names of one side are not known, what may come from there is not known either.
    """
    if not isinstance(child.data, Fields):
        return child if child.data is not None else parent
    if not isinstance(parent.data, Fields):
        rest = child.data.rest or (parent.unknown if parent.data is not None else None)
        return Evaluated(Fields(child.data.fields, rest), child.origin, child.trail)
    if child.data.rest is not None:
        return Evaluated(Fields(child.data.fields, child.data.rest), child.origin, child.trail)
    fields = dict(parent.data.fields) | dict(child.data.fields)
    return Evaluated(Fields(fields, parent.data.rest), child.origin, child.trail)


def deep(child: Evaluated, parent: Evaluated) -> Evaluated:
    """As `shallow`, but maps on both sides are merged as well, and lists are joined, the parent's first.

    Null and empty values of the child win all the same. What only the parent has names the child's map as a nearer
    place to write it.
    """
    if not isinstance(child.data, Fields) or not isinstance(parent.data, Fields) or child.data.rest is not None:
        return shallow(child, parent)
    fields: dict[str, Evaluated] = {}
    for key, of_parent in parent.data.fields.items():
        of_child = child.data.fields.get(key)
        nearer = Trail(Absent(key, child.origin)) if child.origin is not None else None
        fields[key] = of_parent.passing(nearer) if of_child is None else _both(of_child, of_parent)
    fields |= {key: value for key, value in child.data.fields.items() if key not in fields}
    return Evaluated(Fields(fields, parent.data.rest), child.origin, child.trail)


def _both(child: Evaluated, parent: Evaluated) -> Evaluated:
    if isinstance(child.data, Fields) and isinstance(parent.data, Fields):
        return deep(child, parent)
    if isinstance(child.data, Items):
        if isinstance(parent.data, Items):
            if len(parent.data.items) + len(child.data.items) > MAX_PARTS:
                raise RefusedError(f"a list comes to more than the {MAX_PARTS:,} values that are followed")
            return Evaluated(Items((*parent.data.items, *child.data.items)))
        if not parent.known:
            return unknown(parent.unknown.reason if parent.unknown else "", "deep", parent.digest(), child.digest())
        if parent.data is not None:
            return unknown("a list is merged into what is no list", "deep", parent.digest(), child.digest())
    if not parent.known and isinstance(child.data, Fields):
        return shallow(child, parent)
    return child
