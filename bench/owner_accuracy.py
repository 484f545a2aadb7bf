"""How often the owner that is named is somebody who goes on to change the code, beside two plain guesses.

The history is cut some days before its end, owners are named for each block as of then, CODEOWNERS included, and
compared with the people who changed that block since. `python -m bench.owner_accuracy --repo PATH … [--days N …]
[--teams FILE]`; rates only, never people. With `--teams`, a TOML file of `[owners.teams.NAME]` tables whose `match`
names the members, teams are scored as well.
"""

import argparse
import sys
import time
import tomllib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from posixpath import dirname

from bench.block_changes import CodeBlock, Unit, blocks_at, changes_since, units_of
from bench.table import Row, missed
from remediator.config import Config, OwnersConfig
from remediator.git.clones import Clone
from remediator.git.history import Found, TrackedLine, find_commits
from remediator.git.process import run
from remediator.git.records import RawCommit, read_commits
from remediator.git.touches import Touch, read_touches
from remediator.trace.activity import activity
from remediator.trace.authorship import Machines, credit, machines
from remediator.trace.claims import Author, Places, shown
from remediator.trace.codeowners import load_codeowners
from remediator.trace.credits import credit_commits
from remediator.trace.owners import Facts, Known, rank
from remediator.trace.people import People, Person, joined

AIM = 0.85
NARROW = 10
"""Blocks that a commit may change at most to count in the figures without sweeps through a whole repository."""

HEADER = (
    f"{'repository':<16}{'days':>5}{'blocks':>8}{'scored':>8}{'reach':>8}"
    f"{'owner: first':>14}{'three':>8}{'file: first':>13}{'three':>8}{'directory: first':>18}{'three':>8}{'s':>6}"
)


@dataclass(frozen=True, slots=True)
class Rates:
    """How often one of the first, or the first three, was right."""

    first: float
    three: float


@dataclass(frozen=True, slots=True)
class Score:
    """What was measured in one repository; `reach` is the part of blocks of which a changer was known at the cut."""

    name: str
    days: int
    blocks: int
    scored: int
    reach: float
    owner: Rates
    file: Rates
    directory: Rates
    seconds: float
    teams: Rates | None = None

    def __str__(self) -> str:
        pairs = ((self.owner, 14, 8), (self.file, 13, 8), (self.directory, 18, 8))
        rates = "".join(f"{rate.first:>{one}.1%}{rate.three:>{two}.1%}" for rate, one, two in pairs)
        counts = f"{self.name:<16}{self.days:>5}{self.blocks:>8,}{self.scored:>8,}{self.reach:>8.1%}"
        teams = f"  teams {self.teams.first:.1%}, {self.teams.three:.1%}" if self.teams else ""
        return f"{counts}{rates}{self.seconds:>6.1f}{teams}"


@dataclass(frozen=True, slots=True)
class _History:
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


def _history(clone: Clone, known: Machines) -> _History:
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
        for name in (*everybody.names(everybody.key(person.names()[0])), shown(person.name).lower())
    )
    return _History(
        clone,
        commits,
        everybody,
        {sha: tuple(handles[person.names()[0]] for person in group) for sha, group in people.items()},
        handles,
        units,
    )


def score(clone: Clone, days: int, owners: OwnersConfig) -> tuple[Score, ...]:
    """The score of a repository over all commits that changed blocks, and over those that changed only a few."""
    started = time.perf_counter()
    known = machines(owners)
    history = _history(clone, known)
    _, when = run(clone.path, ["log", "-1", "--format=%ct", clone.head])
    cut_at = int(when) - days * 86_400
    _, sha = run(clone.path, ["rev-list", "-1", "--first-parent", f"--before={cut_at}", clone.head])
    cut = Clone(clone.name, clone.path, clone.branch, sha.decode().strip())
    blocks = blocks_at(cut)
    changed = changes_since(cut, clone.head, blocks)
    touches = list(read_touches(cut))
    guesses = _predictions(cut, list(changed), touches, history, owners, known)
    width = Counter(unit.sha for units in changed.values() for unit in set(units))
    scores = []
    for narrow in (False, True):
        truth = {
            block: frozenset(
                key for unit in units for key in history.changers(unit) if not narrow or width[unit.sha] <= NARROW
            )
            for block, units in changed.items()
        }
        truth = {block: keys for block, keys in truth.items() if keys}
        if truth:
            name = f"{clone.name}{', narrow' if narrow else ''}"
            seconds = time.perf_counter() - started
            scores.append(_scored(name, days, len(blocks), truth, guesses, touches, history, owners, seconds))
    return tuple(scores)


