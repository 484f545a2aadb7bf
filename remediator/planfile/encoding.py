"""The plan file as bytes: the same plan gives the same bytes, and what is read is checked before it is believed."""

import hashlib
import json

from pydantic import JsonValue, ValidationError

from remediator.errors import RemediatorError
from remediator.planfile.document import SCHEMA_ID, SCHEMA_VERSION, PlanFile

MAX_BYTES = 5 * 1024 * 1024
"""The largest plan file that is read: a hundred times what a plan of a hundred resources needs."""

_SENTENCES = 3
"""How many of a file's faults are told; the first ones are enough to see what is wrong."""


def dump(plan: PlanFile) -> bytes:
    """The plan file's bytes: JSON in UTF-8, members in the order of the schema, indented, ending in a newline."""
    return plan.model_dump_json(indent=2).encode() + b"\n"


def load(raw: bytes, name: str) -> PlanFile:
    """The plan file in `raw`; `name` is how errors call it.

    Raises RemediatorError when it is too large, not JSON, of another version, not what the schema says, or was
    changed after it was written.
    """
    if len(raw) > MAX_BYTES:
        raise RemediatorError(f"{name} is larger than {MAX_BYTES} bytes, which no plan file is; name another file")
    version = _version(raw, name)
    if version != SCHEMA_VERSION:
        raise RemediatorError(
            f"{name} has schema_version {json.dumps(version)[:40]}, and this remediator reads {SCHEMA_VERSION}; use "
            "the version of remediator that wrote it, or run again to have it written anew"
        )
    try:
        plan = PlanFile.model_validate_json(raw)
    except ValidationError as error:
        raise RemediatorError(f"{name} is not a plan file: {_told(error)}; have it written anew") from error
    if plan.content_sha256 != content_hash(plan):
        raise RemediatorError(f"{name} was changed after it was written (content_sha256 differs); have it written anew")
    return plan


def content_hash(plan: PlanFile) -> str:
    """The SHA-256 of everything in the plan file but the hash itself."""
    content = plan.model_dump(mode="json", exclude={"content_sha256"})
    canonical = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(canonical.encode()).hexdigest()


def schema() -> dict[str, JsonValue]:
    """The JSON Schema (2020-12) of version 1."""
    described = PlanFile.model_json_schema(mode="serialization")
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "$id": SCHEMA_ID, **described}


def _version(raw: bytes, name: str) -> JsonValue:
    try:
        read: JsonValue = json.loads(raw)
    except (ValueError, RecursionError) as error:
        raise RemediatorError(f"{name} is not JSON ({str(error)[:100]}); name a plan file") from error
    return read.get("schema_version") if isinstance(read, dict) else None


def _told(error: ValidationError) -> str:
    faults = error.errors(include_url=False, include_input=False, include_context=False)
    told = [f"{'.'.join(map(str, fault['loc']))[:100]}: {fault['msg'][:200]}" for fault in faults[:_SENTENCES]]
    more = len(faults) - len(told)
    return "; ".join(told) + (f"; and {more} more" if more > 0 else "")
