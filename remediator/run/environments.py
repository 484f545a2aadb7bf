"""Which environment a resource is in, by the words that people use for it."""

import re
from collections.abc import Iterable, Iterator, Mapping

from remediator.model import Resource, StateResource

TAGS = ("environment", "env", "stage")
WORDS: Mapping[str, frozenset[str]] = {
    "prod": frozenset({"prod", "prd", "production", "live"}),
    "staging": frozenset({"staging", "stage", "stg", "uat", "preprod", "preproduction"}),
    "dev": frozenset({"dev", "development", "test", "tst", "testing", "sandbox", "sbx", "qa", "lab", "experiment"}),
}
"""Where several are named at once, the first counts: what may be production is treated as such."""

_LONGEST = 256
"""Characters of a text that are looked at."""
_WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")


def environment(resource: Resource, declared: StateResource | None) -> str | None:
    """`prod`, `staging` or `dev`, or None where nothing says which.

    Asked in turn: its tags, live and in state; its workspace; the folders of its root, the last first; the account's
    name. The first of them that says something decides.
    """
    return next((found for text in _signs(resource, declared) if (found := named(text)) is not None), None)


def named(text: str) -> str | None:
    """The environment that a text names with a word of its own: `eu-Prod-1`, `mlDev`."""
    words = {word.lower() for word in _WORD.findall(text[:_LONGEST])}
    return next((name for name, known in WORDS.items() if words & known), None)


def _signs(resource: Resource, declared: StateResource | None) -> Iterator[str]:
    yield from _tagged(resource.tags.items())
    if declared is not None:
        own = ((key.removeprefix("tags."), value) for key, value in declared.attributes.items())
        yield from _tagged((key, value) for key, value in own if key.lower() in TAGS)
        yield "" if declared.at.workspace == "default" else declared.at.workspace
        yield from reversed(declared.at.root.split("/"))
    yield resource.account


def _tagged(tags: Iterable[tuple[str, object]]) -> Iterator[str]:
    by_key = {key.lower(): value for key, value in tags}
    return (value for key in TAGS if isinstance(value := by_key.get(key), str))
