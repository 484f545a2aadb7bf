"""What a resource that Terraform did not make tells of the code that it comes from."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from remediator.model import Resource, Role

__all__ = ["SHORTEST", "Clue", "Form", "clues"]

SHORTEST = 6
"""Characters of a name that is not a common word."""
_ORDINAL = re.compile(r"-\d+$")
_TRACE = re.compile(r"[0-9A-Fa-f-]{8,36}")
"""What Yor writes is a UUID; a shorter word would be found anywhere."""


class Form(StrEnum):
    """What a place must look like to be the one."""

    TRACE = "the word by itself on a line"
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
        yield Clue(trace, Form.TRACE, Role.TAGGED)
    yield from _of_launcher(resource)
    name = resource.tags.text("Name") or ""
    if len(name) >= SHORTEST:
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
