"""A plan file as it stands in a body: the same JSON, in letters that no forge takes for markup."""

import json
from typing import Final

from pydantic import JsonValue

from remediator.deliver.disclosure import Shown, discreet, masked
from remediator.deliver.escape import Markup
from remediator.model import Plan
from remediator.planfile import PlanFile, to_planfile
from remediator.planfile.encoding import content_hash
from remediator.planfile.text import clean

_CODE: Final = frozenset({"text", "old_text", "new_text", "path", "paths", "allowed_paths"})
"""Members whose texts quote what is edited, which its diff shows too; changed, the edits would not apply."""

_TABLE: Final = str.maketrans(
    {"<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "@": "\\u0040", "#": "\\u0023", "`": "\\u0060", "~": "\\u007e"}
)


def disclosed(plan: Plan, shown: Shown) -> PlanFile:
    """The plan's file as an audience is shown it: masked in all but the code that it edits."""
    whole = to_planfile(discreet(plan, shown))
    content: JsonValue = whole.model_dump(mode="json")
    kept = _masked(content, shown.of(plan))
    if kept == content:
        return whole
    file = PlanFile.model_validate_json(json.dumps(kept))
    return file.model_copy(update={"content_sha256": content_hash(file)})


def folded(plan: PlanFile) -> Markup:
    """The plan file as the lines of a fenced block: what parses it reads a valid plan file.

    Outside ASCII everything is written by number, so that no letter turns the direction of what is shown. A brace
    follows another only within text, since JSON that is indented breaks the line between its own.
    """
    lines = json.dumps(plan.model_dump(mode="json"), indent=1)
    return Markup(
        lines.translate(_TABLE).replace("{{", "{\\u007b").replace("{%", "{\\u0025").replace("://", ":\\u002f/")
    )


def _masked(value: JsonValue, shown: Shown) -> JsonValue:
    match value:
        case str():
            text = masked(value, shown)
            return value if text == value else clean(text, len(value))
        case list():
            return [_masked(item, shown) for item in value]
        case dict():
            return {key: item if _quotes(key, item) else _masked(item, shown) for key, item in value.items()}
        case _:
            return value


def _quotes(key: str, item: JsonValue) -> bool:
    """Whether a member is code that is edited; what else is untrusted is a table of its own, even under such a key."""
    return key == "diff" or (key in _CODE and not isinstance(item, dict))
