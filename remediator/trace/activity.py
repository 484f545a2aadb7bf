"""Who works where in a repository's code, by its commits; the latest count most."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from posixpath import dirname

from remediator.config import OwnersConfig
from remediator.git.clones import Clone
from remediator.git.merges import read_merges
from remediator.git.records import RawCommit, read_commits
from remediator.git.touches import Touch, read_touches
from remediator.trace.authorship import Machines, credit
from remediator.trace.people import People, Person

Weights = Mapping[str, float]
"""What each person has done somewhere, by key: a commit counts 1, halved with its age."""

_DAY = 86_400
_FAINTEST = 0.05
_SWEEP = 200
"""Paths of a commit that are counted: one that touches more says little about who works where."""


@dataclass(frozen=True, slots=True)
class Activity:
    """Weights in every file, folder and the whole, when each person last committed or merged, and who they all are.

    `workplaces` has the same weights as `folders`, by person and then by folder; `trees` has those of every folder with
    all that lies below it, and `merges` who merges what others wrote.
    """

    people: People
    shown: Mapping[str, Person]
    files: Mapping[str, Weights]
    folders: Mapping[str, Weights]
    workplaces: Mapping[str, Weights]
    trees: Mapping[str, Weights]
    repository: Weights
    merges: Weights
    seen: Mapping[str, datetime]
    until: datetime | None = None

    def colleagues(self, folder: str) -> Weights:
        """Who commits in the other folders in which the committers of this folder commit, each by their share."""
        total: dict[str, float] = {}
        for person, part in shares(self.folders.get(folder, {})).items():
            for other, share in shares(self.workplaces.get(person, {})).items():
                for key, theirs in shares(self.folders[other]).items() if other != folder else ():
                    total[key] = total.get(key, 0.0) + part * share * theirs
        return total

    def around(self, folder: str) -> Weights:
        """Who commits to the folder above, and to all that lies below that."""
        return self.trees.get(dirname(folder), {})

    def freshness(self, key: str, half_life_days: float) -> float:
        """1 for who committed last, halved for every half-life since a person's last commit; a twentieth at least."""
        seen = self.seen.get(key)
        if seen is None or self.until is None:
            return 1.0
        days = max(0.0, (self.until - seen).total_seconds() / _DAY)
        return float(max(_FAINTEST, 0.5 ** (days / half_life_days)))


def shares(weights: Weights) -> Weights:
    """The weights as parts of their sum."""
    total = sum(weights.values())
    return {key: weight / total for key, weight in weights.items()} if total else {}


NOBODY = Activity(People(), {}, {}, {}, {}, {}, {}, {}, {})
"""What is known of a repository without commits, or of none."""


def read_activity(clone: Clone, config: OwnersConfig, known: Machines, forge: str | None = None) -> Activity:
    """The activity up to the clone's head, by two passes over its history. Raises RemediatorError where git fails.

    `forge` is the host whose accounts count, None any.
    """
    touches = list(read_touches(clone))
    merges = list(read_merges(clone))
    commits = read_commits(clone, [*(touch.sha for touch in touches), *merges, clone.head])
    return activity(touches, merges, commits, commits[-1].committed_at, config, known, forge=forge)


def activity(
    touches: Sequence[Touch],
    merges: Sequence[str],
    commits: Iterable[RawCommit],
    until: datetime,
    config: OwnersConfig,
    known: Machines,
    people: People | None = None,
    forge: str | None = None,
) -> Activity:
    """The activity of commits, newest first, as of a time, the head's, so that the same head gives the same weights.

    A commit's own date is its author's to choose: one that lies after the head's counts as made then.
    The authors of a commit share it, its co-authors at half; what automation did alone is nobody's. `merges` are the
    ids of merge commits; `commits` has those and the touches'.
    """
    authors: dict[str, tuple[tuple[Person, float], ...]] = {}
    when: dict[str, datetime] = {}
    for commit in commits:
        given = credit(commit, known)
        first = ((given.person, 1.0),) if given.person else ()
        authors[commit.sha] = (*first, *((person, 0.5) for person in given.others))
        when[commit.sha] = min(commit.committed_at, until)
    shas = [*(touch.sha for touch in touches), *merges]
    # Anybody may write a trailer that names an account as somebody's, so those of authors come first.
    ways = (slice(1), slice(1, None))
    people = people or People.of((person for way in ways for sha in shas for person, _ in authors[sha][way]), forge)
    files: dict[str, dict[str, float]] = {}
    folders: dict[str, dict[str, float]] = {}
    workplaces: dict[str, dict[str, float]] = {}
    trees: dict[str, dict[str, float]] = {}
    whole: dict[str, float] = {}
    merged: dict[str, float] = {}
    seen: dict[str, datetime] = {}
    shown: dict[str, Person] = {}
    for sha in shas:
        for person, _ in authors[sha]:
            key = people.key(person.names()[0])
            shown.setdefault(key, person)
            seen[key] = max(seen.get(key, when[sha]), when[sha])

    def decayed(sha: str) -> float:
        age = (until - when[sha]).total_seconds() / _DAY
        return float(0.5 ** (age / config.commit_half_life_days))

    for touch in touches:
        paths = touch.paths[:_SWEEP]
        within = tuple(dict.fromkeys(map(dirname, paths)))
        above = frozenset(chain.from_iterable(map(_upwards, within)))
        for person, part in authors[touch.sha]:
            key, weight = people.key(person.names()[0]), part * decayed(touch.sha)
            _add(files, paths, key, weight)
            _add(folders, within, key, weight)
            _add(trees, above, key, weight)
            for folder in within:
                _add(workplaces, (key,), folder, weight)
            whole[key] = whole.get(key, 0.0) + weight
    for sha in merges:
        for person, _ in authors[sha][:1]:
            key = people.key(person.names()[0])
            merged[key] = merged.get(key, 0.0) + decayed(sha)
    return Activity(people, shown, files, folders, workplaces, trees, whole, merged, seen, until)


def _upwards(folder: str) -> Iterator[str]:
    """A folder and all that it lies in, up to the top, whose name is empty."""
    yield folder
    while folder:
        folder = dirname(folder)
        yield folder


def _add(table: dict[str, dict[str, float]], places: Iterable[str], name: str, weight: float) -> None:
    for place in places:
        weights = table.setdefault(place, {})
        weights[name] = weights.get(name, 0.0) + weight
