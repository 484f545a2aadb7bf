"""Handles, as CODEOWNERS writes them, to GitLab's user ids: by the exact username, a group by its members."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import islice

from remediator.deliver.forges.gitlab.answers import DEVELOPER, User
from remediator.deliver.forges.gitlab.api import Api, MissingError
from remediator.errors import RemediatorError

MEMBERS = 5
"""How many of a group are asked at most: a whole department that is asked reviews nothing."""

_BOT = re.compile(r"(?:(?:project|group)_\d+_bot|service_account_).*", re.IGNORECASE)
"""https://docs.gitlab.com/user/project/settings/project_access_tokens/#bot-users-for-projects"""


@dataclass(frozen=True, slots=True)
class People:
    """Those that handles stand for, each once; `notes` are sentences on who cannot be asked."""

    users: tuple[User, ...] = ()
    notes: tuple[str, ...] = ()


class Directory:
    """Who is on one GitLab; each is looked up once a run. Nothing here raises: who is not found is a note."""

    def __init__(self, api: Api) -> None:
        self._api = api
        self._named: dict[str, User | None] = {}
        self._known: dict[int, User] = {}
        self._groups: dict[str, tuple[User, ...]] = {}

    def persons(self, handles: Sequence[str]) -> People:
        """The persons among the handles; groups are left out, since nobody in particular is meant by them."""
        return _together(handles, lambda name: () if "/" in name else self._person(name))

    def everyone(self, handles: Sequence[str], turn: int) -> People:
        """The persons, and some members of the groups; `turn`, any number, decides where in a group to begin."""

        def find(name: str) -> tuple[User, ...]:
            is_user = "/" not in name and self._user(name) is not None
            return self._person(name) if is_user else self._some(self._members(name), turn)

        return _together(handles, find)

    def _person(self, name: str) -> tuple[User, ...]:
        user = self._user(name)
        if user is None:
            raise MissingError("nobody on GitLab is called so")
        if not _is_person(user):
            raise MissingError(f"the account is {'a bot' if user.state == 'active' else user.state}")
        return (user,)

    def _user(self, name: str) -> User | None:
        """The user of exactly this name, which GitLab compares without regard to case; its search is exact, too."""
        key = name.lower()
        if key not in self._named:
            users = self._api.client.users

            def ask() -> list[User]:
                return [User.model_validate(u.attributes) for u in users.list(username=name, iterator=True)]

            exact = next((u for u in self._api.read(name, ask) if u.username.lower() == key), None)
            self._named[key] = self._details(exact) if exact else None
        return self._named[key]

    def _details(self, listed: User) -> User:
        """All of a user who was listed: only this tells bots of any name."""
        if listed.id not in self._known:
            users = self._api.client.users
            self._known[listed.id] = self._api.read(
                listed.username, lambda: User.model_validate(users.get(listed.id).attributes)
            )
        return self._known[listed.id]

    def _members(self, path: str) -> tuple[User, ...]:
        """The direct members who may approve: GitLab takes those of a group above for no code owners either."""
        if path not in self._groups:
            members = self._api.client.groups.get(path, lazy=True).members

            def ask() -> list[User]:
                return [User.model_validate(m.attributes) for m in members.list(iterator=True)]

            try:
                found = self._api.read(path, ask)
            except MissingError as error:
                raise MissingError("it is nobody, or a group whose members the token may not list") from error
            may = (m for m in found if m.access_level >= DEVELOPER and _is_person(m))
            self._groups[path] = tuple(sorted(may, key=lambda member: member.id))
        return self._groups[path]

    def _some(self, members: tuple[User, ...], turn: int) -> tuple[User, ...]:
        first = turn % len(members) if members else 0
        persons = (m for m in (*members[first:], *members[:first]) if _is_person(self._details(m)))
        chosen = tuple(islice(persons, MEMBERS))
        if not chosen:
            raise MissingError("no active member of the group may approve")
        return chosen


def _is_person(user: User) -> bool:
    return user.state == "active" and not user.bot and _BOT.match(user.username) is None


def _together(handles: Sequence[str], find: Callable[[str], tuple[User, ...]]) -> People:
    users: dict[int, User] = {}
    notes: list[str] = []
    for name in (handle.removeprefix("@") for handle in handles):
        try:
            users |= {user.id: user for user in find(name)}
        except MissingError as error:
            notes.append(f"did not ask {name}: {error}")
        except RemediatorError as error:
            notes.append(f"could not look up {error}")
    return People(tuple(users.values()), tuple(notes))
