"""A frozen mapping of plain values, for what differs from one resource type to the next."""

from collections.abc import Iterable, Iterator, Mapping
from typing import TypeAlias

Value: TypeAlias = str | int | float | bool | tuple[str, ...] | None


class Attributes(Mapping[str, Value]):
    """A frozen mapping from attribute names, as Terraform spells them, to plain values."""

    __slots__ = ("_values",)

    def __init__(self, values: Mapping[str, Value] | Iterable[tuple[str, Value]] = ()) -> None:
        self._values: dict[str, Value] = dict(values)

    def __getitem__(self, name: str) -> Value:
        return self._values[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def __hash__(self) -> int:
        return hash(frozenset(self._values.items()))

    def __repr__(self) -> str:
        return f"Attributes({self._values!r})"

    def text(self, name: str) -> str | None:
        """The value if it is text, else None."""
        value = self._values.get(name)
        return value if isinstance(value, str) else None

    def number(self, name: str) -> float | None:
        """The value if it is a number, else None; truth values are not numbers."""
        value = self._values.get(name)
        return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None

    def flag(self, name: str) -> bool | None:
        """The value if it is a truth value, else None."""
        value = self._values.get(name)
        return value if isinstance(value, bool) else None

    def texts(self, name: str) -> tuple[str, ...]:
        """The value if it is a list of texts, else an empty tuple."""
        value = self._values.get(name)
        return value if isinstance(value, tuple) else ()
