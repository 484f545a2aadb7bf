"""The nodes of a YAML file with exact byte ranges, from ruamel.yaml's events: bounded, and without its own types."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import accumulate
from typing import TypeAlias

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    Event,
    MappingStartEvent,
    NodeEvent,
    ScalarEvent,
    SequenceStartEvent,
)

from remediator.errors import RemediatorError
from remediator.iac.documents.limits import MAX_DEPTH, checked_text

__all__ = ["Written", "YamlMapping", "YamlNode", "YamlScalar", "YamlSequence", "composed"]

MAX_EVENTS = 50_000
"""What a file may hold in scalars and brackets: some two seconds of parsing."""
_PROPERTIES = re.compile(r"(?:[&!]\S*\s+|#[^\n]*\n\s*)*")
_TAGS = {"tag:yaml.org,2002:map", "tag:yaml.org,2002:seq"}


@dataclass(frozen=True, slots=True, eq=False)
class YamlScalar:
    """A scalar's bytes without its anchor and tag; `style` is `'`, `"`, `|`, `>` or None, `tag` an explicit one."""

    start: int
    end: int
    text: str
    style: str | None
    tag: str | None


@dataclass(frozen=True, slots=True, eq=False)
class YamlSequence:
    """A list; `flow` where it stands in brackets."""

    start: int
    end: int
    items: tuple["Written", ...]
    flow: bool


@dataclass(frozen=True, slots=True, eq=False)
class YamlMapping:
    """Keys and values in their order; the end of one that is not in brackets is that of its last value."""

    start: int
    end: int
    pairs: tuple[tuple["Written", "Written"], ...]
    flow: bool


_Start: TypeAlias = ScalarEvent | SequenceStartEvent | MappingStartEvent
YamlNode: TypeAlias = YamlScalar | YamlSequence | YamlMapping


@dataclass(frozen=True, slots=True, eq=False)
class Written:
    """A node where it is written; `shared` where it has an anchor or is an alias, whose node is that of its anchor.

    `end` is where the text ends that stands there: empty values end where they start.
    """

    node: YamlNode
    start: int
    end: int
    shared: bool


def composed(path: str, content: bytes) -> Written | None:
    """The one document of a YAML file, None where it is empty; raises RemediatorError where it cannot be read."""
    text = checked_text(path, content)
    reader = YAML(typ="safe", pure=True)
    reader.version = (1, 1)
    try:
        return _Composer(path, text).document(reader.parse(text))
    except MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise RemediatorError(f"{path}:{line} is not YAML that can be read: {str(error.problem)[:120]}") from None
    except (YAMLError, ValueError, RecursionError, AssertionError) as error:
        raise RemediatorError(f"{path} is not YAML that can be read: {str(error)[:120]}") from None


class _Composer:
    def __init__(self, path: str, text: str) -> None:
        self.path = path
        self.text = text
        self.widths = None if text.isascii() else [0, *accumulate(len(c.encode()) for c in text)]
        self.anchors: dict[str, YamlNode] = {}
        self.left = MAX_EVENTS

    def document(self, events: Iterator[Event]) -> Written | None:
        found: Written | None = None
        documents = 0
        for event in events:
            if isinstance(event, DocumentStartEvent):
                documents += 1
                if documents > 1 or event.version not in (None, (1, 1)):
                    raise self.refused(event, "is not YAML that can be read: Terraform takes one document of YAML 1.1")
            elif isinstance(event, NodeEvent):
                found = self.written(event, events, 0)
        return found

    def written(self, event: NodeEvent, events: Iterator[Event], depth: int) -> Written:
        self.left -= 1
        if depth > MAX_DEPTH or self.left < 0:
            raise RemediatorError(f"{self.path} nests or repeats more than is followed; flatten it")
        start, end = event.start_mark.index, event.end_mark.index
        if isinstance(event, AliasEvent):
            node = self.anchors.get(str(event.anchor))
            if node is None:
                raise self.refused(event, "has an alias without an anchor before it")
            return Written(node, self.at(start), self.at(end), True)
        inner = start
        if not isinstance(event, ScalarEvent | SequenceStartEvent | MappingStartEvent):
            raise self.refused(event, "is not YAML that can be read")
        if event.anchor is not None or event.tag is not None:
            found = _PROPERTIES.match(self.text, start)
            inner = found.end() if found else start
        if not isinstance(event, ScalarEvent) and event.tag is not None and event.tag not in _TAGS:
            raise self.refused(event, "has a tag that is not read")
        node = self.node(event, events, self.at(min(inner, end)), depth)
        if event.anchor is not None:
            self.anchors[str(event.anchor)] = node
        return Written(node, self.at(start), node.end, event.anchor is not None)

    def node(self, event: _Start, events: Iterator[Event], start: int, depth: int) -> YamlNode:
        if isinstance(event, ScalarEvent):
            tag = None if event.tag is None else str(event.tag)
            return YamlScalar(start, self.at(event.end_mark.index), str(event.value), event.style or None, tag)
        inside: list[Written] = []
        last: Event = event
        for last in events:
            if not isinstance(last, NodeEvent):
                break
            inside.append(self.written(last, events, depth + 1))
        flow = bool(event.flow_style)
        end = self.at(last.end_mark.index) if flow or not inside else max(start, *(one.end for one in inside))
        if isinstance(event, SequenceStartEvent):
            return YamlSequence(start, end, tuple(inside), flow)
        # an empty value stands at the next token, which may be lines away
        values = (
            Written(value.node, key.end, key.end, True) if _is_empty(value.node) else value
            for key, value in zip(inside[::2], inside[1::2], strict=True)
        )
        pairs = tuple(zip(inside[::2], values, strict=True))
        if not flow and pairs:
            end = pairs[-1][1].end
        return YamlMapping(start, end, pairs, flow)

    def at(self, index: int) -> int:
        return index if self.widths is None else self.widths[index]

    def refused(self, event: Event, why: str) -> RemediatorError:
        return RemediatorError(f"{self.path}:{event.start_mark.line + 1} {why}")


def _is_empty(node: YamlNode) -> bool:
    return isinstance(node, YamlScalar) and node.start == node.end
