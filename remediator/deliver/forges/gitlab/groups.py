"""The groups of one GitLab: who is in them, and whether one that is not shown is gone."""

from remediator.deliver.forges.gitlab.answers import DEVELOPER, User
from remediator.deliver.forges.gitlab.api import Api, ForbiddenError, MissingError
from remediator.trace.absence import Absence, Unchecked


class Groups:
    """Each is looked up once a run, and so is whether the token's user belongs to it."""

    def __init__(self, api: Api) -> None:
        self._api = api
        self._members: dict[str, tuple[User, ...] | MissingError] = {}
        self._own: dict[str, bool] = {}
        self._me: User | None = None

    def members(self, path: str) -> tuple[User, ...]:
        """The direct members who may approve: GitLab takes those of a group above for no code owners either."""
        key = path.lower()
        if key not in self._members:
            members = self._api.client.groups.get(path, lazy=True).members

            def ask() -> list[User]:
                return [User.model_validate(m.attributes) for m in members.list(iterator=True)]

            try:
                may = (m for m in self._api.read(path, ask) if m.access_level >= DEVELOPER and m.is_person)
                self._members[key] = tuple(sorted(may, key=lambda member: member.id))
            except MissingError as error:
                self._members[key] = error
        known = self._members[key]
        if isinstance(known, MissingError):
            raise MissingError("it is nobody, or a group whose members the token may not list") from known
        return known

    def standing(self, path: str) -> Absence | Unchecked | None:
        """Why a group is gone, or is not known to be; None where it is there."""
        try:
            self.members(path)
        except MissingError as error:
            if isinstance(error.__cause__, ForbiddenError):
                return Unchecked("GitLab does not let the token list the members of the group")
        else:
            return None
        if "/" not in path:  # history never means a group, and one at the top shows itself only to whom it likes
            return Absence("nobody on GitLab is called so any more, and no group that it shows", False, unsure=True)
        parts = path.split("/")
        if any(self._belongs("/".join(parts[:at])) for at in range(1, len(parts))):
            return Absence("GitLab has no such group any more", for_good=True)
        return Unchecked("GitLab shows no such group, as it does with those that the token's user may not see")

    def _belongs(self, group: str) -> bool:
        """Whether the token's user is a member of a group, so that every group below is shown.

        https://docs.gitlab.com/api/members/#get-a-member-of-a-group-or-project-including-inherited-and-invited-members
        """
        if group not in self._own:
            client = self._api.client
            members = client.groups.get(group, lazy=True).members_all
            self._me = self._me or self._api.read(group, lambda: User.model_validate(client.http_get("/user")))
            me = self._me.id
            try:
                self._own[group] = self._api.read(group, lambda: members.get(me)) is not None
            except MissingError:
                self._own[group] = False
        return self._own[group]
