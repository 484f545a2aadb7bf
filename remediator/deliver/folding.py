"""A plan file as it stands in a body: the same JSON, in letters that no forge takes for markup."""

import json
from typing import Final

from pydantic import JsonValue

from remediator.deliver.escape import Markup
from remediator.planfile import PlanFile
from remediator.planfile.encoding import content_hash
from remediator.planfile.text import clean, redact

_CODE: Final = frozenset({"text", "old_text", "new_text", "diff", "path", "paths", "allowed_paths"})
"""Members that quote the repository, whose readers see it anyway; changed, the edits would not apply."""

_TABLE: Final = str.maketrans(
    {"<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "@": "\\u0040", "#": "\\u0023", "`": "\\u0060", "~": "\\u007e"}
)


def folded(plan: PlanFile) -> Markup:
    """The plan file as the lines of a fenced block: what parses it reads a valid plan file.

    Account ids, addresses and tokens are masked outside quoted code, for this is read by whoever reads the repository.
    Outside ASCII everything is written by number, so that no letter turns the direction of what is shown. A brace
    follows another only within text, since JSON that is indented breaks the line between its own.
    """
    lines = json.dumps(_masked(plan).model_dump(mode="json"), indent=1)
    return Markup(
        lines.translate(_TABLE).replace("{{", "{\\u007b").replace("{%", "{\\u0025").replace("://", ":\\u002f/")
    )


def _masked(plan: PlanFile) -> PlanFile:
    content: JsonValue = plan.model_dump(mode="json")
    shown = _hidden(content)
    if shown == content:
        return plan
    masked = PlanFile.model_validate_json(json.dumps(shown))
    return masked.model_copy(update={"content_sha256": content_hash(masked)})


def _hidden(value: JsonValue) -> JsonValue:
    match value:
        case str():
            masked = redact(value)
            return value if masked == value else clean(masked, len(value))
        case list():
            return [_hidden(item) for item in value]
        case dict():
            return {key: item if key in _CODE else _hidden(item) for key, item in value.items()}
        case _:
            return value
