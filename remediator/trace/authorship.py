"""Who wrote a commit: a person, automation, or a person with an AI tool; by exact addresses and trailers only."""

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources

from pydantic import BaseModel, ConfigDict

from remediator.git.records import RawCommit
from remediator.model import Authorship

_NOREPLY = re.compile(r"(?:(\d+)\+)?([\w.-]+(?:\[bot\])?)@users\.noreply\.[\w.-]+", re.IGNORECASE)
_CO_AUTHOR = re.compile(r"\s*(.*?)\s*<([^<>]*)>\s*")
_TOOL_NAME = 60  # characters of a trailer's value that are kept


class _Section(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class _Accounts(_Section):
    addresses: tuple[str, ...] = ()
    accounts: tuple[str, ...] = ()
    account_ids: tuple[str, ...] = ()

    def hold(self, person: "Person") -> bool:
        """Whether the person is one of them, by address, account or account number."""
        return (
            person.email.lower() in {a.lower() for a in self.addresses}
            or (person.login or "").lower() in {a.lower() for a in self.accounts}
            or person.account_id in self.account_ids
        )


class _Tool(_Accounts):
    name: str
    trailers: tuple[str, ...] = ()
    signatures: tuple[str, ...] = ()


class _Trailers(_Section):
    naming_a_tool: tuple[str, ...]


class _Table(_Section):
    tools: tuple[_Tool, ...]
    trailers: _Trailers
    automation: _Accounts


@dataclass(frozen=True, slots=True)
class Person:
    """A name and an address from a commit; `login` is known where the address is a forge's no-reply address."""

    name: str
    email: str

    @property
    def login(self) -> str | None:
        """The account on the forge."""
        match = _NOREPLY.fullmatch(self.email)
        return match[2] if match else None

    @property
    def account_id(self) -> str | None:
        """The account's number on the forge."""
        match = _NOREPLY.fullmatch(self.email)
        return match[1] if match else None


@dataclass(frozen=True, slots=True)
class Credit:
    """A commit's authorship, the AI tool where one took part, and the first person behind it, if any."""

    authorship: Authorship
    tool: str | None
    person: Person | None


def credit(commit: RawCommit) -> Credit:
    """Who wrote a commit; the person behind a bot's commit is its first human co-author."""
    author = Person(commit.author_name, commit.author_email)
    others = tuple(_co_authors(commit))
    tool = next((name for name in map(_tool_of, (author, *others)) if name), None) or _tool_in_message(commit)
    if not is_bot(author):
        return Credit(Authorship.HUMAN_WITH_AI if tool else Authorship.HUMAN, tool, author)
    person = next((other for other in others if not is_bot(other)), None)
    with_ai = person is not None and _tool_of(author) is not None
    return Credit(Authorship.HUMAN_WITH_AI if with_ai else Authorship.AUTOMATION, tool, person)


def is_bot(person: Person) -> bool:
    """Whether it is an account of automation or of an AI tool."""
    return (
        person.name.endswith("[bot]")
        or (person.login or "").endswith("[bot]")
        or _table().automation.hold(person)
        or _tool_of(person) is not None
    )


def _co_authors(commit: RawCommit) -> Iterator[Person]:
    for key, value in commit.trailers:
        if key.lower() == "co-authored-by" and (match := _CO_AUTHOR.fullmatch(value)):
            yield Person(match[1], match[2])


def _tool_of(person: Person) -> str | None:
    return next((tool.name for tool in _table().tools if tool.hold(person)), None)


def _tool_in_message(commit: RawCommit) -> str | None:
    keys = {key.lower() for key, _ in commit.trailers}
    for tool in _table().tools:
        if any(key.lower() in keys for key in tool.trailers) or any(sign in commit.body for sign in tool.signatures):
            return tool.name
    naming = {key.lower() for key in _table().trailers.naming_a_tool}
    # An address after the tool's name is dropped: it may be a person's.
    values = (value.partition("<")[0].strip() for key, value in commit.trailers if key.lower() in naming)
    return next((value[:_TOOL_NAME] for value in values if value and "@" not in value), None)


@lru_cache(maxsize=1)
def _table() -> _Table:
    text = resources.files("remediator.trace").joinpath("data/automation.toml").read_text("utf-8")
    return _Table.model_validate(tomllib.loads(text))
