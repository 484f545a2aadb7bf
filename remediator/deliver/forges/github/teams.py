"""Which teams GitHub still has, as far as the token may see them; each is asked after once a run and organisation."""

from collections.abc import Collection, Mapping, Sequence
from functools import partial

from github import GithubException

from remediator.deliver.forges.github.api import Api
from remediator.trace.absence import Absence, Absences, Unchecked

_BATCH = 50
"""Teams of one organisation that one question asks after."""

_TEAMS = """
query ($owner: String!%s) {
  organization(login: $owner) {
    teams(first: 1) { totalCount }
%s
  }
}
"""

_REFUSED = {
    "FORBIDDEN": "the token may not read teams: give it read:org, or its App the permission Members: read",
    "INSUFFICIENT_SCOPES": "the token may not read teams: it lacks the scope read:org",
    "NOT_FOUND": "GitHub shows the token no such organisation",
}
"""What GitHub's kinds of errors say of a team: nothing of whether there is one."""


class Teams:
    """The teams of the organisations on one GitHub."""

    def __init__(self, api: Api) -> None:
        self._api = api
        self._known: dict[tuple[str, str], Absence | Unchecked | None] = {}

    def absent(self, repository: str, handles: Collection[str]) -> Absences:
        """Which of some @organisation/teams are not there, asked in the name that a repository is asked in.

        One question for fifty teams of an organisation. A team that is not shown is only gone where the token is shown
        others of the same organisation. Raises RemediatorError where GitHub does not answer.
        """
        asker = repository.partition("/")[0].lower()  # whose installation of an App may see its own teams alone
        names = {handle: handle.removeprefix("@").lower() for handle in handles}
        unknown: dict[str, list[str]] = {}
        for name in sorted(set(names.values())):
            if (asker, name) not in self._known:
                owner, _, team = name.partition("/")
                unknown.setdefault(owner, []).append(team)
        for owner, teams in unknown.items():
            for start in range(0, len(teams), _BATCH):
                batch = teams[start : start + _BATCH]
                found = self._api.read(repository, partial(self._asked, repository, owner, batch))
                self._known |= {(asker, f"{owner}/{team}"): found[team] for team in batch}
        told = {handle: self._known[asker, name] for handle, name in names.items()}
        return {handle: why for handle, why in told.items() if why is not None}

    def _asked(self, repository: str, owner: str, teams: Sequence[str]) -> Mapping[str, Absence | Unchecked | None]:
        asked = {f"team{number}": team for number, team in enumerate(teams)}
        variables = "".join(f", ${key}: String!" for key in asked)
        fields = "\n".join(f"    {key}: team(slug: ${key}) {{ slug }}" for key in asked)
        try:
            data = self._api.ask(repository, _TEAMS % (variables, fields), owner=owner, **asked)
        except GithubException as error:
            if (refusal := _refusal(error)) is None:
                raise
            return dict.fromkeys(teams, refusal)
        there = data["organization"] or {}
        if not there or not there["teams"]["totalCount"]:
            return dict.fromkeys(teams, Unchecked(f"GitHub shows the token no team of {owner} at all"))
        gone = Absence(f"GitHub shows no such team, and shows others of {owner}: it is gone, or secret", for_good=True)
        return {team: None if there[key] else gone for key, team in asked.items()}


def _refusal(error: GithubException) -> Unchecked | None:
    """What the errors of an answer say, where all of them are of kinds that say nothing of a team."""
    errors = error.data.get("errors") if isinstance(error.data, dict) else None
    kinds = [str(one.get("type")) for one in errors or () if isinstance(one, dict)]
    return Unchecked(_REFUSED[kinds[0]]) if kinds and _REFUSED.keys() >= set(kinds) else None
