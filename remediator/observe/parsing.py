"""An answer that is no JSON, as of a proxy, is an error: botocore takes it for one in which nothing is told."""

import json
from collections.abc import Mapping
from typing import Protocol

from botocore.model import OperationModel
from botocore.parsers import ResponseParserError

_PROTOCOLS = ("json", "rest-json")


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
