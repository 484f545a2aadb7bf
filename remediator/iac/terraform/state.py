"""Terraform state, version 4: which resource instances it holds, with the few attributes that may be read."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TypeVar

from pydantic import JsonValue

from remediator.errors import RemediatorError
from remediator.iac.terraform.json_stream import BrokenJsonError, DeepJsonError, JsonStream
from remediator.iac.terraform.state_objects import Head, Held, held, made
from remediator.iac.terraform.state_providers import provider_address
from remediator.iac.terraform.state_refusals import TELLING, crowded, misfit, no_state, not_json
from remediator.model import StateAddress, StateResource

__all__ = ["MOST", "StateOrigin", "parse_state"]

_PartT = TypeVar("_PartT")
MOST = 1_000_000
"""Instances of one state that are read, about a kilobyte of memory each: ten times as many as the largest have."""
_READ = ("version", "serial", "lineage")


@dataclass(frozen=True, slots=True)
class StateOrigin:
    """Where a state comes from; `repository` is empty where it belongs to no configured one.

    `written_at` is when the state was last written, where its backend says so.
    """

    repository: str
    root: str
    backend: str
    workspace: str
    written_at: datetime | None = None

    def __str__(self) -> str:
        of = f" of {self.repository}, root {self.root or '.'}" if self.repository else ""
        return f"the state {self.backend}{of}"


def parse_state(chunks: Iterable[bytes], origin: StateOrigin) -> tuple[StateResource, ...]:
    """The resource instances of a state, data sources and deposed objects included, from its bytes in order.

    No more than one chunk and one instance is held beside what is kept. Raises RemediatorError where the state is
    empty, encrypted, of another version, or not a state at all; no message holds anything that a state holds.
    """
    reader = _Reader(JsonStream(chunks), origin)
    try:
        return reader.read()
    except BrokenJsonError as broken:
        raise RemediatorError(not_json(str(origin), str(broken), reader.first)) from None


class _Reader:
    """A state on its way in; `first` is its first character."""

    def __init__(self, stream: JsonStream, origin: StateOrigin) -> None:
        self._stream = stream
        self._origin = origin
        self._top: dict[str, JsonValue] = {}
        self._found: list[StateResource] = []
        self._known: dict[tuple[str, ...], tuple[str, ...]] = {}
        self.first = ""

    def read(self) -> tuple[StateResource, ...]:
        self.first = self._stream.peek()
        if self.first != "{":
            self._stream.skip()
            self._stream.end()
            raise self._no_state()
        for name in self._stream.members():
            if name in _READ:
                self._top[name] = self._stream.value()
            elif name == "resources":
                self._resources()
            else:
                self._stream.skip()
                if name in TELLING:
                    self._top[name] = None
            if self._top.get("version", 4) != 4 or "encrypted_data" in self._top:
                raise self._no_state()
        self._stream.end()
        if "version" not in self._top:
            raise self._no_state()
        return self._dated()

    def _resources(self) -> None:
        for number in self._parts("[", "resources", self._stream.items):
            self._resource(f"resources.{number}")

    def _resource(self, place: str) -> None:
        parts: dict[str, JsonValue] = {}
        begun = len(self._found)
        used: Head | None = None
        early: list[Held] = []  # instances that come before what they are of, where the state's names are sorted
        for name in self._parts("{", place, self._stream.members):
            if name in Head.NAMES:
                parts[name] = self._stream.value()
            elif name == "instances":
                used = self._head(parts, place) if Head.complete(parts) else None
                early += self._instances(place, used)
            else:
                self._stream.skip()
        head = self._head(parts, place)
        if used is not None and used != head:
            if replace(used, module=head.module, provider=head.provider) != head:
                raise self._misfit(place)
            late, by = self._found[begun:], provider_address(head.provider)
            self._found[begun:] = [
                replace(one, at=replace(one.at, module=head.module), configured_by=by) for one in late
            ]
        self._found += [made(one, head, self._address(head, one)) for one in early]

    def _instances(self, place: str, head: Head | None) -> Iterator[Held]:
        """Keep the instances; those whose resource is not known yet are handed back."""
        for number in self._parts("[", f"{place}.instances", self._stream.items):
            if len(self._found) + number >= MOST:
                raise RemediatorError(crowded(str(self._origin), MOST))
            where = f"{place}.instances.{number}"
            one = held(self._instance(), where, self._known)
            if isinstance(one, str):
                raise self._misfit(one)
            if head is None:
                yield one.narrowed()
            else:
                self._found.append(made(one, head, self._address(head, one)))

    def _instance(self) -> JsonValue:
        """The next instance; those of its attributes that nest too deep, of which none is ever read, are None."""
        try:
            return self._stream.value()
        except DeepJsonError:
            names = self._stream.members()
            return {n: self._stream.shallow(1) if n == "attributes" else self._stream.value() for n in names}

    def _head(self, parts: dict[str, JsonValue], place: str) -> Head:
        head = Head.of(parts)
        if isinstance(head, str):
            raise self._misfit(f"{place}.{head}")
        return head

    def _address(self, head: Head, one: Held) -> StateAddress:
        serial, lineage = self._top.get("serial"), self._top.get("lineage")
        return StateAddress(
            repository=self._origin.repository,
            root=self._origin.root,
            backend=self._origin.backend,
            workspace=self._origin.workspace,
            lineage=lineage if isinstance(lineage, str) else "",
            serial=serial if isinstance(serial, int) else 0,
            module=head.module,
            mode=head.mode,
            type=head.type,
            name=head.name,
            index_key=one.index_key,
            written_at=self._origin.written_at,
        )

    def _dated(self) -> tuple[StateResource, ...]:
        """What was found, with a serial and a lineage that came last."""
        serial, lineage = self._top.get("serial"), self._top.get("lineage")
        late = [one for one in self._found[:1] if (one.at.serial, one.at.lineage) != (serial, lineage)]
        if not late or not isinstance(serial, int) or not isinstance(lineage, str):
            return tuple(self._found)
        return tuple(replace(one, at=replace(one.at, serial=serial, lineage=lineage)) for one in self._found)

    def _parts(self, opening: str, place: str, parts: Callable[[], Iterator[_PartT]]) -> Iterator[_PartT]:
        if self._stream.peek() != opening:
            self._stream.skip()  # so that what was cut short is called that
            raise self._misfit(place)
        return parts()

    def _no_state(self) -> RemediatorError:
        return RemediatorError(no_state(str(self._origin), self._top))

    def _misfit(self, place: str) -> RemediatorError:
        return RemediatorError(misfit(str(self._origin), place))
