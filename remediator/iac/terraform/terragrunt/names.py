"""Names whose values are made when they are asked for."""

from collections.abc import Callable, Iterable, Iterator, Mapping

from remediator.iac.terraform.language.functions.protocol import EvaluationError
from remediator.iac.terraform.language.values import Evaluated, Fields, RefusedError, Unknown

__all__ = ["NO_NAMES", "named"]


class _Names(Mapping[str, Evaluated]):
    """Each value is made once; what fails fails again, and what needs itself is refused."""

    def __init__(self, kind: str, keys: Iterable[str], make: Callable[[str], Evaluated]) -> None:
        self._kind = kind
        self._keys = dict.fromkeys(keys)
        self._make = make
        self._made: dict[str, Evaluated | Exception | None] = {}

    def __getitem__(self, key: str) -> Evaluated:
        if key not in self._keys:
            raise KeyError(key)
        if key not in self._made:
            self._made[key] = None
            try:
                self._made[key] = self._make(key)
            except (EvaluationError, RefusedError) as error:
                self._made[key] = error
            except BaseException:
                del self._made[key]
                raise
        found = self._made[key]
        if found is None:
            raise RefusedError(f"{self._kind}.{key} refers to itself")
        if isinstance(found, Exception):
            raise found
        return found

    def __iter__(self) -> Iterator[str]:
        return iter(self._keys)

    def __len__(self) -> int:
        return len(self._keys)


def named(kind: str, keys: Iterable[str], make: Callable[[str], Evaluated], rest: Unknown | None = None) -> Evaluated:
    """An object such as `local`, whose attributes `make` gives; `rest` stands for all others."""
    return Evaluated(Fields(_Names(kind, keys, make), rest))


class _NoNames:
    """The names beside those that are objects here: none."""

    def refer(self, kind: str, name: str) -> Evaluated:
        raise EvaluationError(f"{kind[:80]}.{name[:80]} is no name that Terragrunt knows here")


NO_NAMES = _NoNames()
