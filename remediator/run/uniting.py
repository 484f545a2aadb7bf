"""The edits of all parts of a whole as one: drafted apart, joined, and evaluated again together."""

from collections.abc import Sequence
from dataclasses import replace

from remediator.config import RootConfig
from remediator.edit.drafted import Draft
from remediator.edit.edits import apply_edits
from remediator.edit.together import joined
from remediator.errors import RemediatorError
from remediator.iac.terraform.configuration.code import Code, labelled
from remediator.iac.terraform.configuration.difference import Difference
from remediator.model import Change, Edit

__all__ = ["united"]


def united(wanted: Sequence[tuple[Change, RootConfig]], drafts: Sequence[Draft | str], code: Code) -> list[Draft | str]:
    """The drafts, those of one whole with the edits of all its parts; with a doubt where these do more than meant.

    A draft that failed is a sentence, which the other parts of its whole have for a doubt.
    """
    found = list(drafts)
    wholes: dict[str, list[int]] = {}
    failed: dict[str, str] = {}
    for at, (change, _) in enumerate(wanted):
        made = drafts[at]
        if change.whole is None:
            continue
        if isinstance(made, str):
            failed[change.fingerprint] = made
        elif not made.settled:
            wholes.setdefault(change.fingerprint, []).append(at)
    for fingerprint, members in wholes.items():
        parts = [(at, wanted[at][1], part) for at in members if isinstance(part := drafts[at], Draft)]
        edits = joined(edit for _, _, part in parts for edit in part.edits)
        if any(part.doubts for _, _, part in parts) or all(set(part.edits) == set(edits) for _, _, part in parts):
            doubt, edits = None, ()
        else:
            doubt = _doubt([(root, part) for _, root, part in parts], edits, code)
        if fingerprint in failed:
            doubt = f"a part of it could not be drafted: {failed[fingerprint]}"
        for at, _, part in parts:
            if doubt is not None:
                found[at] = replace(part, doubts=(*part.doubts, doubt))
            elif edits:
                found[at] = replace(part, edits=edits, alone=False)
    return found


def _doubt(parts: Sequence[tuple[RootConfig, Draft]], edits: Sequence[Edit], code: Code) -> str | None:
    """Why the edits together are not what each of them is; None where they are."""
    try:
        contents = apply_edits({edit.path: code.text(edit.path) for edit in edits}, edits)
    except RemediatorError as error:
        return str(error)
    reached = code.reached(contents)
    if isinstance(reached, str):
        return f"what all its parts change together is not known: {reached}"
    for root, difference in reached:
        if not any(_meant(root, difference, own, part) for own, part in parts):
            return f"all its parts together would also change {labelled(root, difference.address, parts[0][0])}"
    return None


def _meant(root: RootConfig, difference: Difference, own: RootConfig, part: Draft) -> bool:
    name = labelled(root, difference.address, own)
    attribute = difference.attribute.split(".")[0]
    return name in part.together or any(
        name == expected.address and (attribute in expected.attributes or not expected.attributes)
        for expected in part.evaluated
    )
