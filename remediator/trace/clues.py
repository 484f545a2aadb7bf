"""What a resource that Terraform did not make tells of the code that it comes from, and where that code stands."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from remediator.model import Resource, Role

__all__ = ["PATTERNS", "Clue", "Form", "clues", "lines"]

PATTERNS = ("*.yaml", "*.yml", "*.json", "*.tf", "*.tofu", "*.tfvars", "*.tpl", "*.hcl", "*.template")
"""The files that controllers are configured in, and that describe stacks."""

_NEAR = 15
"""Lines between the kind of a manifest and its name: metadata comes first, with a few labels."""
_SHORTEST = 6
"""Characters of a name that is not a common word."""
_ORDINAL = re.compile(r"-\d+$")
_TRACE = re.compile(r"[0-9A-Fa-f-]{8,36}")
"""What Yor writes is a UUID; a shorter word would be found anywhere."""
_KIND = re.compile(r"""["']?kind["']?\s*[:=]\s*["']?(\w+)["']?""")
_TYPE = re.compile(r"""["']?Type["']?\s*:\s*["']?(AWS|Alexa|Custom)::""")


class Form(StrEnum):
    """What a place must look like to be the one."""

    LINE = "the word on a line"
    QUOTED = "the word as a whole string"
    CLUSTER = "the name of a cluster of Ray"
    MANIFEST = "a manifest of Kubernetes"
    STACK = "a resource of a template of CloudFormation"


@dataclass(frozen=True, slots=True)
class Clue:
    """A word to look for and what must stand around it; `kind` is that of a manifest, `stack` the name of a stack.

    `role` is what a place found by it is; None where it is but a hint, since it may as well be another's.
    """

    word: str
    form: Form
    role: Role | None
    kind: str = ""
    stack: str = ""


def clues(resource: Resource) -> Iterator[Clue]:
    """What to look for, the surest first."""
    trace = resource.tags.text("yor_trace") or ""
    if _TRACE.fullmatch(trace):
        yield Clue(trace, Form.LINE, Role.TAGGED)
    yield from _of_launcher(resource)
    name = resource.tags.text("Name") or ""
    if len(name) >= _SHORTEST:
        yield Clue(name, Form.QUOTED, None)


def _of_launcher(resource: Resource) -> Iterator[Clue]:
    by = resource.launched_by
    if by is None or not by.name:
        return
    match by.part:
        case "node pool":
            yield Clue(by.name, Form.MANIFEST, Role.CONTROLLER, "NodePool")
        case "provisioner":
            yield Clue(by.name, Form.MANIFEST, Role.CONTROLLER, "Provisioner")
        case "volume claim":
            yield Clue(by.name, Form.MANIFEST, Role.CONTROLLER, "PersistentVolumeClaim")
            # The claims of a StatefulSet are called TEMPLATE-SET-ORDINAL, and either name may have dashes.
            parts = _ORDINAL.sub("", by.name).split("-")
            if _ORDINAL.search(by.name):
                for at in range(1, len(parts)):
                    yield Clue("-".join(parts[at:]), Form.MANIFEST, Role.CONTROLLER, "StatefulSet")
        case "stack":
            if logical := resource.tags.text("aws:cloudformation:logical-id"):
                # Templates of different stacks have resources of one name, such as `Instance`.
                yield Clue(logical, Form.STACK, Role.CONTROLLER, stack=by.name)
                yield Clue(logical, Form.STACK, None)
        case "cluster" if by.controller == "Ray":
            yield Clue(by.name, Form.CLUSTER, Role.CONTROLLER)


def lines(clue: Clue, rows: Sequence[str], path: str = "") -> Iterator[int]:
    """The lines of a file, from 1, that a clue leads to."""
    if clue.stack not in path and not any(clue.stack in row for row in rows):
        return
    word = re.escape(clue.word)
    found = ((at, row.strip()) for at, row in enumerate(rows) if clue.word in row)
    match clue.form:
        case Form.LINE:
            yield from (at + 1 for at, _ in found)
        case Form.QUOTED:
            quoted = re.compile(rf"""["']{word}["']|:\s+{word}$""")
            yield from (at + 1 for at, row in found if quoted.search(row))
        case Form.CLUSTER:
            cluster = re.compile(rf"""["']?cluster_name["']?\s*[:=]\s*["']?{word}["']?""")
            yield from (at + 1 for at, row in found if cluster.fullmatch(_entry(row)))
        case Form.MANIFEST:
            name = re.compile(rf"""["']?name["']?\s*[:=]\s*["']?{word}["']?""")
            named = (_kind_above(rows, at, clue.kind) for at, row in found if name.fullmatch(_entry(row)))
            yield from dict.fromkeys(at + 1 for at in named if at is not None)
        case Form.STACK:
            head = re.compile(rf"""["']?{word}["']?\s*:\s*\{{?""")
            heads = (at for at, row in found if head.fullmatch(row))
            yield from (at + 1 for at in heads if any(_TYPE.match(row.strip()) for row in rows[at + 1 : at + 4]))


def _entry(row: str) -> str:
    """A line without the comma that ends an entry in JSON; patterns that allowed for it would try every blank."""
    return row.removesuffix(",").rstrip()


def _kind_above(rows: Sequence[str], at: int, kind: str) -> int | None:
    """The line, from 0, of the kind of the manifest that a name stands in, where it is the kind that is sought."""
    for above in range(at - 1, max(at - _NEAR, 0) - 1, -1):
        if rows[above].startswith("---"):
            return None
        if found := _KIND.fullmatch(_entry(rows[above].strip())):
            return above if found[1] == kind else None
    return None