def _scored(
    name: str,
    days: int,
    blocks: int,
    truth: Mapping[CodeBlock, frozenset[str]],
    guesses: Mapping[CodeBlock, tuple[str, ...]],
    touches: Sequence[Touch],
    history: _History,
    owners: OwnersConfig,
    seconds: float,
) -> Score:
    files, folders = _baselines(touches, history)
    before = frozenset(key for touch in touches for key in history.authors[touch.sha])
    named = {block: _persons(guesses[block], history) for block in truth}
    return Score(
        name,
        days,
        blocks,
        len(truth),
        sum(bool(keys & before) for keys in truth.values()) / len(truth),
        _rates([(named[block], keys) for block, keys in truth.items()]),
        _rates([(files.get(block.path, ()), keys) for block, keys in truth.items()]),
        _rates([(folders.get(dirname(block.path), ()), keys) for block, keys in truth.items()]),
        seconds,
        _team_rates(truth, guesses, history, owners) if owners.teams else None,
    )


def _rates(pairs: Sequence[tuple[Sequence[str], frozenset[str]]]) -> Rates:
    first = sum(bool(frozenset(guess[:1]) & keys) for guess, keys in pairs)
    three = sum(bool(frozenset(guess[:3]) & keys) for guess, keys in pairs)
    return Rates(first / len(pairs), three / len(pairs)) if pairs else Rates(0.0, 0.0)


def _baselines(
    touches: Sequence[Touch], history: _History
) -> tuple[Mapping[str, tuple[str, ...]], Mapping[str, tuple[str, ...]]]:
    """The committers of each file, the last first, and those of each directory, the most frequent first."""
    last: dict[str, dict[str, None]] = {}
    often: dict[str, Counter[str]] = {}
    for touch in touches:
        for key in history.authors[touch.sha][:1]:
            for path in touch.paths:
                last.setdefault(path, {}).setdefault(key)
            for folder in set(map(dirname, touch.paths)):
                often.setdefault(folder, Counter())[key] += 1
    frequent = {folder: tuple(key for key, _ in count.most_common()) for folder, count in often.items()}
    return {path: tuple(keys) for path, keys in last.items()}, frequent


def _predictions(
    cut: Clone,
    blocks: Sequence[CodeBlock],
    touches: Sequence[Touch],
    history: _History,
    owners: OwnersConfig,
    known: Machines,
) -> Mapping[CodeBlock, tuple[str, ...]]:
    """The handles that the product names for each block at the cut, likeliest first."""
    config = Config(owners=owners)
    commits = [history.commits[touch.sha] for touch in touches]
    (head,) = read_commits(cut, [cut.head])
    seen = activity(touches, commits, head.committed_at, owners, known, history.people)
    asked = Known(load_codeowners(cut, cut.head, config), seen, known, owners)
    lines = [
        TrackedLine(
            f"{n}:{line or 'header'}", block.path, line or block.header, header=not line, header_key=f"{n}:header"
        )
        for n, block in enumerate(blocks)
        for line in (0, *range(block.start, block.end + 1))
    ]
    found = find_commits(cut, lines)
    dated = {c.sha: c.committed_at for c in read_commits(cut, list({f.sha: None for f in found.values()}))}
    places: dict[int, list[tuple[str, Found]]] = {}
    for n, block in enumerate(blocks):
        header = found.get(f"{n}:header")
        body = [found[key] for line in range(block.start, block.end + 1) if (key := f"{n}:{line}") in found]
        latest = max(body, key=lambda place: dated[place.sha], default=None)
        places[n] = [(deed, f) for deed, f in (("created", header), ("changed", latest)) if f is not None]
    credited = credit_commits(cut, [place for pairs in places.values() for _, place in pairs], known)
    answers = {}
    for n, block in enumerate(blocks):
        made = [(deed, credited[place]) for deed, place in places[n]]
        authors = [Author(c.person, deed, c.commit.sha) for deed, c in made if c.person]
        authors += [Author(other, deed, c.commit.sha, beside=True) for deed, c in made for other in c.others]
        facts = Facts(Places((block.path,), None, block.path), (), tuple(authors))
        answers[block] = tuple(owner.handle for owner in rank(facts, asked).owners)
    return answers


