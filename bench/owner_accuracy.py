"""How often the owner that is named is somebody who goes on to change the code, beside two plain guesses.

The history is cut some days before its end, owners are named for each block as of then, CODEOWNERS included, and
compared with the people who changed that block since. `python -m bench.owner_accuracy --repo PATH … [--days N …]
[--teams FILE]`; rates only, never people. With `--teams`, a TOML file of `[owners.teams.NAME]` tables whose `match`
names the members, teams are scored as well.

Nobody can name who was not there yet: `reach` is the part of blocks of which a changer was known at the cut, the most
that any method can get, and `known` the same rates among those blocks. The bands at the end hold the confidence of the
first owner against how often that owner was right.
"""

import argparse
import sys
import time
import tomllib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from posixpath import dirname

from bench.block_changes import CodeBlock, blocks_at, changes_since
from bench.owner_guesses import predictions
from bench.owner_history import History, read_history
from bench.table import Row, missed
from remediator.config import OwnersConfig
from remediator.git.clones import Clone
from remediator.git.process import run
from remediator.git.touches import Touch, read_touches
from remediator.model import Owner
from remediator.trace.authorship import machines
from remediator.trace.people import folded

AIM = 0.85
NARROW = 10
"""Blocks that a commit may change at most to count in the figures without sweeps through a whole repository."""

HEADER = (
    f"{'repository':<16}{'days':>5}{'blocks':>8}{'scored':>8}{'reach':>8}{'owner: first':>14}{'three':>8}"
    f"{'known: first':>14}{'three':>8}{'file: first':>13}{'three':>8}{'directory: first':>18}{'three':>8}{'s':>6}"
)


@dataclass(frozen=True, slots=True)
class Rates:
    """How often one of the first, or the first three, was right."""

    first: float
    three: float


@dataclass(frozen=True, slots=True)
class Score:
    """What one repository gave; `sure` has for each block the first owner's confidence, and if it was right."""

    name: str
    narrow: bool
    days: int
    blocks: int
    scored: int
    reach: float
    owner: Rates
    known: Rates
    file: Rates
    directory: Rates
    seconds: float
    sure: tuple[tuple[float, bool], ...]
    teams: Rates | None = None
    plain_teams: Rates | None = None

    def __str__(self) -> str:
        pairs = ((self.owner, 14, 8), (self.known, 14, 8), (self.file, 13, 8), (self.directory, 18, 8))
        rates = "".join(f"{rate.first:>{one}.1%}{rate.three:>{two}.1%}" for rate, one, two in pairs)
        counts = f"{self.name:<16}{self.days:>5}{self.blocks:>8,}{self.scored:>8,}{self.reach:>8.1%}"
        teams = f"  teams {self.teams.first:.1%}, {self.teams.three:.1%}" if self.teams else ""
        teams += f" (directory: {self.plain_teams.first:.1%}, {self.plain_teams.three:.1%})" if self.plain_teams else ""
        return f"{counts}{rates}{self.seconds:>6.1f}{teams}"


def score(clone: Clone, days: int, owners: OwnersConfig) -> tuple[Score, ...]:
    """The score of a repository over all commits that changed blocks, and over those that changed only a few."""
    started = time.perf_counter()
    known = machines(owners)
    history = read_history(clone, known)
    _, when = run(clone.path, ["log", "-1", "--format=%ct", clone.head])
    cut_at = int(when) - days * 86_400
    _, sha = run(clone.path, ["rev-list", "-1", "--first-parent", f"--before={cut_at}", clone.head])
    cut = Clone(clone.name, clone.path, clone.branch, sha.decode().strip())
    blocks = blocks_at(cut)
    changed = changes_since(cut, clone.head, blocks)
    touches = list(read_touches(cut))
    guesses = predictions(cut, list(changed), touches, history, owners, known)
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
            took = time.perf_counter() - started
            scores.append(
                _scored(clone.name, narrow, days, len(blocks), truth, guesses, touches, history, owners, took)
            )
    return tuple(scores)


