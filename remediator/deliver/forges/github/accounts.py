"""Which accounts GitHub still has, and which of them have access to a repository; each is asked after once a run."""

from collections.abc import Collection, Mapping, Sequence
from functools import partial
from urllib.parse import quote

from github import GithubException

from remediator.deliver.forges.github.answers import Account
from remediator.deliver.forges.github.api import Api
from remediator.deliver.forges.github.teams import Teams
from remediator.trace.absence import Absence, Absences

_PUBLIC = "https://api.github.com"
_BATCH = 50
"""Accounts that one question asks after: of each up to a hundred are looked through, and GitHub counts nodes."""

_ASSIGNABLE = """
query ($owner: String!, $name: String!%s) {
  repository(owner: $owner, name: $name) {
%s
  }
}
"""


class Accounts:
    """The accounts of one GitHub."""

    def __init__(self, api: Api) -> None:
        self._api, self._teams = api, Teams(api)
        self._known: dict[tuple[str, str], Absence | None] = {}
        self._accounts: dict[str, Account | None] = {}

    def absent(self, repository: str, handles: Collection[str]) -> Absences:
        """Who of some @accounts and teams cannot be asked in a repository.

        One question for fifty accounts tells who has access; only others are looked at by themselves, and on an
        Enterprise Server, which alone tells who is suspended, all of them. Raises RemediatorError where GitHub does not
        answer.
        """
        names, teams = _persons(handles), self._teams.absent(repository, [h for h in handles if "/" in h])
        unknown = sorted({name for name in names.values() if (repository, name) not in self._known})
        for start in range(0, len(unknown), _BATCH):
            batch = unknown[start : start + _BATCH]
            able = self._api.read(repository, partial(self._assignable, repository, batch))
            for name in batch:
                self._known[repository, name] = self._absence(repository, name, name in able)
        found = {handle: self._known[repository, name] for handle, name in names.items()}
        return {**teams, **{handle: absence for handle, absence in found.items() if absence is not None}}

    def gone(self, repository: str, handles: Collection[str]) -> Absences:
        """Which of some @accounts and teams GitHub has no more, whoever may read the repository it is asked about.

        One request for each account. Raises RemediatorError where GitHub does not answer.
        """
        teams = self._teams.absent(repository, [handle for handle in handles if "/" in handle])
        found = {handle: _gone(self._account(repository, name)) for handle, name in _persons(handles).items()}
        return {**teams, **{handle: absence for handle, absence in found.items() if absence is not None}}

    def _assignable(self, repository: str, names: Sequence[str]) -> frozenset[str]:
        """Those who can be assigned, which is whoever may read a repository and belongs to it."""
        owner, _, name = repository.partition("/")
        asked = {f"login{number}": login for number, login in enumerate(names)}
        variables = "".join(f", ${key}: String!" for key in asked)
        fields = "\n".join(
            f"    {key}: assignableUsers(query: ${key}, first: 100) {{ nodes {{ login }} }}" for key in asked
        )
        data = self._api.ask(repository, _ASSIGNABLE % (variables, fields), owner=owner, name=name, **asked)
        found = (node["login"].lower() for key in asked for node in data["repository"][key]["nodes"])
        return frozenset(found)

    def _absence(self, repository: str, name: str, able: bool) -> Absence | None:
        if able and self._api.url == _PUBLIC:
            return None
        account = self._account(repository, name)
        if (gone := _gone(account)) is not None:
            return gone
        if able or account is None or account.type != "User" or self._has_access(repository, name):
            return None
        return Absence("the account has no access to the repository", for_good=False)

    def _account(self, repository: str, name: str) -> Account | None:
        if name not in self._accounts:
            self._accounts[name] = self._api.account(repository, name)
        return self._accounts[name]

    def _has_access(self, repository: str, name: str) -> bool:
        """Whether GitHub itself would assign to the account: the search above is by words."""

        def ask() -> bool:
            try:
                self._api.do(repository, "GET", f"/assignees/{quote(name)}")
            except GithubException as error:
                if error.status != 404:
                    raise
                return False
            return True

        return self._api.read(repository, ask)


def _persons(handles: Collection[str]) -> Mapping[str, str]:
    """The accounts among handles, each with its name on GitHub."""
    return {handle: handle.removeprefix("@").lower() for handle in handles if "/" not in handle}


def _gone(account: Account | None) -> Absence | None:
    if account is None:
        return Absence("GitHub has no such account any more", for_good=True)
    if account.suspended_at is not None:
        return Absence("the account is suspended on GitHub", for_good=True)
    return Absence("the account is a bot", for_good=True) if account.type == "Bot" else None
