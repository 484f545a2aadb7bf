"""What people start, and forget, as a whole: a workspace, a state, a module call, or all that carries one tag."""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from enum import StrEnum

from remediator.model.resources import Resource
from remediator.model.state import StateResource

_STEP = re.compile(r'module\.[^.\[]+(?:\["(?:[^"\\]|\\.)*"\]|\[\d+\])?')


EXPERIMENT_TAGS = ("experiment", "experiment-id", "experiment_id", "run-id", "run_id", "sweep")
"""Keys of tags whose value names an experiment, unless others are configured."""


class Bound(StrEnum):
    """What holds an experiment together, the widest first."""

    STATE = "state"
    WORKSPACE = "workspace"
    MODULE = "module"
    TAG = "tag"


@dataclass(frozen=True, slots=True)
class Experiment:
    """Resources that were started together; its identity does not change as members come and go.

    `name` is the root of a state, the name of a workspace, the address of a module call with its key, or `key=value`
    of a tag. `repository`, `root` and `workspace` are those of the state, all empty where no state holds the members.
    """

    bound: Bound
    name: str
    account: str
    repository: str = ""
    root: str = ""
    workspace: str = ""

    def __str__(self) -> str:
        """As it stands in a sentence: `module.sweep["7"]`, `workspace sweep-7`."""
        return self.name if self.bound is Bound.MODULE else f"{self.bound} {self.name}"

    @property
    def identity(self) -> tuple[str, ...]:
        """What tells it from every other."""
        return (self.bound, self.name, self.account, self.repository, self.root, self.workspace)

    def holds(self, entry: StateResource) -> bool:
        """Whether an entry of a state is a member by its place there; tags of what was not observed are not known."""
        at = entry.at
        if self.bound is Bound.TAG or (at.repository, at.root, at.workspace) != (
            self.repository,
            self.root,
            self.workspace,
        ):
            return False
        return self.bound is not Bound.MODULE or at.module == self.name or at.module.startswith(f"{self.name}.")


def experiments_of(
    resource: Resource, declared: StateResource | None, tags: Collection[str] = ()
) -> Iterator[Experiment]:
    """Every experiment that a resource may be a member of, the widest first; `tags` are the keys that name one."""
    code = ("", "", "")
    if declared is not None:
        at = declared.at
        code = (at.repository, at.root, at.workspace)
        whole = at.root if at.workspace == "default" else at.workspace
        yield Experiment(Bound.STATE if at.workspace == "default" else Bound.WORKSPACE, whole, resource.account, *code)
        yield from (Experiment(Bound.MODULE, path, resource.account, *code) for path in _calls(at.module))
    for key in sorted(tags):
        value = resource.tags.get(key)
        if isinstance(value, str) and value:
            yield Experiment(Bound.TAG, f"{key}={value}", resource.account, code[0])


def _calls(module: str) -> Iterator[str]:
    """The module calls on the way to a module, outermost first."""
    return (module[: step.end()] for step in _STEP.finditer(module))