def _scored(
    name: str,
    narrow: bool,
    days: int,
    blocks: int,
    truth: Mapping[CodeBlock, frozenset[str]],
    guesses: Mapping[CodeBlock, tuple[Owner, ...]],
    touches: Sequence[Touch],
    history: History,
    owners: OwnersConfig,
    seconds: float,
) -> Score:
    files, folders = _baselines(touches, history)
    before = frozenset(key for touch in touches for key in history.authors[touch.sha])
    named = {block: _persons(guesses[block], history) for block in truth}
    handles = {block: tuple(owner.handle for owner in guesses[block]) for block in truth}
    often = {block: folders.get(dirname(block.path), ()) for block in truth}
    people = [(tuple(named[block]), keys) for block, keys in truth.items()]
    reached = [(guess, keys) for guess, keys in people if keys & before]
    return Score(
        f"{name}, narrow" if narrow else name,
        narrow,
        days,
        blocks,
        len(truth),
        len(reached) / len(truth),
        _rates(people),
        _rates(reached),
        _rates([(files.get(block.path, ()), keys) for block, keys in truth.items()]),
        _rates([(often[block], keys) for block, keys in truth.items()]),
        seconds,
        tuple((sure, key in truth[block]) for block, of in named.items() for key, sure in list(of.items())[:1]),
        *(_team_rates(truth, of, history, owners) if owners.teams else None for of in (handles, often)),
    )


def _rates(pairs: Sequence[tuple[Sequence[str], frozenset[str]]]) -> Rates:
    first = sum(bool(frozenset(guess[:1]) & keys) for guess, keys in pairs)
    three = sum(bool(frozenset(guess[:3]) & keys) for guess, keys in pairs)
    return Rates(first / len(pairs), three / len(pairs)) if pairs else Rates(0.0, 0.0)


def _baselines(
    touches: Sequence[Touch], history: History
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


def _persons(owners: Sequence[Owner], history: History) -> Mapping[str, float]:
    """The people among the owners, likeliest first, with the confidence in each."""
    found: dict[str, float] = {}
    for owner in owners:
        key = history.handles.get(folded(owner.handle))
        if key:
            found.setdefault(key, owner.confidence)
    return found


def _team_rates(
    truth: Mapping[CodeBlock, frozenset[str]],
    guesses: Mapping[CodeBlock, Sequence[str]],
    history: History,
    owners: OwnersConfig,
) -> Rates | None:
    """How often the team of a guessed handle or key is one of those of the changers; None where they have none."""

    def teams(names: Sequence[str]) -> list[str]:
        return [
            team
            for team, settings in owners.teams.items()
            if any(
                fnmatchcase(name, folded(pattern))
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
        guessed = [team for guess in guesses[block] for team in teams(names.get(guess, [folded(guess)]))]
        if right:
            pairs.append((tuple(dict.fromkeys(guessed)), right))
    return _rates(pairs) if pairs else None


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
    sure: list[Sequence[tuple[float, bool]]] = []
    for number, path in enumerate(options.repo, 1):
        _, folder = run(None, ["-C", str(path), "rev-parse", "--absolute-git-dir"])
        git_dir = Path(folder.decode().strip())
        _, head = run(git_dir, ["rev-parse", "--verify", "HEAD^{commit}"])
        for days in options.days:
            for one in score(Clone(f"given-{number}", git_dir, "HEAD", head.decode().strip()), days, owners):
                print(one, flush=True)
                rows += _rows(one)
                sure += [] if one.narrow else [one.sure]
    print("\n".join(("", *_bands(sure))))
    return tuple(rows)


def _bands(sure: Sequence[Sequence[tuple[float, bool]]]) -> Iterator[str]:
    """A line for each tenth of confidence: how many first owners had it, and how many of those were right.

    Over all blocks, and with every repository counted alike, whose blocks are often changed together.
    """
    yield f"{'confidence':<12}{'first owners':>14}{'mean':>8}{'right':>8}{'right, repositories alike':>28}"
    weighed = [(given, right, 1 / len(one)) for one in sure for given, right in one]
    for tenth in range(10):
        inside = [one for one in weighed if tenth <= one[0] * 10 < tenth + 1]
        if inside:
            mean, share = (sum(float(one[at]) for one in inside) / len(inside) for at in (0, 1))
            alike = sum(weight for _, right, weight in inside if right) / sum(weight for *_, weight in inside)
            yield f"{f'{tenth * 10}-{tenth * 10 + 10} %':<12}{len(inside):>14,}{mean:>8.0%}{share:>8.0%}{alike:>28.0%}"


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
