"""Which environment a resource is in, by the words that people use for it."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from remediator.config import EnvironmentsConfig
from remediator.model import ENVIRONMENTS, Resource, StateResource
from remediator.run.globs import Glob, glob

_LONGEST = 4_096
"""Characters of a text that are looked at: no path that Linux takes is longer (PATH_MAX)."""
_WHOLE = re.compile(r"[^\W_]+")
_PART = re.compile(r"[A-Z]+(?![^\W\d_A-Z])|[A-Z]?[^\W\d_A-Z]+|\d+")


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """What is asked for: the keys of tags, the words of each environment as they are, and those that are patterns."""

    tags: frozenset[str]
    words: tuple[tuple[str, frozenset[str]], ...]
    globs: tuple[tuple[str, tuple[Glob, ...]], ...]


def vocabulary(config: EnvironmentsConfig) -> Vocabulary:
    """The words of a configuration, ready to be looked up."""
    given = {"prod": config.prod, "staging": config.staging, "dev": config.dev}
    known = [(name, [word.lower() for word in given[name]]) for name in ENVIRONMENTS]
    return Vocabulary(
        frozenset(tag.lower() for tag in config.tags),
        tuple((name, frozenset(words)) for name, words in known),
        tuple((name, tuple(glob(word) for word in words if set(word) & {"*", "?"})) for name, words in known),
    )


def environment(resource: Resource, declared: StateResource | None, folder: str, asked: Vocabulary) -> str | None:
    """`prod`, `staging` or `dev`, or None where nothing says which; `folder` is the path of its root.

    Asked in turn: its live tags; those in its state; its workspace; the folders and the name of its root; the account's
    name. The first that says anything decides, and where it says several things, the one that asks for most care.
    """
    return next((found for texts in _signs(resource, declared, folder, asked) if (found := named(texts, asked))), None)


@lru_cache(maxsize=4_096)  # many resources share an account and a root
def named(texts: tuple[str, ...], asked: Vocabulary) -> str | None:
    """The environment that texts name with a word of its own: `eu-Prod-1`, `mlDev`; of several the most careful."""
    said = {word for text in texts for word in words(text[:_LONGEST])}
    exact = (name for name, known in asked.words if said & known)
    alike = (name for name, globs in asked.globs if any(fits(word) for fits in globs for word in said))
    return min((*exact, *alike), key=ENVIRONMENTS.index, default=None)


def words(text: str) -> Iterator[str]:
    """What stands between separators, and its parts by camel case and digits, in lower case."""
    for whole in _WHOLE.findall(text):
        yield whole.lower()
        yield from (part.lower() for part in _PART.findall(whole))


def _signs(
    resource: Resource, declared: StateResource | None, folder: str, asked: Vocabulary
) -> Iterator[tuple[str, ...]]:
    yield _tagged(resource.tags, "", asked)
    if declared is not None:
        yield _tagged(declared.attributes, "tags.", asked)
        yield (declared.at.workspace,)
        yield (folder, declared.at.root)
    yield (resource.account,)


def _tagged(values: Mapping[str, object], prefix: str, asked: Vocabulary) -> tuple[str, ...]:
    found = ((key[len(prefix) :], value) for key, value in values.items() if key.startswith(prefix))
    return tuple(value for key, value in found if isinstance(value, str) and key.lower() in asked.tags)
