"""What a resource that Terraform did not make tells of the code that it comes from, and where that code stands."""

import re
from collections.abc import Iterator
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


class Form(StrEnum):
    """What a place must look like to be the one."""

    LINE = "the word on a line"
    QUOTED = "the word as a whole string"
    CLUSTER = "the name of a cluster of Ray"
    MANIFEST = "a manifest of Kubernetes"
    STACK = "a resource of a template of CloudFormation"


@dataclass(frozen=True, slots=True)
class Clue:
    """A word to look for and what must stand around it; `kind` is that of a manifest.

    `role` is what a place found by it is; None where it is but a hint, since it may as well be another's.
    """

    word: str
    form: Form
    role: Role | None
    kind: str = ""


def clues(resource: Resource) -> Iterator[Clue]:
    """What to look for, the surest first."""
    if trace := resource.tags.text("yor_trace"):
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
                yield Clue(logical, Form.STACK, Role.CONTROLLER)
        case "cluster" if by.controller == "Ray":
            yield Clue(by.name, Form.CLUSTER, Role.CONTROLLER)


def lines(clue: Clue, text: str) -> Iterator[int]:
    """The lines of a file, from 1, that a clue leads to."""
    word = re.escape(clue.word)
    match clue.form:
        case Form.LINE:
            pattern = re.compile(word)
        case Form.QUOTED:
            pattern = re.compile(rf"""["']{word}["']|:\s+{word}\s*$""")
        case Form.CLUSTER:
            pattern = re.compile(rf"""^\s*["']?cluster_name["']?\s*[:=]\s*["']?{word}["']?\s*,?\s*$""")
        case Form.MANIFEST:
            yield from _manifests(clue, text)
            return
        case Form.STACK:
            yield from _stacks(word, text)
            return
    yield from (at for at, line in enumerate(text.splitlines(), 1) if pattern.search(line))


def _manifests(clue: Clue, text: str) -> Iterator[int]:
    """The lines of manifests of the kind that have the name: in YAML, in JSON, and in HCL that writes either."""
    kind = re.compile(r"""^\s*["']?kind["']?\s*[:=]\s*["']?(\w+)["']?\s*,?\s*$""")
    name = re.compile(rf"""^\s*["']?name["']?\s*[:=]\s*["']?{re.escape(clue.word)}["']?\s*,?\s*$""")
    opened: int | None = None
    for at, line in enumerate(text.splitlines(), 1):
        if found := kind.match(line):
            opened = at if found[1] == clue.kind else None
        elif line.startswith("---"):
            opened = None
        elif opened is not None and at - opened <= _NEAR and name.match(line):
            yield opened
            opened = None


def _stacks(word: str, text: str) -> Iterator[int]:
    head = re.compile(rf"""^\s*["']?{word}["']?\s*:\s*\{{?\s*$""")
    type_ = re.compile(r"""^\s*["']?Type["']?\s*:\s*["']?(AWS|Alexa|Custom)::""")
    rows = text.splitlines()
    for at, line in enumerate(rows):
        if head.match(line) and any(type_.match(row) for row in rows[at + 1 : at + 4]):
            yield at + 1
