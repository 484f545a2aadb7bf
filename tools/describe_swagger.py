"""Turns what GitLab says of itself, which is Swagger 2.0 that Grape writes, into OpenAPI 3.0, by name and type.

Of an answer Grape calls a string whatever it was not told the type of, and one thing what is a list of them: there a
string may be anything, a reference also a list, everything nothing. Names are all there are.
"""

from collections.abc import Sequence

Json = dict[str, "Json"] | list["Json"] | str | int | float | bool | None
Table = dict[str, Json]

_ANSWER = "API_Entities_"
_TYPE = ("type", "enum", "items")
_SINCE = {"API_Entities_UserBasic": ("bot",)}
"""What GitLab 19.5's own description has besides, of an author."""


def opened(whole: Table) -> Table:
    """The description as OpenAPI 3.0."""
    schemas = {name: _entity(made, _SINCE.get(name, ())) if name.startswith(_ANSWER) else _moved(made)
               for name, made in whole["definitions"].items()}  # fmt: skip
    paths = {path: {method: _operation(one) for method, one in item.items()} for path, item in whole["paths"].items()}
    return {"openapi": "3.0.0", "info": whole["info"], "paths": paths, "components": {"schemas": schemas}}


def _operation(told: Table) -> Table:
    parameters: list[Json] = []
    made: Table = {"parameters": parameters, "responses": {}}
    for parameter in told.get("parameters", []):
        if parameter["in"] == "body":
            schema = _moved(parameter["schema"])
            made["requestBody"] = {"content": {"application/json": {"schema": schema}}}
            continue
        schema = {key: parameter[key] for key in _TYPE if key in parameter}
        names = (parameter["name"], f"{parameter['name']}[]") if schema.get("type") == "array" else (parameter["name"],)
        parameters += [{"name": name, "in": parameter["in"], "schema": schema} for name in names]
    for status, answer in told["responses"].items():
        holder = {"content": {"application/json": {"schema": _loose(answer["schema"])}}} if "schema" in answer else {}
        made["responses"][status] = holder
    return made


def _entity(schema: Table, since: Sequence[str]) -> Table:
    """What an answer holds: no other names than these."""
    names: Table = {name: _loose(made) for name, made in schema.get("properties", {}).items()}
    names |= {name: {} for name in since}
    return {"type": "object", "properties": names, "additionalProperties": False}


def _loose(schema: Table) -> Table:
    if "$ref" in schema:
        one = _moved(schema)
        return {"anyOf": [one, {"type": "array", "items": one}, {"enum": [None]}]}
    if schema.get("type") == "array":
        return {"type": "array", "items": _loose(schema.get("items", {})), "nullable": True}
    kind = schema.get("type")
    return {} if kind in (None, "string", "object") else {"type": kind, "nullable": True}


def _moved(schema: Json) -> Json:
    """A schema whose references are to where OpenAPI 3.0 has them."""
    if isinstance(schema, list):
        return [_moved(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    if isinstance(at := schema.get("$ref"), str):
        return {"$ref": at.replace("#/definitions/", "#/components/schemas/")}
    return {key: _moved(part) for key, part in schema.items()}
