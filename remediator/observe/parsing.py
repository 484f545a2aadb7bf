"""Answers that are not what the API gives, as a proxy's, are errors of their call, and botocore's of one kind.

Botocore takes what is no JSON for an answer in which nothing is told, and raises whatever comes of a number that stands
where an object should, or of JSON that nests deeper than Python reads.
"""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Protocol, cast

from botocore.model import OperationModel, Shape
from botocore.parsers import ResponseParser, ResponseParserError, ResponseParserFactory
from pydantic import JsonValue

from remediator.iac.terraform.json_stream import BrokenJsonError, DeepJsonError, JsonStream

__all__ = ["DeepAnswerError", "Parsers", "after_call", "left_out", "understood"]

_PROTOCOLS = ("json", "rest-json")
_LEFT_OUT = "LeftOut"
_NAMES = ("arn", "name", "id")
"""How the name of what says which one it is ends, the first first."""


class DeepAnswerError(ResponseParserError):
    """An answer nests deeper than is read, and not within an item of a list, which could be left out."""


class Parsers(ResponseParserFactory):
    """Botocore's parsers, of whose trouble with an answer all is a ResponseParserError.

    An item of a list that nests too deep is left out of the answer; `left_out` names it.
    """

    def create_parser(self, protocol_name: str) -> "_Parser":  # type: ignore[override]  # all of it that botocore calls
        """The parser of a protocol."""
        return _Parser(super().create_parser(protocol_name))


def left_out(page: Mapping[str, object]) -> tuple[str, ...]:
    """The names of what was left out of an answer."""
    told = page.get("ResponseMetadata")
    return cast(tuple[str, ...], told.get(_LEFT_OUT, ())) if isinstance(told, dict) else ()


@contextmanager
def understood() -> Iterator[None]:
    """Read an answer in it: what is missing there, or is of another shape, is a ResponseParserError."""
    try:
        yield
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as error:
        raise ResponseParserError(f"the answer is not as the API gives it: {type(error).__name__} {error}") from error


@dataclass(frozen=True, slots=True)
class _Parser:
    own: ResponseParser

    def parse(self, response: Mapping[str, object], shape: Shape) -> dict[str, dict[str, object]]:
        try:
            return self._parsed(response, shape)
        except RecursionError:
            body, names = _shallow(cast(bytes, response["body"]))
            parsed = self._parsed({**response, "body": body}, shape)
            parsed.setdefault("ResponseMetadata", {})[_LEFT_OUT] = names
            return parsed

    def _parsed(self, response: Mapping[str, object], shape: Shape) -> dict[str, dict[str, object]]:
        with understood():
            parsed: object = self.own.parse(response, shape)
            if not isinstance(parsed, dict):
                raise TypeError("no object")
            return parsed


def _shallow(body: bytes) -> tuple[bytes, tuple[str, ...]]:
    """An answer without the items of its lists that nest too deep, and their names."""
    stream, kept, names = JsonStream([body]), dict[str, JsonValue](), list[str]()
    try:
        for member in stream.members():
            try:
                kept[member] = stream.value()
            except DeepJsonError:
                kept[member] = _items(stream, names)
    except DeepJsonError as error:
        raise DeepAnswerError("the answer nests deeper than is read") from error
    except BrokenJsonError as error:
        raise ResponseParserError(f"the answer {error}") from error
    return json.dumps(kept).encode(), tuple(names)


def _items(stream: JsonStream, names: list[str]) -> list[JsonValue]:
    if stream.peek() != "[":
        raise DeepJsonError("nests too deep")
    kept: list[JsonValue] = []
    for _ in stream.items():
        try:
            kept.append(stream.value())
        except DeepJsonError:
            names.append(_named(stream.shallow(1)))
    return kept


def _named(item: JsonValue) -> str:
    texts = (
        {name.lower(): value for name, value in item.items() if isinstance(value, str)}
        if isinstance(item, dict)
        else {}
    )
    found = (value for end in _NAMES for name, value in texts.items() if name.endswith(end))
    return next(found, "one without a name")[:200]


class Response(Protocol):
    """What came over HTTP."""

    @property
    def status_code(self) -> int:
        """The status."""

    @property
    def content(self) -> bytes:
        """The whole body."""


def after_call(http_response: Response, parsed: Mapping[str, object], model: OperationModel, **_: object) -> None:
    """Botocore's `after-call` hook; raises ResponseParserError where nothing was found in what is no JSON object.

    Of services that speak XML botocore does so itself.
    """
    if model.service_model.resolved_protocol not in _PROTOCOLS or http_response.status_code >= 300:
        return
    if parsed.keys() <= {"ResponseMetadata"} and model.output_shape and not _is_object(http_response.content):
        raise ResponseParserError(f"{model.name} was answered with what is no JSON")


def _is_object(content: bytes) -> bool:
    try:
        return isinstance(json.loads(content), dict)
    except (ValueError, RecursionError):
        return False
