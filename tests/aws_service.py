"""AWS services that no emulator offers, scripted, on loopback, and held to botocore's own models of them.

A request that a model does not know, and an answer that the API would not give, are refused; so neither can drift.
Services that botocore speaks JSON to (`json`, `rest-json`) can be scripted. Words of an enumeration are not held to it:
AWS answers beyond its own (`OVER_PROVISIONED`, where the model says `Overprovisioned`).
"""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import unquote

from botocore.exceptions import UnknownServiceError
from botocore.loaders import Loader
from botocore.model import OperationModel, ServiceModel, Shape
from botocore.parsers import JSONParser
from botocore.serialize import JSONSerializer
from botocore.validate import ParamValidator

from tests.deliver.http_service import Reply, Request, Service

Params = Mapping[str, object]

_COMMON = {"AccessDeniedException", "InternalFailure", "RequestExpired", "ServiceUnavailable", "ThrottlingException"}
_COMMON |= {"ExpiredTokenException", "OptInRequired", "UnrecognizedClientException", "ValidationException"}
"""Errors that any service may answer with.

https://docs.aws.amazon.com/awsaccountbilling/latest/aboutv2/CommonErrors.html
"""


@dataclass(frozen=True)
class Error:
    """What an operation refuses with."""

    code: str
    message: str = "scripted"
    status: int = 400


@dataclass(frozen=True)
class Call:
    """A call that was made, with its parameters as the client's caller wrote them."""

    service: str
    operation: str
    params: Params


Answer = Params | Error
Script = Callable[[Params], Answer]


class ScriptedAws:
    """What AWS answers, by operation; `url` is the endpoint of every service."""

    def __init__(self) -> None:
        self.calls: list[Call] = []
        self.problems: list[str] = []
        self._loader = Loader()
        self._scripts: dict[tuple[str, str], tuple[OperationModel, Script]] = {}
        self._http = Service(self._reply)
        self.url = self._http.url

    def close(self) -> None:
        """Stop; what was asked or answered against the models fails the test here."""
        self._http.close()
        assert not self.problems, "\n".join(self.problems)

    def answer(self, service: str, operation: str, *answers: Answer) -> None:
        """Answer each call with the next of these, and with the last from there on."""
        self._hold(service, operation, answers)
        left = list(answers)
        self.compute(service, operation, lambda _: left.pop(0) if len(left) > 1 else left[0])

    def compute(self, service: str, operation: str, script: Script) -> None:
        """Answer each call with what a function makes of its parameters."""
        self._scripts[service, operation] = self._model(service, operation), script

    def pages(self, service: str, operation: str, pages: Sequence[Params]) -> None:
        """Answer with pages, each of which holds the token of the next."""
        asked, answered = self._tokens(service, operation)
        self._hold(service, operation, pages)

        def page(params: Params) -> Answer:
            at = int(str(params.get(asked, 0)))
            return {**pages[at], **({answered: str(at + 1)} if at + 1 < len(pages) else {})}

        self.compute(service, operation, page)

    def asked(self, operation: str) -> list[Params]:
        """The parameters of every call of an operation, in order."""
        return [call.params for call in self.calls if call.operation == operation]

    def _hold(self, service: str, operation: str, answers: Sequence[Answer]) -> None:
        for answer in answers:
            assert not (wrong := _wrong(self._model(service, operation), answer)), wrong

    def _model(self, service: str, operation: str) -> OperationModel:
        model = ServiceModel(self._loader.load_service_model(service, "service-2"), service)
        assert model.resolved_protocol in ("json", "rest-json"), f"{service} speaks {model.resolved_protocol}"
        found = model.operation_model(operation)
        if found.output_shape is not None:
            odd = [n for n, m in found.output_shape.members.items() if "location" in m.serialization]
            assert not odd and "payload" not in found.output_shape.serialization, f"{operation} answers not only a body"
        return found

    def _tokens(self, service: str, operation: str) -> tuple[str, str]:
        try:
            known = self._loader.load_service_model(service, "paginators-1")["pagination"][operation]
            return known["input_token"], known["output_token"]
        except (KeyError, UnknownServiceError):
            model = self._model(service, operation)
            shapes = (model.input_shape, model.output_shape)
            asked, answered = (next(n for n in shape.members if n.lower() == "nexttoken") for shape in shapes)
            return asked, answered

    def _reply(self, request: Request) -> Reply:
        for (service, operation), (model, script) in self._scripts.items():
            wire = _meant(request, model)
            if wire is None:
                continue
            params, problem = _read(wire, model)
            self.calls.append(Call(service, operation, params))
            answer = Error("InternalFailure", problem, 500) if problem else script(params)
            problem = problem or _wrong(model, answer)
            if problem:
                self.problems.append(f"{service} {operation}: {problem}")
                answer = Error("InternalFailure", problem, 500)
            return _written(model, answer)
        self.problems.append(
            f"{request.method} {request.path} {request.headers.get('X-Amz-Target', '')} is not scripted"
        )
        return Reply(500, {"__type": "InternalFailure", "message": self.problems[-1]})


def _meant(request: Request, model: OperationModel) -> Params | None:
    """The members of a request by the names that they are sent under; None where it calls another operation."""
    body = request.body if isinstance(request.body, dict) else {}
    metadata = model.service_model.metadata
    if model.service_model.resolved_protocol == "json":
        target = f"{metadata['targetPrefix']}.{model.name}"
        return body if request.headers.get("X-Amz-Target") == target else None
    path = model.http["requestUri"].partition("?")[0]
    pattern = re.sub(r"\\{(\w+)(\\\+)?\\}", r"(?P<\1>[^/]+)", re.escape(path))
    found = re.fullmatch(pattern, request.path)
    if found is None or request.method != model.http["method"]:
        return None
    return body | request.query | {name: unquote(value) for name, value in found.groupdict().items()}


def _read(wire: Params, model: OperationModel) -> tuple[Params, str]:
    """The parameters as a caller writes them, and what the model does not know of them."""
    shape = model.input_shape
    if shape is None:
        return {}, f"takes no {sorted(wire)}" if wire else ""
    params = JSONParser()._parse_shape(shape, wire)
    report = ParamValidator().validate(params, shape)
    if report.has_errors():
        return params, report.generate_report()
    return params, "" if _sent(params, shape) == wire else f"{wire} is not what the model knows: {params}"


def _wrong(model: OperationModel, answer: Answer) -> str:
    """Why the API would not give an answer; empty where it would."""
    if isinstance(answer, Error):
        known = _COMMON | {shape.name for shape in model.error_shapes}
        return "" if answer.code in known else f"{answer.code} is no error of {model.name}; known are {sorted(known)}"
    if model.output_shape is None:
        return f"{model.name} answers nothing" if answer else ""
    report = ParamValidator().validate(answer, model.output_shape)
    return str(report.generate_report()) if report.has_errors() else ""


def _written(model: OperationModel, answer: Answer) -> Reply:
    if isinstance(answer, Error):
        return Reply(answer.status, {"__type": answer.code, "message": answer.message})
    return Reply(200, _sent(answer, model.output_shape) if model.output_shape else {})


def _sent(value: Params, shape: Shape) -> object:
    """A structure as it is sent, its members by the names of the wire."""
    sent: dict[str, object] = {}
    JSONSerializer()._serialize(sent, value, shape)
    return json.loads(json.dumps(sent))
