"""Where resources come from: code, commits, people; one history walk for all that is to change in a repository."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from remediator.config import OwnersConfig, RootConfig
from remediator.git.clones import Clone
from remediator.git.history import Found, find_commits
from remediator.git.objects import read_paths
from remediator.iac.terraform.index import RepositoryIndex
from remediator.iac.terraform.modules import blocks_in, names
from remediator.iac.terraform.sites import Site, find_site
from remediator.model import Attributes, Authorship, Change, Origin, SourceLocation, Unattributed
from remediator.trace import codeowners
from remediator.trace.codeowners import CodeOwners
from remediator.trace.credits import Credited, credit_commits
from remediator.trace.lines import Lines, chain_of, lines_of
from remediator.trace.owners import Author, Places, rank


@dataclass(frozen=True, slots=True)
class _Question:
    """One change whose block is found."""

    site: Site
    edited: tuple[str, ...]
    lines: Lines
    tags: Attributes


def trace_origins(
    clone: Clone,
    index: RepositoryIndex,
    changes: Sequence[tuple[Change, RootConfig, tuple[SourceLocation, ...]]],
    owners: OwnersConfig,
    cache: Path | None,
) -> tuple[Origin | Unattributed, ...]:
    """The origin of every change, in their order; a change whose code is not found says why, its owners from tags.

    Each change comes with its root and the places its edit goes to, if any. `cache` is the folder for the history
    cache. Raises RemediatorError where git fails.
    """
    asked = [_question(str(n), index, *change) for n, change in enumerate(changes)]
    questions = [question for question in asked if isinstance(question, _Question)]
    found = find_commits(clone, [line for q in questions for line in q.lines.all()], cache) if questions else {}
    credits_ = credit_commits(clone, list(found.values()))
    rules = load_codeowners(clone, index.commit)
    answers: list[Origin | Unattributed] = []
    for (change, root, _), question in zip(changes, asked, strict=True):
        if isinstance(question, _Question):
            answers.append(_origin(index, question, {k: credits_[f] for k, f in _own(question, found)}, rules, owners))
        else:
            places = Places(call=_call_path(index, root, change))
            answers.append(Unattributed(question, rank(rules, places, change.resource.tags, (), owners)))
    return tuple(answers)


def load_codeowners(clone: Clone, commit: str) -> CodeOwners:
    """The rules of a commit's CODEOWNERS file; none where it has no such file."""
    files = read_paths(clone, commit, codeowners.PATHS)
    path = next((path for path in codeowners.PATHS if path in files), None)
    return codeowners.parse(files[path].decode("utf-8", "replace")) if path else CodeOwners()


def unattributed(change: Change, owners: OwnersConfig, reason: str | None = None) -> Unattributed:
    """The answer for a resource for which no repository can be asked, since no state holds it or for another reason."""
    tagged = rank(CodeOwners(), Places(), change.resource.tags, (), owners)
    nobody = (
        f"no Terraform state of the configured roots holds {change.resource.id}; "
        "import it, or add the root whose state does"
    )
    return Unattributed(reason or nobody, tagged)


def _question(
    name: str, index: RepositoryIndex, change: Change, root: RootConfig, places: tuple[SourceLocation, ...]
) -> _Question | str:
    if change.declared is None:
        return unattributed(change, OwnersConfig()).reason
    site = find_site(index, root.path, change.declared.at)
    if isinstance(site, str):
        return site
    edited = tuple(dict.fromkeys(place.path for place in places))
    return _Question(site, edited, lines_of(name, change, site, places), change.resource.tags)


def _call_path(index: RepositoryIndex, root: RootConfig, change: Change) -> str | None:
    """The file of the root's module call, which a resource in a module from elsewhere still has."""
    outer = names(change.declared.at.module)[:1] if change.declared else ()
    return next(
        (f.path for f, b in blocks_in(index, index.module_folder(root.path), "module") if b.labels == outer), None
    )


def _own(question: _Question, found: Mapping[str, Found]) -> list[tuple[str, Found]]:
    return [(line.key, found[line.key]) for line in question.lines.all() if line.key in found]


def _origin(
    index: RepositoryIndex,
    question: _Question,
    credited: Mapping[str, Credited],
    rules: CodeOwners,
    config: OwnersConfig,
) -> Origin:
    lines, site = question.lines, question.site
    block = credited.get(lines.block.key)
    call = credited.get(lines.call.key) if lines.call else None
    value = credited.get(lines.value.key) if lines.value else None
    deeds = ((call or block, "created"), (value, "changed"), (block if call else None, "wrote the module"))
    authors = [Author(c.person, deed, c.commit.sha) for c, deed in deeds if c and c.person]
    places = Places(question.edited, site.calls[0].file.path if site.calls else None, site.file.path)
    automation = [c.commit.author_name for c, _ in deeds if c and c.commit.authorship is Authorship.AUTOMATION]
    return Origin(
        call_chain=chain_of(index, site),
        created=block.commit if block else None,
        changed=value.commit if value else None,
        owners=rank(rules, places, question.tags, authors, config),
        passed_over=tuple(dict.fromkeys(automation)),
    )
