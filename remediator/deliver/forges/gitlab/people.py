"""Handles, as CODEOWNERS writes them, to GitLab's user ids: by the exact username, a group by its members."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

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
        self._users: dict[str, User | None] = {}
        self._groups: dict[str, tuple[User, ...]] = {}

    def persons(self, handles: Sequence[str]) -> People:
        """The persons among the handles; groups are left out, since nobody in particular is meant by them."""
        return _together(handles, lambda handle: () if "/" in handle else self._person(handle))

    def everyone(self, handles: Sequence[str], turn: int) -> People:
        """The persons, and some members of the groups; `turn`, any number, decides where in a group to begin."""

        def find(handle: str) -> tuple[User, ...]:
            name = handle.removeprefix("@")
            if "/" not in name and self._user(name) is not None:
                return self._person(handle)
            return self._members(name, turn)

        return _together(handles, find)

    def _person(self, handle: str) -> tuple[User, ...]:
        user = self._user(handle.removeprefix("@"))
        if user is None:
            raise MissingError("nobody on GitLab is called so")
        if not _is_person(user):
            raise MissingError(f"the account is {'a bot' if user.state == 'active' else user.state}")
        return (user,)

    def _members(self, path: str, turn: int) -> tuple[User, ...]:
        """Some direct members who may approve: GitLab takes those of a group above for no code owners either."""
        if path not in self._groups:
            members = self._api.client.groups.get(path, lazy=True).members
            found = self._api.read(
                path, lambda: [User.model_validate(m.attributes) for m in members.list(iterator=True)]
            )
            may = (m for m in found if m.access_level >= DEVELOPER and _is_person(m))
            self._groups[path] = tuple(sorted(may, key=lambda member: member.id))
        known = self._groups[path]
        first = turn % len(known) if known else 0
        chosen: list[User] = []
        for member in (*known[first:], *known[:first]):
            user = self._user(member.username) if len(chosen) < MEMBERS else None  # only this tells bots of any name
            chosen += [user] if user and _is_person(user) else []
        if not chosen:
            raise MissingError("no active member of the group may approve")
        return tuple(chosen)

    def _user(self, name: str) -> User | None:
        key = name.lower()
        if key not in self._users:
            users = self._api.client.users
            listed = self._api.read(
                name, lambda: [User.model_validate(u.attributes) for u in users.list(username=name, iterator=True)]
            )
            exact = next((u for u in listed if u.username.lower() == key), None)
            self._users[key] = exact and self._api.read(
                name, lambda: User.model_validate(users.get(exact.id).attributes)
            )
        return self._users[key]


def _is_person(user: User) -> bool:
    return user.state == "active" and not user.bot and _BOT.match(user.username) is None


def _together(handles: Sequence[str], find: Callable[[str], tuple[User, ...]]) -> People:
    users: dict[int, User] = {}
    notes: list[str] = []
    for handle in handles:
        try:
            users |= {user.id: user for user in find(handle)}
        except MissingError as error:
            notes.append(f"did not ask {handle.removeprefix('@')}: {error}")
        except RemediatorError as error:
            notes.append(f"could not look up {error}")
    return People(tuple(users.values()), tuple(notes))
