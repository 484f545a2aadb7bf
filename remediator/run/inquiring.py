"""Which handles are still somebody's: asked of a repository's own forge, or of every one that knows accounts."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial

from remediator.config import Config, RepositoryConfig
from remediator.deliver.places import Places
from remediator.deliver.protocols import Forge
from remediator.errors import ConfigError
from remediator.git.clones import Clone
from remediator.run.codebase import Codebase
from remediator.run.sweep import attempt
from remediator.trace.absence import Absences, Unchecked, agreed


@dataclass(frozen=True, slots=True)
class Told:
    """What forges told of handles; `notes` are on those that did not answer."""

    absences: Absences
    notes: tuple[str, ...] = ()


def ask_own(codebase: Codebase, places: Places, handles: frozenset[str]) -> Told:
    """Who cannot be asked in a repository, by its own forge; where no secret is set for that, nobody is asked."""
    repository = codebase.config
    forge = _forge(repository, codebase.clone, places)
    if isinstance(forge, Unchecked):
        return Told(dict.fromkeys(handles, forge))
    return _answer(f"the forge of {repository.name}", partial(forge.absent, repository.forge_slug), handles)


def knowing(config: Config) -> Mapping[str, RepositoryConfig]:
    """The forges that know accounts, by name, each with a repository to be asked about."""
    servers = (name for name, forge in config.forges.items() if forge.kind != "local")
    first = {name: next((r for r in config.repositories if r.forge == name), None) for name in servers}
    return {name: repository for name, repository in first.items() if repository is not None}


def ask_any(config: Config, places: Places, handles: frozenset[str]) -> Told:
    """Who is on no forge any more, by all that know accounts."""
    answers: list[Told] = []
    for name, repository in knowing(config).items():
        forge = _forge(repository, None, places)
        answers.append(
            Told(dict.fromkeys(handles, forge))
            if isinstance(forge, Unchecked)
            else _answer(f"the forge {name}", partial(forge.gone, repository.forge_slug), handles)
        )
    if not answers:
        return Told(dict.fromkeys(handles, Unchecked("no forge is configured that knows accounts")))
    return Told(agreed([told.absences for told in answers]), tuple(note for told in answers for note in told.notes))


def _forge(repository: RepositoryConfig, clone: Clone | None, places: Places) -> Forge | Unchecked:
    try:
        forge = places.forge(repository, clone)
    except ConfigError:  # delivering says so, and nothing else needs the secret
        return Unchecked(f"no secret is set for the forge {repository.forge}")
    return forge or Unchecked("its repository has no forge")


def _answer(unit: str, ask: partial[Absences], handles: frozenset[str]) -> Told:
    answer = attempt(ask, handles)
    if not isinstance(answer, str):
        return Told(answer[0])
    note = f"{unit}: whether the owners' accounts are still in use could not be asked: {answer}"
    return Told(dict.fromkeys(handles, Unchecked(f"{unit} did not answer")), (note,))
