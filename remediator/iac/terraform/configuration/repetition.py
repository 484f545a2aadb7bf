"""`count` and `for_each`: which instances a block has, and what `each` and `count` mean in each."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import TypeAlias

from remediator.iac.terraform.configuration.module import Declared
from remediator.iac.terraform.language.conversions import as_number
from remediator.iac.terraform.language.functions.protocol import EvaluationError
from remediator.iac.terraform.language.scope import Names
from remediator.iac.terraform.language.selection import iterated
from remediator.iac.terraform.language.values import Evaluated, Fields, Items, Unknown

__all__ = ["MAX_INSTANCES", "Key", "Repeated", "collected", "counted", "for_each", "supposed"]

MAX_INSTANCES = 20_000
"""More instances of one block than this are refused; an estate has some hundreds."""

Key: TypeAlias = str | int | None


@dataclass(frozen=True, slots=True)
class Repeated:
    """The names inside one instance of a repeated block."""

    names: Names
    each: Mapping[str, Evaluated]
    count: Evaluated | None = None

    def refer(self, kind: str, name: str) -> Evaluated:
        """`each.key`, `each.value`, `count.index`, and all that the module knows."""
        if kind == "each" and name in self.each:
            return self.each[name]
        if kind == "count" and name == "index" and self.count is not None:
            return self.count
        return self.names.refer(kind, name)


def counted(names: Names, count: Evaluated) -> Mapping[Key, Names] | Unknown:
    """The instances that a `count` makes; raises EvaluationError."""
    data = as_number(count).data
    if count.secret:
        raise EvaluationError("count is sensitive, which Terraform refuses")
    if isinstance(data, Unknown):
        return data
    if not isinstance(data, Decimal) or data != data.to_integral_value() or data < 0:
        raise EvaluationError("count is not a whole number")
    if data > MAX_INSTANCES:
        raise EvaluationError(f"count is above {MAX_INSTANCES:,}")
    return {at: Repeated(names, {}, Evaluated(Decimal(at))) for at in range(int(data))}


def for_each(names: Names, collection: Evaluated) -> Mapping[Key, Names] | Unknown:
    """The instances that a `for_each` makes; raises EvaluationError."""
    data = collection.data
    if collection.sensitive or (isinstance(data, Items) and collection.secret):
        raise EvaluationError("for_each is sensitive, which Terraform refuses")
    if not isinstance(data, Fields | Unknown) and not (isinstance(data, Items) and data.is_set):
        raise EvaluationError("for_each needs a map or a set of strings")
    pairs = iterated(collection)
    if isinstance(pairs, Unknown):
        return pairs
    if len(pairs) > MAX_INSTANCES:
        raise EvaluationError(f"for_each has more than {MAX_INSTANCES:,} keys")
    made: dict[Key, Names] = {}
    for key, value in pairs:
        if isinstance(key.data, Unknown):
            return key.data
        if not isinstance(key.data, str):
            raise EvaluationError("for_each needs keys that are strings")
        made[key.data] = Repeated(names, {"key": key, "value": value})
    return made


def collected(made: Mapping[Key, Evaluated], declared: Declared) -> Evaluated:
    """What an address without a key means: the one instance, or a list or a map of all of them."""
    if list(made) == [None]:
        return made[None]
    if "count" in declared.settings:
        return Evaluated(Items(tuple(made.values())))
    return Evaluated(Fields({str(key): value for key, value in made.items()}))


def supposed(names: Names, key: Key, why: Unknown) -> Names:
    """The names of an instance while the collection it comes from is not known; no key stands for any instance."""
    value = Evaluated(Unknown(why.reason, f"{why.key}[{key}]"))
    if isinstance(key, int):
        return Repeated(names, {}, Evaluated(Decimal(key)))
    return Repeated(names, {"key": value if key is None else Evaluated(key), "value": value}, value)
