"""What Terraform complains about, and which expression of a shadow it means."""

import posixpath
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pydantic import BaseModel, ValidationError

from remediator.iac.terraform.shadow.shadow import Shadow
from remediator.iac.terraform.shadow.spots import Kind, Spot

__all__ = ["Complaint", "blamed", "complaints", "plain_complaints"]

_PLAIN = re.compile(
    r"Error: (?P<summary>[^\n]+)\n(?P<body>.*?)\n\s*on (?P<file>\S+) line (?P<line>\d+)(?:, in [^\n]*)?:", re.DOTALL
)
_VARIABLE = re.compile(r"\bvar\.([\w-]+)")
_FRAME = re.compile(r"^[\s╷│╵|]+", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Complaint:
    """An error; `file` as seen from the root's folder and empty where Terraform names none, lines from 1."""

    summary: str
    detail: str
    file: str
    line: int


class _Position(BaseModel):
    line: int


class _Range(BaseModel):
    filename: str
    start: _Position


class _Diagnostic(BaseModel):
    severity: str
    summary: str
    detail: str = ""
    range: _Range | None = None


class _Line(BaseModel):
    diagnostic: _Diagnostic | None = None


def complaints(output: bytes) -> tuple[Complaint, ...]:
    """The errors in what a command prints with `-json`."""
    return tuple(_read(output))


def _read(output: bytes) -> Iterator[Complaint]:
    for line in output.splitlines():
        if b'"diagnostic"' not in line:
            continue
        try:
            found = _Line.model_validate_json(line).diagnostic
        except ValidationError:
            continue
        if found is not None and found.severity == "error":
            file, at = (found.range.filename, found.range.start.line) if found.range else ("", 0)
            yield Complaint(found.summary, found.detail, file, at)


def plain_complaints(output: bytes) -> tuple[Complaint, ...]:
    """The errors in what a command prints for people, those that name a place."""
    text = _FRAME.sub("", output.decode("utf-8", "replace"))
    return tuple(
        Complaint(match["summary"], "", match["file"], int(match["line"])) for match in _PLAIN.finditer(f"{text}\n")
    )


def blamed(shadow: Shadow, found: Sequence[Complaint], secret: bool = False) -> dict[Spot, str]:
    """The expressions that Terraform cannot evaluate, with its reason; empty where it names no place of the shadow.

    With `secret` the reason is but its heading, since what comes behind may show a value that the code hides.
    """
    blame: dict[Spot, str] = {}
    for complaint in found:
        spot = _spot(shadow, complaint)
        if spot is not None:
            detail = "" if secret else complaint.detail.split("\n")[0]
            blame.setdefault(spot, f"Terraform says: {complaint.summary}{f': {detail}' if detail else ''}"[:400])
    return blame


def _spot(shadow: Shadow, complaint: Complaint) -> Spot | None:
    lines = shadow.lines.get(posixpath.normpath(posixpath.join(shadow.root, complaint.file)), ())
    if 0 < complaint.line <= len(lines):
        return lines[complaint.line - 1]
    named = _VARIABLE.search(complaint.detail) or _VARIABLE.search(complaint.summary)
    return Spot(shadow.root, Kind.VARIABLE, named[1]) if named else None
