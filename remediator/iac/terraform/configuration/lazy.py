"""Mappings that make their values when they are asked for, or lay some over others."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TypeVar

__all__ = ["LazyMapping", "Overlay"]

V = TypeVar("V")


class LazyMapping(Mapping[str, V]):
    """Known keys, and values that `make` gives once each; an output is evaluated only where something reads it."""

    def __init__(self, keys: Iterable[str], make: Callable[[str], V]) -> None:
        """Keep the keys in their order; a dict is not copied, since thousands of instances share one."""
        self._keys = keys if isinstance(keys, dict) else dict.fromkeys(keys)
        self._make = make
        self._made: dict[str, V] = {}

    def __getitem__(self, key: str) -> V:
        if key not in self._keys:
            raise KeyError(key)
        if key not in self._made:
            self._made[key] = self._make(key)
        return self._made[key]

    def made(self) -> Iterable[V]:
        """The values that were asked for until now."""
        return self._made.values()

    def __iter__(self) -> Iterator[str]:
        return iter(self._keys)

    def __len__(self) -> int:
        return len(self._keys)


class Overlay(Mapping[str, V]):
    """A mapping with some values replaced, which copies nothing."""

    def __init__(self, base: Mapping[str, V], new: Mapping[str, V]) -> None:
        """`new` holds keys of `base` only."""
        self._base = base
        self._new = new

    def __getitem__(self, key: str) -> V:
        return self._new[key] if key in self._new else self._base[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._base)

    def __len__(self) -> int:
        return len(self._base)
