"""The whole history of a repository's code with the people behind each commit: what owners are held against."""

from collections.abc import Mapping
from dataclasses import dataclass

from bench.block_changes import Unit, units_of
from remediator.git.clones import Clone
from remediator.git.records import RawCommit, read_commits
from remediator.git.touches import Touch, read_touches
from remediator.trace.authorship import Machines, credit
from remediator.trace.people import People, Person, folded, joined, shown


@dataclass(frozen=True, slots=True)
class History:
    """The whole history of a repository's code: its commits, its people, and who is behind each commit."""

    clone: Clone
    commits: Mapping[str, RawCommit]
    people: People
    authors: Mapping[str, tuple[str, ...]]
    handles: Mapping[str, str]
    units: Mapping[str, tuple[Touch, ...]]

    def changers(self, unit: Unit) -> tuple[str, ...]:
        """The people of a unit: the authors of its commits that touched the file, or of the unit itself."""
        inside = [touch.sha for touch in self.units.get(unit.sha, ()) if unit.path in touch.paths]
        return tuple(key for sha in inside or [unit.sha] for key in self.authors.get(sha, ()))


def read_history(clone: Clone, known: Machines) -> History:
    """The history up to the clone's head. Raises RemediatorError where git fails."""
    touches = list(read_touches(clone))
    units = units_of(clone, clone.head, touches)
    commits = {c.sha: c for c in read_commits(clone, list({t.sha: None for t in touches} | dict.fromkeys(units)))}
    people: dict[str, tuple[Person, ...]] = {}
    for sha, commit in commits.items():
        given = credit(commit, known)
        people[sha] = (*((given.person,) if given.person else ()), *given.others)
    everybody = People.of(person for group in people.values() for person in group)
    # A guess is a name as it is shown, so who shares one is not told apart: in guesses and in the truth alike.
    handles = joined(
        (person.names()[0], name)
        for person in dict.fromkeys(person for group in people.values() for person in group)
        for name in (*everybody.names(everybody.key(person.names()[0])), folded(shown(person.name)))
    )
    return History(
        clone,
        commits,
        everybody,
        {sha: tuple(handles[person.names()[0]] for person in group) for sha, group in people.items()},
        handles,
        units,
    )
