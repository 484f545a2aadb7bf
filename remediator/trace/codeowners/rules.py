"""The rules of a CODEOWNERS file and which of them decide for a path, whatever the dialect."""

from collections.abc import Iterator
from dataclasses import dataclass

from remediator.trace.codeowners.patterns import Pattern


@dataclass(frozen=True, slots=True)
class Rule:
    """A line of the file: a pattern and its owners; without owners, what it matches deliberately has none.

    `section` is the heading it stands under, `optional` whether approval is only asked for, `excludes` whether the
    line takes its paths out of the section, and `approvals` how many of the owners have to approve.
    """

    line: int
    pattern: str
    owners: tuple[str, ...]
    paths: Pattern
    section: str | None = None
    optional: bool = False
    excludes: bool = False
    approvals: int = 1


@dataclass(frozen=True, slots=True)
class CodeOwners:
    """The rules by section, each section in the order of the file; `problems` says which lines are wrong, and why."""

    sections: tuple[tuple[Rule, ...], ...] = ()
    problems: tuple[str, ...] = ()

    def rules(self, path: str) -> tuple[Rule, ...]:
        """The rules that decide for a path: of each section the last that matches, unless the section excludes it.

        Takes time in proportion to the file: each pattern is tried once at most.
        """
        return tuple(self._deciding(path))

    def owners(self, path: str) -> tuple[str, ...]:
        """The owners of a path as the file writes them, each once."""
        return tuple(dict.fromkeys(owner for rule in self.rules(path) for owner in rule.owners))

    def _deciding(self, path: str) -> Iterator[Rule]:
        # What is no text (a path of other bytes) is matched by stars alone.
        text = path.encode("utf-8", "replace").decode()
        for section in self.sections:
            if any(rule.excludes and rule.paths.matches(text) for rule in section):
                continue
            last = next((rule for rule in reversed(section) if rule.paths.matches(text)), None)
            if last is not None:
                yield last
