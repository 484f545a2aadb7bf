"""Where resources come from: code, commits, people; one history walk for all that is to change in a repository."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from remediator.config import Config, RootConfig
from remediator.git.clones import Clone
from remediator.git.history import Found, TrackedLine, find_commits
from remediator.git.records import RawCommit
from remediator.iac.terraform.index import RepositoryIndex
from remediator.iac.terraform.modules import calls_in, names
from remediator.iac.terraform.sites import Site, traced_site
from remediator.model import Authorship, Change, Launch, LaunchRecord, Origin, PassedOver, SourceLocation, Unattributed
from remediator.trace.activity import NOBODY, read_activity
from remediator.trace.authorship import Machines, credit, machines
from remediator.trace.claims import Author, Labels, Places
from remediator.trace.codeowners import CodeOwners, load_codeowners
from remediator.trace.credits import Credited, credit_commits
from remediator.trace.labels import labels_of
from remediator.trace.launched import launcher, sentences
from remediator.trace.lines import Lines, chain_of, lines_of
from remediator.trace.owners import Facts, Known, rank
from remediator.trace.people import People, folded


@dataclass(frozen=True, slots=True)
class _Question:
    """One change whose block is found: `site` as far as this repository has it, and the `whole` way."""

    site: Site
    edited: tuple[str, ...]
    lines: Lines
    labels: tuple[Labels, ...]
    whole: Site


def trace_origins(
    clone: Clone,
    index: RepositoryIndex,
    changes: Sequence[tuple[Change, RootConfig, tuple[SourceLocation, ...]]],
    config: Config,
    cache: Path | None,
) -> tuple[Origin | Unattributed, ...]:
    """The origin of every change, in their order; a change whose code is not found says why, its owners from tags.

    Each change comes with its root and the places its edit goes to, if any. `cache` is the folder for the history
    cache. Raises RemediatorError where git fails.
    """
    asked = [_question(str(n), index, *change) for n, change in enumerate(changes)]
    questions = [question for question in asked if isinstance(question, _Question)]
    found = find_commits(clone, [line for q in questions for line in q.lines.all()], cache) if questions else {}
    writers = machines(config.owners)
    credits_ = credit_commits(clone, list(found.values()), writers)
    activity = read_activity(clone, config.owners, writers, config.forge_host(clone.name)) if changes else NOBODY
    known = Known(load_codeowners(clone, index.commit, config), activity, writers, config.owners)
    answers: list[Origin | Unattributed] = []
    for (change, root, _), question in zip(changes, asked, strict=True):
        if isinstance(question, _Question):
            credited = {key: credits_[place] for key, place in _own(question, found)}
            answers.append(_origin(index, question, change, credited, known, config))
        else:
            places = Places(call=_call_path(index, root, change))
            facts = _facts(change, places, labels_of(change, index, root), (), config)
            ranking = rank(facts, known)
            answers.append(Unattributed(question, ranking.owners, ranking.passed_over))
    return tuple(answers)


def trace_places(
    clone: Clone,
    index: RepositoryIndex,
    found: Sequence[tuple[Change, SourceLocation, Launch | None]],
    config: Config,
    cache: Path | None,
) -> tuple[Origin, ...]:
    """The origin of what Terraform did not make, from the place in code that it comes from all the same.

    Each change comes with that place, and what is known of its launch. Raises RemediatorError where git fails.
    """
    if not found:
        return ()
    asked = [TrackedLine(str(n), at.path, at.start_line, header=False) for n, (_, at, _) in enumerate(found)]
    commits = find_commits(clone, asked, cache)
    writers = machines(config.owners)
    credits_ = credit_commits(clone, list(commits.values()), writers)
    rules = load_codeowners(clone, index.commit, config)
    activity = read_activity(clone, config.owners, writers, config.forge_host(clone.name))
    known = Known(rules, activity, writers, config.owners)
    origins: list[Origin] = []
    for line, (change, at, launch) in zip(asked, found, strict=True):
        place = commits.get(line.key)
        made = credits_[place] if place else None
        authors = (Author(made.person, "created", made.commit.sha),) if made and made.person else ()
        facts = _facts(change, Places(controller=at.path), labels_of(change), authors, config, launch)
        ranking = rank(facts, known)
        said = tuple(sentences(change.resource, launch))
        commit = made.commit if made else None
        origins.append(Origin((at,), commit, None, ranking.owners, ranking.passed_over, said, launcher(launch)))
    return tuple(origins)


def unattributed(
    change: Change,
    config: Config,
    reason: str | None = None,
    launch: Launch | None = None,
    named: tuple[CodeOwners, str] | None = None,
    adoption: tuple[str, ...] = (),
    changed: tuple[RawCommit, str] | None = None,
) -> Unattributed:
    """The answer for a resource for which no repository can be asked, since no state holds it or for another reason.

    `named` is a file that has its name, with the rules of its repository; `adoption` is the code that adopts it, and
    `changed` the commit that its tags say changed it last, with the name of the repository.
    """
    rules, path = named or (CodeOwners(), None)
    writers = machines(config.owners)
    activity = NOBODY if changed is None else replace(NOBODY, people=People(config.forge_host(changed[1])))
    authors = tuple(_authors(changed[0], writers)) if changed is not None else ()
    known = Known(rules, activity, writers, config.owners)
    ranking = rank(_facts(change, Places(named=path), labels_of(change), authors, config, launch), known)
    return Unattributed(
        reason or _undeclared(change),
        ranking.owners,
        ranking.passed_over,
        tuple(sentences(change.resource, launch)),
        adoption,
        launcher(launch),
    )


def _authors(commit: RawCommit, writers: Machines) -> Iterator[Author]:
    given = credit(commit, writers)
    if given.person is not None:
        yield Author(given.person, "changed", commit.sha)
    yield from (Author(other, "changed", commit.sha, beside=True) for other in given.others)


def _undeclared(change: Change) -> str:
    return (
        f"no Terraform state of the configured roots holds {change.resource.id}; "
        "import it, or add the root whose state does"
    )


def _facts(
    change: Change,
    places: Places,
    labels: tuple[Labels, ...],
    authors: tuple[Author, ...],
    config: Config,
    launch: Launch | None = None,
) -> Facts:
    account = config.account(change.resource.account)
    record = launch if isinstance(launch, LaunchRecord) else None
    return Facts(places, labels, authors, change.resource.account, account.owner if account else None, record)


def _question(
    name: str, index: RepositoryIndex, change: Change, root: RootConfig, places: tuple[SourceLocation, ...]
) -> _Question | str:
    if change.declared is None:
        return _undeclared(change)
    site = traced_site(index, root.path, change.declared.at)
    if isinstance(site, str):
        return site
    own = _own_part(index, site)
    edited = tuple(dict.fromkeys(place.path for place in places))
    lines = lines_of(name, change, index, own, places)
    return _Question(own, edited, lines, labels_of(change, index, root), site)


def _own_part(index: RepositoryIndex, site: Site) -> Site:
    """The call that leads to a module from elsewhere in place of what it makes, whose history is not this one's."""
    at = next((n for n, call in enumerate(site.calls) if index.mounts.of(call.folder) is not None), None)
    return site if at is None else Site(site.calls[:at], site.calls[at].file, site.calls[at].block)


