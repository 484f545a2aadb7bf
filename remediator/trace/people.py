"""People as commits and CODEOWNERS name them, and which of those names are one person's."""

import re
import unicodedata
from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass, field

_GITHUB = re.compile(r"(?:(\d+)\+)?([\w.-]+(?:\[bot\])?)@users\.noreply\.[\w.-]+", re.IGNORECASE)
_GITLAB = re.compile(r"(\d+)-([\w.-]+)@users\.noreply\.(?!github)[\w.-]+", re.IGNORECASE)

_ADDRESS = re.compile(r"^[@<(\"']*([^@]+)@.*", re.DOTALL)
_IN_TEXT = re.compile(r"([^\s<>()@,;:\"']{1,64})@(?:[\w-]{1,63}\.){1,8}[a-z]{2,63}\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Person:
    """A name and an address from a commit; `login` is known where the address is a forge's no-reply address.

    GitHub writes ID+LOGIN or LOGIN before the host, GitLab ID-LOGIN. `named` and `addressed` are False where the name
    or the address is what a machine or a manual fills in, which many strangers share.
    """

    name: str
    email: str
    named: bool = True
    addressed: bool = True

    @property
    def login(self) -> str | None:
        """The account on the forge."""
        match = _GITLAB.fullmatch(self.email) or _GITHUB.fullmatch(self.email)
        return match[2] if match else None

    @property
    def account_id(self) -> str | None:
        """The account's number on the forge."""
        match = _GITLAB.fullmatch(self.email) or _GITHUB.fullmatch(self.email)
        return match[1] if match else None

    @property
    def forge(self) -> str | None:
        """The host of the forge that the account is on."""
        return self.email.lower().partition("@users.noreply.")[2] if self.login else None

    def handle(self, forge: str | None) -> str | None:
        """The @account on the forge of that host, None standing for any; one of another forge may be a stranger's."""
        return f"@{self.login}" if self.login and forge in (None, self.forge) else None

    @property
    def is_nobody(self) -> bool:
        """Whether neither its name nor its address tells it from strangers."""
        return not (self.named or self.addressed or self.login)

    def names(self, forge: str | None = None) -> tuple[str, ...]:
        """The keys it goes by on a forge, the address first; a name counts where it has two words or more.

        An address that strangers share counts together with the name alone.
        """
        login = tuple(folded(handle) for handle in (self.handle(forge),) if handle)
        name, address = folded(self.name), folded(self.email)
        whole = (name,) if self.named and " " in name else ()
        return (address if self.addressed else f"{name} <{address}>", *login, *whole)


@dataclass(frozen=True, slots=True)
class People:
    """Everybody that a history names: one person for all commits that share an address, an account or a full name.

    A name of one word counts only where it is an account that the same history shows. Accounts are those of `forge`, a
    host; None stands for any.
    """

    forge: str | None = None
    _keys: Mapping[str, str] = field(default_factory=dict)
    _names: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    _handles: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, persons: Iterable[Person], forge: str | None = None) -> "People":
        """Those of some commits, latest first: of several accounts of one person the first is shown."""
        distinct = tuple(dict.fromkeys(persons))
        logins: dict[str, str] = {}
        for person in distinct:
            if handle := person.handle(forge):
                logins.setdefault(folded(handle), handle)
        keys = joined((person.names()[0], name) for person in distinct for name in _all_names(person, logins, forge))
        names: dict[str, list[str]] = {}
        for name, key in keys.items():
            names.setdefault(key, []).append(name)
        handles = {keys[name]: login for name, login in reversed(logins.items())}
        return cls(forge, keys, {key: tuple(own) for key, own in names.items()}, handles)

    def key(self, name: str) -> str:
        """The key of the person that a `folded` address, @account or full name is of; itself where none is known."""
        return self._keys.get(name, name)

    def knows(self, name: str) -> bool:
        """Whether a commit shows that address, @account or full name, `folded`."""
        return name in self._keys

    def names(self, key: str) -> tuple[str, ...]:
        """All that the person of a key goes by: addresses, @accounts, full names, `folded`."""
        return self._names.get(key, (key,))

    def handle(self, key: str) -> str | None:
        """The @account of the person of a key, where any of their commits shows it."""
        return self._handles.get(key)


def _all_names(person: Person, logins: Container[str], forge: str | None) -> tuple[str, ...]:
    """What a person goes by; a name of one word that is an account of the same history is that account's."""
    account = f"@{folded(person.name)}"
    return (*person.names(forge), *((account,) if person.named and account in logins else ()))


def folded(name: str) -> str:
    """A name, address or @account as it is compared: whatever its case, blanks, and way to write accents.

    Compatibility caseless matching of Unicode, section 3.13: https://www.unicode.org/versions/latest/core-spec/chapter-3/
    """
    if name.isascii():
        return " ".join(name.lower().split())
    once = unicodedata.normalize("NFKD", unicodedata.normalize("NFD", name).casefold())
    return " ".join(unicodedata.normalize("NFKC", once.casefold()).split())


def all_left(words: Iterable[str]) -> frozenset[str]:
    """All names of who left, `folded`; a single word may be an account that is written without its @."""
    names = set(map(folded, words))
    return frozenset(names | {f"@{name}" for name in names if "@" not in name and " " not in name})


def shown(name: str) -> str:
    """A name as it may be shown: of an e-mail address only what stands before the host, which is no handle.

    Of an address in angle brackets after a name, as in a commit, it is nothing.
    """
    words = name.split()
    named = [word for word in words if not (word.startswith("<") and "@" in word)] or words
    return " ".join(_ADDRESS.sub(r"\1", word) for word in named)


def unaddressed(text: str) -> str:
    """A text as it may be shown: of each e-mail address in it only what stands before the host."""
    return _IN_TEXT.sub(r"\1", text)


def joined(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    """For every name in the pairs the one that stands for all that are joined with it, directly or not."""
    parents: dict[str, str] = {}
    for one, other in pairs:
        parents[_top(parents, other)] = _top(parents, one)
    return {name: _top(parents, name) for name in list(parents)}


def _top(parents: dict[str, str], name: str) -> str:
    """The name that stands for all that are joined with it."""
    parents.setdefault(name, name)
    while parents[name] != name:
        parents[name] = parents[parents[name]]
        name = parents[name]
    return name
