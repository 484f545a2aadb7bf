"""Who wrote a commit: a person, automation, or a person with an AI tool; by exact addresses and trailers only."""

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import resources

from pydantic import BaseModel, ConfigDict

from remediator.config import MachineConfig, OwnersConfig, ToolConfig
from remediator.git.records import RawCommit
from remediator.model import Authorship
from remediator.trace.people import Person
from remediator.trace.placeholders import Placeholders, placeholders

_CO_AUTHOR = re.compile(r"([^<>]*)<([^<>]*)>")
_TOOL_NAME = 60  # characters of a trailer's value that are kept


class _Trailers(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")
    naming_a_tool: tuple[str, ...]


class _Table(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")
    tools: tuple[ToolConfig, ...]
    trailers: _Trailers
    automation: MachineConfig


@dataclass(frozen=True, slots=True)
class _Accounts:
    addresses: frozenset[str]
    accounts: frozenset[str]
    numbers: frozenset[str]

    def hold(self, person: Person) -> bool:
        return (
            person.email.lower() in self.addresses
            or (person.login or "").lower() in self.accounts
            or person.account_id in self.numbers
        )


@dataclass(frozen=True, slots=True)
class Machines:
    """Who writes commits without being a person: the project's own list, and what the configuration adds to it."""

    tools: tuple[tuple[ToolConfig, _Accounts], ...]
    automation: tuple[_Accounts, ...]
    naming: frozenset[str]
    placeholders: Placeholders

    def person(self, name: str, email: str) -> Person:
        """Who a commit names; what strangers share of it does not count."""
        return Person(name, email, self.placeholders.names_somebody(name), self.placeholders.reaches_somebody(email))

    def tool_of(self, person: Person) -> str | None:
        """The AI tool that an account is of."""
        return next((tool.name for tool, accounts in self.tools if accounts.hold(person)), None)

    def holds(self, person: Person) -> bool:
        """Whether it is an account of automation or of an AI tool."""
        return (
            person.name.endswith("[bot]")
            or (person.login or "").endswith("[bot]")
            or any(accounts.hold(person) for accounts in self.automation)
            or self.tool_of(person) is not None
        )


def machines(config: OwnersConfig) -> Machines:
    """The tools and automation that are known, those of the configuration first."""
    text = resources.files("remediator.trace").joinpath("data/automation.toml").read_text("utf-8")
    table = _Table.model_validate(tomllib.loads(text))
    return Machines(
        tuple((tool, _accounts(tool)) for tool in (*config.tools, *table.tools)),
        (_accounts(config.automation), _accounts(table.automation)),
        frozenset(key.lower() for key in table.trailers.naming_a_tool),
        placeholders(config.placeholders),
    )


def _accounts(config: MachineConfig) -> _Accounts:
    addresses, accounts = (frozenset(map(str.lower, words)) for words in (config.addresses, config.accounts))
    return _Accounts(addresses, accounts, frozenset(config.account_ids))


@dataclass(frozen=True, slots=True)
class Credit:
    """A commit's authorship, the AI tool where one took part, the first person behind it, and the other people."""

    authorship: Authorship
    tool: str | None
    person: Person | None
    others: tuple[Person, ...] = ()


def credit(commit: RawCommit, known: Machines) -> Credit:
    """Who wrote a commit; the person behind a bot's commit is its first human co-author."""
    author = known.person(commit.author_name, commit.author_email)
    beside = tuple(_co_authors(commit, known))
    tool = next((name for name in map(known.tool_of, (author, *beside)) if name), None) or _in_message(commit, known)
    people = tuple(dict.fromkeys(person for person in (author, *beside) if not known.holds(person)))
    if not known.holds(author):
        return Credit(Authorship.HUMAN_WITH_AI if tool else Authorship.HUMAN, tool, author, people[1:])
    with_ai = bool(people) and known.tool_of(author) is not None
    authorship = Authorship.HUMAN_WITH_AI if with_ai else Authorship.AUTOMATION
    return Credit(authorship, tool, next(iter(people), None), people[1:])


def _co_authors(commit: RawCommit, known: Machines) -> Iterator[Person]:
    for key, value in commit.trailers:
        if key.lower() == "co-authored-by" and (match := _CO_AUTHOR.fullmatch(value.strip())):
            yield known.person(match[1].strip(), match[2].strip())


def _in_message(commit: RawCommit, known: Machines) -> str | None:
    keys = {key.lower() for key, _ in commit.trailers}
    for tool, _ in known.tools:
        if any(key.lower() in keys for key in tool.trailers) or any(sign in commit.body for sign in tool.signatures):
            return tool.name
    # An address after the tool's name is dropped: it may be a person's.
    values = (value.partition("<")[0].strip() for key, value in commit.trailers if key.lower() in known.naming)
    return next((value[:_TOOL_NAME] for value in values if value and "@" not in value), None)
