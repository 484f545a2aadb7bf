"""Handles, as CODEOWNERS writes them, to GitLab's user ids: by the exact username, a group by its members."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from remediator.deliver.forges.gitlab.answers import DEVELOPER, User
from remediator.deliver.forges.gitlab.api import PAGE, Api, MissingError
from remediator.deliver.forges.gitlab.groups import Groups
from remediator.errors import RemediatorError
from remediator.trace.absence import Absence, Absences, Unchecked

MEMBERS = 5
"""How many of a group are asked at most: a whole department that is asked reviews nothing."""


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
        self._groups = Groups(api)
        self._levels: dict[tuple[str, int], int] = {}

    def persons(self, project: str, handles: Sequence[str]) -> People:
        """The persons among the handles who may approve in a project.

        Groups are left out, since nobody in particular is meant by them.
        """
        return self._able(project, _together(handles, lambda name: () if "/" in name else self._person(name)))

    def everyone(self, project: str, handles: Sequence[str], turn: int) -> People:
        """The persons, and some members of the groups, who may approve in a project.

        `turn`, any number, decides where in a group to begin.
        """

        def find(name: str) -> tuple[User, ...]:
            is_user = "/" not in name and self._user(name) is not None
            return self._person(name) if is_user else self._some(self._groups.members(name), turn)

        return self._able(project, _together(handles, find))

    def absent(self, project: str, handles: Collection[str]) -> Absences:
        """Who of some handles cannot be asked in a project; raises RemediatorError where GitLab does not answer."""
        found = dict(self.gone(project, handles))
        users = {handle: self._user(handle.removeprefix("@")) for handle in handles if "/" not in handle}
        persons = {handle: user for handle, user in users.items() if user is not None and handle not in found}
        levels = self._access(project, persons.values())
        for handle, user in persons.items():
            if levels[user.id] < DEVELOPER:
                reason = "the account has no role of Developer or above in the project"
                found[handle] = Absence(reason, for_good=False)
        return found

    def gone(self, _: str, handles: Collection[str]) -> Absences:
        """Which of some @accounts and groups are not there any more, or are nobody's."""
        found = {handle: self._standing(handle.removeprefix("@")) for handle in handles}
        return {handle: why for handle, why in found.items() if why is not None}

    def _standing(self, name: str) -> Absence | Unchecked | None:
        user = self._user(name) if "/" not in name else None
        if user is not None:
            return None if user.is_person else Absence(_unable(user), for_good=True)
        return self._groups.standing(name)

    def _able(self, project: str, people: People) -> People:
        """Those of some people whose role is enough; in a public project GitLab would ask any stranger."""
        try:
            levels = self._access(project, people.users)
        except RemediatorError as error:
            return People((), (*people.notes, f"could not look up who may approve: {error}"))
        weak = [user for user in people.users if levels[user.id] < DEVELOPER]
        notes = [f"did not ask {user.username}: no role of Developer or above in the project" for user in weak]
        return People(tuple(user for user in people.users if user not in weak), (*people.notes, *notes))

    def _access(self, project: str, users: Collection[User]) -> Mapping[int, int]:
        """The highest access level of each in a project, 0 for none: a request for each hundred not asked after before.

        https://docs.gitlab.com/api/members/#list-all-members-of-a-group-or-project-including-inherited-and-invited-members
        """
        unknown = [user.id for user in users if (project, user.id) not in self._levels]
        members = self._api.project(project).members_all
        for start in range(0, len(unknown), PAGE):
            some = unknown[start : start + PAGE]

            def ask(asked: Sequence[int] = some) -> list[User]:
                found = members.list(query_parameters={"user_ids[]": asked}, iterator=True)
                return [User.model_validate(member.attributes) for member in found]

            levels = {member.id: member.access_level for member in self._api.read(project, ask)}
            self._levels |= {(project, number): levels.get(number, 0) for number in some}
        return {user.id: self._levels[project, user.id] for user in users}

    def _person(self, name: str) -> tuple[User, ...]:
        user = self._user(name)
        if user is None:
            raise MissingError("nobody on GitLab is called so")
        if not user.is_person:
            raise MissingError(_unable(user))
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

    def _some(self, members: tuple[User, ...], turn: int) -> tuple[User, ...]:
        first = turn % len(members) if members else 0
        persons = (m for m in (*members[first:], *members[:first]) if self._details(m).is_person)
        chosen = tuple(islice(persons, MEMBERS))
        if not chosen:
            raise MissingError("no active member of the group may approve")
        return chosen


def _unable(user: User) -> str:
    return f"the account is {'a bot' if user.state == 'active' else f'{user.state} on GitLab'}"


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