def _call_path(index: RepositoryIndex, root: RootConfig, change: Change) -> str | None:
    """The file of the root's module call, which a resource in a module from elsewhere still has."""
    outer = names(change.declared.at.module)[:1] if change.declared else ()
    return next((f.path for f, b in calls_in(index, index.module_folder(root.path)) if b.labels == outer), None)


def _own(question: _Question, found: Mapping[str, Found]) -> list[tuple[str, Found]]:
    return [(line.key, found[line.key]) for line in question.lines.all() if line.key in found]


def _origin(
    index: RepositoryIndex,
    question: _Question,
    change: Change,
    credited: Mapping[str, Credited],
    known: Known,
    config: Config,
) -> Origin:
    lines, site = question.lines, question.site
    block = credited.get(lines.block.key)
    call = credited.get(lines.call.key) if lines.call else None
    value = credited.get(lines.value.key) if lines.value else None
    deeds = ((call or block, "created"), (value, "changed"), (block if call else None, "wrote_module"))
    made = [(c, deed) for c, deed in deeds if c is not None]
    authors = [Author(c.person, deed, c.commit.sha) for c, deed in made if c.person]
    authors += [Author(other, deed, c.commit.sha, beside=True) for c, deed in made for other in c.others]
    places = Places(question.edited, site.calls[0].file.path if site.calls else None, site.file.path)
    ranking = rank(_facts(change, places, question.labels, tuple(authors), config), known)
    automation = (
        PassedOver(c.commit.author_name, f"automation owns nothing ({deed.replace('_', ' ')} it)")
        for c, deed in made
        if c.commit.authorship is Authorship.AUTOMATION
    )
    return Origin(
        call_chain=chain_of(index, question.whole),
        created=block.commit if block else None,
        changed=value.commit if value else None,
        owners=ranking.owners,
        passed_over=tuple({folded(p.handle): p for p in (*ranking.passed_over, *automation)}.values()),
    )
