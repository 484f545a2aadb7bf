"""Encodings: JSON, YAML, CSV, base64, URLs; and hashes."""

import base64
import hashlib
import json
import uuid
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import TypeAlias
from urllib.parse import quote_plus

from remediator.errors import RemediatorError
from remediator.iac.documents import read_yaml, whole_characters
from remediator.iac.terraform.language.conversions import as_number, number_text
from remediator.iac.terraform.language.functions.arguments import sized, text, unknown_call
from remediator.iac.terraform.language.functions.csv_records import csvdecode
from remediator.iac.terraform.language.functions.protocol import EvaluationError, Signature, Surroundings
from remediator.iac.terraform.language.values import Evaluated, Fields, Items, RefusedError, Unknown

__all__ = ["ENCODING", "json_text", "placeless"]

_JSON_ESCAPED = {"<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "\u2028": "\\u2028", "\u2029": "\\u2029"}
_NAMESPACES = {
    "dns": uuid.NAMESPACE_DNS,
    "url": uuid.NAMESPACE_URL,
    "oid": uuid.NAMESPACE_OID,
    "x500": uuid.NAMESPACE_X500,
}
Json: TypeAlias = Mapping[str, "Json"] | Sequence["Json"] | str | Decimal | bool | None


def json_text(value: Evaluated) -> str:
    """A value as `jsonencode` writes it: no spaces, keys sorted; raises EvaluationError where a part is unknown."""
    data = value.data
    if isinstance(data, Fields):
        return "{" + ",".join(f"{_json_string(key)}:{json_text(inner)}" for key, inner in data.sorted()) + "}"
    if isinstance(data, Items):
        return "[" + ",".join(json_text(item) for item in data.items) + "]"
    if isinstance(data, Unknown):
        raise EvaluationError(data.reason)
    if data is None or isinstance(data, bool):
        return {None: "null", True: "true", False: "false"}[data]
    return _json_string(data) if isinstance(data, str) else number_text(data)


def _json_string(value: str) -> str:
    shown = json.dumps(value, ensure_ascii=False)
    return "".join(_JSON_ESCAPED.get(character, character) for character in shown)


def _jsonencode(arguments: Sequence[Evaluated], around: Surroundings) -> Evaluated:
    if arguments[0].unknown is not None:
        return unknown_call("jsonencode", arguments)
    return sized(json_text(arguments[0]))


def _jsondecode(arguments: Sequence[Evaluated], around: Surroundings) -> Evaluated:
    try:
        loaded: Json = json.loads(text(arguments[0]), parse_float=Decimal, parse_int=Decimal, parse_constant=_refused)
        return evaluated(loaded)
    except RecursionError:
        raise RefusedError("jsondecode() of what is nested so deeply is not followed") from None
    except ValueError as error:
        raise EvaluationError(f"jsondecode() cannot read this: {str(error)[:120]}") from None


def _yamldecode(arguments: Sequence[Evaluated], around: Surroundings) -> Evaluated:
    try:
        return placeless(read_yaml("the text", text(arguments[0]).encode()))
    except RemediatorError as error:  # which Terraform may read all the same
        return unknown_call("yamldecode", arguments, f"yamldecode(): {error}")


def placeless(value: Evaluated) -> Evaluated:
    """The value without the places of a text that is no file."""
    data = value.data
    if isinstance(data, Fields):
        data = Fields({key: placeless(inner) for key, inner in data.fields.items()})
    elif isinstance(data, Items):
        data = Items(tuple(map(placeless, data.items)))
    return Evaluated(data, sensitive=value.sensitive)


def _refused(name: str) -> Decimal:
    raise ValueError(f"{name} is no number of JSON")


def evaluated(value: Json) -> Evaluated:
    """Plain data as a value without places."""
    if isinstance(value, str):
        return Evaluated(whole_characters(value))
    if isinstance(value, Decimal):
        return as_number(Evaluated(str(value)))
    if isinstance(value, bool) or value is None:
        return Evaluated(value)
    if isinstance(value, Mapping):
        return Evaluated(Fields({whole_characters(key): evaluated(inner) for key, inner in value.items()}))
    return Evaluated(Items(tuple(evaluated(item) for item in value)))


def _base64decode(arguments: Sequence[Evaluated], around: Surroundings) -> Evaluated:
    try:
        return Evaluated(_decoded(text(arguments[0])).decode("utf-8"))
    except ValueError:
        raise EvaluationError("base64decode() cannot read this as text") from None


def _decoded(of: str) -> bytes:
    return base64.b64decode(of.replace("\r", "").replace("\n", ""), validate=True)


_ENCODINGS = {
    "utf-8": "utf-8",
    "utf-16le": "utf-16-le",
    "utf-16be": "utf-16-be",
    "iso-8859-1": "latin-1",
    "windows-1252": "cp1252",
}
"""Python's names of the encodings that are followed, by those of IANA."""


def _textencode(arguments: Sequence[Evaluated], around: Surroundings) -> Evaluated:
    encoding = _ENCODINGS.get(text(arguments[1]).lower())
    if encoding is None:
        return unknown_call("textencodebase64", arguments, "this encoding is not followed")
    try:
        return Evaluated(base64.b64encode(text(arguments[0]).encode(encoding)).decode())
    except ValueError:
        raise EvaluationError("textencodebase64() cannot write this in the encoding") from None


def _textdecode(arguments: Sequence[Evaluated], around: Surroundings) -> Evaluated:
    encoding = _ENCODINGS.get(text(arguments[1]).lower())
    if encoding is None:
        return unknown_call("textdecodebase64", arguments, "this encoding is not followed")
    try:
        raw = _decoded(text(arguments[0]))
    except ValueError:
        raise EvaluationError("textdecodebase64() cannot read this") from None
    try:
        return Evaluated(raw.decode(encoding))
    except ValueError:
        return unknown_call("textdecodebase64", arguments, "bytes that stand for no character are not followed")


def _uuidv5(arguments: Sequence[Evaluated], around: Surroundings) -> Evaluated:
    try:
        namespace = _NAMESPACES.get(text(arguments[0])) or uuid.UUID(text(arguments[0]))
    except ValueError:
        raise EvaluationError("uuidv5() does not know the namespace") from None
    return Evaluated(str(uuid.uuid5(namespace, text(arguments[1]))))


def _of(function: Callable[[bytes], str]) -> Signature:
    def call(arguments: Sequence[Evaluated], around: Surroundings) -> Evaluated:
        return sized(function(text(arguments[0]).encode()))

    return Signature(call, 1, 1)


ENCODING: Mapping[str, Signature] = {
    "base64decode": Signature(_base64decode, 1, 1),
    "base64encode": _of(lambda of: base64.b64encode(of).decode()),
    "base64sha256": _of(lambda of: base64.b64encode(hashlib.sha256(of).digest()).decode()),
    "base64sha512": _of(lambda of: base64.b64encode(hashlib.sha512(of).digest()).decode()),
    "csvdecode": Signature(csvdecode, 1, 1),
    "jsondecode": Signature(_jsondecode, 1, 1),
    "jsonencode": Signature(_jsonencode, 1, 1, takes_unknown=True),
    "md5": _of(lambda of: hashlib.md5(of, usedforsecurity=False).hexdigest()),
    "sha1": _of(lambda of: hashlib.sha1(of, usedforsecurity=False).hexdigest()),
    "sha256": _of(lambda of: hashlib.sha256(of).hexdigest()),
    "sha512": _of(lambda of: hashlib.sha512(of).hexdigest()),
    "textdecodebase64": Signature(_textdecode, 2, 2),
    "textencodebase64": Signature(_textencode, 2, 2),
    "urlencode": _of(lambda of: quote_plus(of.decode(), safe="-_.~")),
    "uuidv5": Signature(_uuidv5, 2, 2),
    "yamldecode": Signature(_yamldecode, 1, 1),
}
