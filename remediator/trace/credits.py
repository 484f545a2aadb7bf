"""Turns the commits of a walk into commits with their true authors: those of a merge are the people it merged."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from remediator.git.clones import Clone
from remediator.git.history import Found
from remediator.git.records import MERGED, RawCommit, line_commit, merged_commits, read_commits
from remediator.model import Authorship, Commit
from remediator.trace.authorship import Credit, Machines, credit
from remediator.trace.people import Person, shown, unaddressed


@dataclass(frozen=True, slots=True)
class Credited:
    """A commit, and the person behind it; None where only automation was at work. `others` wrote it with them."""

    commit: Commit
    person: Person | None
    others: tuple[Person, ...] = ()


def credit_commits(clone: Clone, places: Sequence[Found], known: Machines) -> Mapping[Found, Credited]:
    """Who made each of the found lines; a merge keeps its own id, time, subject and number, and gets its author's name.

    One git process for all commits, one for each merge, and one or two for each line of a branch of several authors.
    """
    distinct = list(dict.fromkeys(places))
    raw = read_commits(clone, [place.sha for place in distinct])
    inside = {c.sha: merged_commits(clone, c) for c in dict.fromkeys(raw) if len(c.parents) > 1}
    return {
        place: _credited(commit, *_author(clone, commit, inside.get(commit.sha, ()), place, known))
        for place, commit in zip(distinct, raw, strict=True)
    }


def _author(
    clone: Clone, commit: RawCommit, inside: Sequence[RawCommit], place: Found, known: Machines
) -> tuple[RawCommit, Credit]:
    """The commit that wrote the line, and its credit: the merge itself, or one of those it brought in."""
    own = credit(commit, known)
    written = [(c, credit(c, known)) for c in inside]
    people = tuple({cr.person.names()[0]: cr.person for _, cr in reversed(written) if cr.person}.values())
    if not written:
        return commit, own
    if len(people) == 1 and len(inside) < MERGED and all(cr.person for _, cr in written):
        # One person wrote the branch; an AI tool in any of its commits took part in what was merged.
        return next(((c, cr) for c, cr in written if cr.authorship is Authorship.HUMAN_WITH_AI), written[0])
    sha = line_commit(clone, commit, place.path, place.line)
    if sha == commit.sha:
        return commit, own
    # One that a merge within the branch wrote, or the older part of a long one, was not read with the others.
    author = next((c for c in inside if c.sha == sha), None) or read_commits(clone, [sha])[0]
    given = credit(author, known)
    return author, given if given.person else _beside(given, people)


def _beside(given: Credit, people: Sequence[Person]) -> Credit:
    """The credit of what a machine wrote in a branch that people wrote in as well, whoever opened it first.

    An AI tool worked with them; what plain automation made is not theirs, though they are whom to ask next.
    """
    if given.tool is None or not people:
        return replace(given, others=tuple(people))
    return replace(given, authorship=Authorship.HUMAN_WITH_AI, person=people[0], others=tuple(people[1:]))


def _credited(commit: RawCommit, author: RawCommit, given: Credit) -> Credited:
    seen = Commit(
        commit.sha,
        shown(author.author_name),
        author.author_email,
        commit.committed_at,
        unaddressed(commit.subject),
        commit.pull_request or author.pull_request,
        given.authorship,
        given.tool,
    )
    if given.person and given.authorship is not Authorship.AUTOMATION:
        seen = replace(seen, author_name=shown(given.person.name), author_email=given.person.email)
    return Credited(seen, given.person, given.others)
