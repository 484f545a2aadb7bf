"""A service's own OpenAPI description: holds requests and answers against it, and completes a fake's answers by it."""

import json
import re
from pathlib import Path

from graphql import build_schema, execute_sync, parse, validate
from jsonschema_rs import Draft4Validator

FOLDER = Path(__file__).with_name("openapi")
AT = "2026-11-23T12:00:00Z"
SAMPLES = {"date-time": AT, "uri": "https://example.com/x", "email": "x@example.com", "date": AT[:10]}


class Contract:
    """One description; `prefix` is what a path has before those that are described."""

    def __init__(self, service: str, prefix: str = "") -> None:
        self._whole = json.loads((FOLDER / f"{service}.json").read_text("utf-8"))
        self._components = _draft4(self._whole["components"])
        self._prefix = prefix
        self._paths = []
        for path, item in self._whole["paths"].items():
            pattern = re.sub(r"\\\{([^}]+)\\\}", lambda m: ".+" if m[1] == "ref" else "[^/]+", re.escape(path))
            self._paths.append((re.compile(pattern), item))
        self._validators: dict[str, Draft4Validator] = {}

    def problems(self, request, reply) -> list[str]:
        """What is wrong with a request and its answer, a sentence each."""
        where = f"{request.method} {request.path}"
        operation = self.operation(request)
        if operation is None:
            return [f"{where} is not described"]
        found = [f"{where}: {problem}" for problem in self._wrong_query(request, operation)]
        schema = self._json(self._resolved(operation.get("requestBody")))
        if schema is not None and not isinstance(request.body, bytes):
            found += [f"{where} was sent {error}" for error in self._errors(schema, request.body)]
        elif schema is None and request.body is not None and not isinstance(request.body, bytes):
            found.append(f"{where} takes no body, and was sent one")
        answer = self._answer(operation, reply.status)
        if answer is None:
            found.append(f"{where} never answers {reply.status}")
        elif (schema := self._json(answer)) is not None and reply.body is not None:
            found += [f"{where} was answered {error}" for error in self._errors(schema, reply.body)]
        return found

    def filled(self, request, reply):
        """The answer with everything that it must have and the fake does not care about."""
        operation = self.operation(request)
        answer = self._answer(operation, reply.status) if operation else None
        schema = self._json(answer)
        if schema is not None and reply.body is not None and reply.status < 300:
            reply.body = self._fill(schema, reply.body)
        return reply

    def operation(self, request):
        path = request.path.removeprefix(self._prefix)
        for pattern, item in self._paths:
            if pattern.fullmatch(path) and request.method.lower() in item:
                operation = item[request.method.lower()]
                return {**operation, "parameters": [*item.get("parameters", []), *operation.get("parameters", [])]}
        return None

    def _wrong_query(self, request, operation):
        known = [self._resolved(p) for p in operation["parameters"]]
        named = {p["name"]: p for p in known if p["in"] == "query"}
        yield from (f"takes no parameter {name}" for name in set(request.query) - set(named))
        yield from (
            f"needs the parameter {n}" for n, p in named.items() if p.get("required") and n not in request.query
        )
        for name, value in request.query.items():
            schema = self._resolved(named.get(name, {}).get("schema"))
            if schema and schema.get("type") == "integer" and not value.isdigit():
                yield f"the parameter {name} is no number: {value}"
            elif schema and "enum" in schema and value not in schema["enum"]:
                yield f"the parameter {name} cannot be {value}"

    def _answer(self, operation, status):
        responses = operation["responses"]
        return self._resolved(responses.get(str(status), responses.get("default")))

    def _resolved(self, value):
        while isinstance(value, dict) and "$ref" in value:
            _, _, kind, name = value["$ref"].split("/")
            value = self._whole["components"][kind][name]
        return value

    def _json(self, holder):
        content = (holder or {}).get("content", {})
        return content.get("application/json", {}).get("schema")

    def _errors(self, schema, body):
        key = json.dumps(schema, sort_keys=True)
        if key not in self._validators:
            self._validators[key] = Draft4Validator({**_draft4(schema), "components": self._components})
        for error in self._validators[key].iter_errors(body):
            yield f"at {'.'.join(map(str, error.instance_path)) or 'its top'}: {error.message[:200]}"

    def _fill(self, schema, value):
        schema = self._resolved(schema)
        told = schema.get("discriminator", {})
        if isinstance(value, dict) and value.get(told.get("propertyName")) in told.get("mapping", {}):
            return self._fill({"$ref": told["mapping"][value[told["propertyName"]]]}, value)
        for key in ("anyOf", "oneOf"):
            for option in schema.get(key, []):
                if self._fits(option, value):
                    return self._fill(option, value)
        for part in schema.get("allOf", []):
            value = self._fill(part, value)
        if isinstance(value, list) and "items" in schema:
            return [self._fill(schema["items"], item) for item in value]
        if not isinstance(value, dict):
            return value
        properties = schema.get("properties", {})
        missing = {
            name: self._least(properties.get(name, {})) for name in schema.get("required", ()) if name not in value
        }
        return {**missing, **{k: self._fill(properties[k], v) if k in properties else v for k, v in value.items()}}

    def _fits(self, schema, value) -> bool:
        kind = self._resolved(schema).get("type", "object")
        return isinstance(value, {"object": dict, "array": list, "string": str}.get(kind, object))

    def _least(self, schema):
        """The least value that a schema takes."""
        schema = self._resolved(schema)
        if not schema or (schema.get("nullable") and "type" in schema):
            return None
        if "enum" in schema:
            return schema["enum"][0]
        for key in ("anyOf", "oneOf", "allOf"):
            if key in schema:
                return self._least(schema[key][0])
        kind = schema.get("type", "object")
        if kind == "object":
            return {n: self._least(schema.get("properties", {}).get(n, {})) for n in schema.get("required", ())}
        simple = {
            "array": [],
            "boolean": False,
            "integer": schema.get("minimum", 0),
            "number": schema.get("minimum", 0),
        }
        return simple.get(kind, SAMPLES.get(schema.get("format"), "x"))


def _draft4(schema):
    """A schema of OpenAPI 3.0 as JSON Schema, draft 4, which it extends by `nullable`.

    https://spec.openapis.org/oas/v3.0.3#schema-object
    """
    if isinstance(schema, list):
        return [_draft4(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    made = {name: _draft4(part) for name, part in schema.items()}
    if made.get("nullable") is True and isinstance(made.get("type"), str):
        made["type"] = [made["type"], "null"]
    return made


class Questions:
    """GitHub's own GraphQL schema, as much of it as is asked for."""

    def __init__(self) -> None:
        self._schema = build_schema((FOLDER / "github.graphql").read_text("utf-8"), assume_valid=True)

    def problems(self, query: str, variables: dict, data: dict | None) -> list[str]:
        """What is wrong with a question, its variables and its answer, a sentence each."""
        document = parse(query)
        found = [error.message for error in validate(self._schema, document)]
        if data is not None and not found:
            done = execute_sync(
                self._schema, document, data, variable_values=variables, type_resolver=_kind, field_resolver=_resolve
            )
            found += [error.message for error in done.errors or []]
            found += [] if done.data == data else [f"asked for {done.data} and answered {data}"]
        return found


def _resolve(source, info, **_arguments):
    return source[info.path.key]


def _kind(value, info, kind) -> str:
    """Of an interface, the one type of it that is asked for; a commit status is told by its context."""
    if "context" in value:
        return "StatusContext"
    asked = getattr(kind, "fields", {}).keys()
    return next(t.name for t in info.schema.get_possible_types(kind) if t.fields.keys() >= asked)
