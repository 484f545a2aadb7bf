"""Whom the product names as owners of blocks at a commit, by that commit's history and CODEOWNERS alone."""

from collections.abc import Mapping, Sequence

from bench.block_changes import CodeBlock
from bench.owner_history import History
from remediator.config import Config, OwnersConfig
from remediator.git.clones import Clone
from remediator.git.history import Found, TrackedLine, find_commits
from remediator.git.merges import read_merges
from remediator.git.records import read_commits
from remediator.git.touches import Touch
from remediator.model import Owner
from remediator.trace.activity import activity
from remediator.trace.authorship import Machines
from remediator.trace.claims import Author, Places
from remediator.trace.codeowners import load_codeowners
from remediator.trace.credits import credit_commits
from remediator.trace.owners import Facts, Known, rank


def predictions(
    cut: Clone,
    blocks: Sequence[CodeBlock],
    touches: Sequence[Touch],
    history: History,
    owners: OwnersConfig,
    known: Machines,
) -> Mapping[CodeBlock, tuple[Owner, ...]]:
    """The owners that the product names for each block at the cut, likeliest first."""
    config = Config(owners=owners)
    merges = list(read_merges(cut))
    commits = [*(history.commits[touch.sha] for touch in touches), *read_commits(cut, merges)]
    (head,) = read_commits(cut, [cut.head])
    seen = activity(touches, merges, commits, head.committed_at, owners, known, history.people)
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
        answers[block] = rank(facts, asked).owners
    return answers