def _persons(handles: Sequence[str], history: _History) -> tuple[str, ...]:
    """The people among the handles, each once."""
    found = (history.handles.get(handle.lower()) for handle in handles)
    return tuple(dict.fromkeys(key for key in found if key))


def _team_rates(
    truth: Mapping[CodeBlock, frozenset[str]],
    guesses: Mapping[CodeBlock, tuple[str, ...]],
    history: _History,
    owners: OwnersConfig,
) -> Rates:
    def teams(names: Sequence[str]) -> list[str]:
        return [
            team
            for team, settings in owners.teams.items()
            if any(
                fnmatchcase(name, pattern.lower())
                for name in names
                for pattern in (team, f"@{team}", *settings.match, *settings.reviewers)
            )
        ]

    names: dict[str, list[str]] = {}
    for name, key in history.handles.items():
        names.setdefault(key, []).append(name)
    pairs = []
    for block, keys in truth.items():
        right = frozenset(team for key in keys for team in teams(names[key]))
        guessed = [team for handle in guesses[block] for team in teams([handle.lower()])]
        if right:
            pairs.append((tuple(dict.fromkeys(guessed)), right))
    return _rates(pairs)


def _owners(path: Path | None) -> OwnersConfig:
    return OwnersConfig.model_validate(tomllib.loads(path.read_text("utf-8"))["owners"]) if path else OwnersConfig()


def measured(arguments: Sequence[str] | None = None) -> tuple[Row, ...]:
    """Prints a line for each repository and number of days; the rates beside their aims."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repo", type=Path, nargs="*", default=[], help="git repositories with full history")
    parser.add_argument("--days", type=int, nargs="*", default=[365], help="how long before its end to cut each")
    parser.add_argument("--teams", type=Path, help="a TOML file of teams and their members")
    options = parser.parse_args(arguments)
    owners = _owners(options.teams)
    print(HEADER)
    rows: list[Row] = []
    for number, path in enumerate(options.repo, 1):
        _, folder = run(None, ["-C", str(path), "rev-parse", "--absolute-git-dir"])
        git_dir = Path(folder.decode().strip())
        _, head = run(git_dir, ["rev-parse", "--verify", "HEAD^{commit}"])
        for days in options.days:
            for one in score(Clone(f"given-{number}", git_dir, "HEAD", head.decode().strip()), days, owners):
                print(one, flush=True)
                rows += _rows(one)
    return tuple(rows)


def _rows(one: Score) -> list[Row]:
    name = f"owners, {one.name}, {one.days} days"
    best = max(one.file.three, one.directory.three)
    ahead = one.owner.three > best
    rows = [
        Row(f"{name}, a person of the first three", f"{one.owner.three:.1%}", f"{AIM:.0%}", one.owner.three >= AIM),
        Row(f"{name}, beside the better guess", f"{one.owner.three:.1%} to {best:.1%}", "ahead", ahead),
    ]
    if one.teams is not None:
        rows.append(Row(f"{name}, the first team", f"{one.teams.first:.1%}", f"{AIM:.0%}", one.teams.first >= AIM))
    return rows


def main(arguments: Sequence[str] | None = None) -> int:
    """1 where an aim is missed."""
    return missed(measured(arguments))


if __name__ == "__main__":
    sys.exit(main())
