"""How GitHub knows us: by a token, or as a GitHub App by tokens that are made anew before they expire."""

from dataclasses import dataclass, field
from typing import Protocol

from github import Auth, Github
from github.Requester import Requester

from remediator.deliver.forges.github.answers import Installation
from remediator.errors import RemediatorError

SECONDS = 30
"""How long an answer may take."""

PACE = 1.0
"""Seconds between two writes, as GitHub asks of programs:
https://docs.github.com/rest/using-the-rest-api/best-practices-for-using-the-rest-api"""


class Login(Protocol):
    """Whose name requests are sent in."""

    @property
    def signs(self) -> bool:
        """Whether what is committed over the API is signed by GitHub, as for an App."""

    def requester(self, repository: str) -> Requester:
        """What sends requests about a repository."""

    def renew(self, repository: str) -> bool:
        """Drop a token that is no longer taken; False where there is no other."""


@dataclass(frozen=True, slots=True)
class Server:
    """One GitHub: `url` is that of its API, `pace` the least number of seconds between two writes."""

    url: str
    pace: float = PACE

    def connect(self, auth: Auth.Auth) -> Requester:
        """What sends requests there; it does not retry by itself."""
        return Github(
            auth=auth,
            base_url=self.url,
            retry=None,
            seconds_between_requests=None,
            seconds_between_writes=self.pace or None,
            timeout=SECONDS,
            per_page=100,
            lazy=True,
        ).requester


class TokenLogin:
    """A personal, fine-grained or workflow's token."""

    signs = False

    def __init__(self, server: Server, token: str) -> None:
        self._requester = server.connect(Auth.Token(token))

    def requester(self, repository: str) -> Requester:
        """The same for every repository."""
        return self._requester

    def renew(self, repository: str) -> bool:
        """False: a token is what it is."""
        return False


@dataclass(slots=True)
class AppLogin:
    r"""A GitHub App: an installation for each owner, found by the first of its repositories that is asked for.

    `key` is the private key in PEM; where a variable cannot hold lines, they may be joined by `\n`.
    """

    server: Server
    app_id: int
    key: str = field(repr=False)
    signs: bool = True
    _installations: dict[str, Installation] = field(default_factory=dict, repr=False)
    _requesters: dict[str, Requester] = field(default_factory=dict, repr=False)

    def requester(self, repository: str) -> Requester:
        """With the owner's installation token, which PyGithub makes anew 20 seconds before it expires."""
        owner = _owner(repository)
        if owner not in self._requesters:
            found = self.installation(repository)
            auth = self._app().get_installation_auth(found.id, requester=self.server.connect(self._app()))
            self._requesters[owner] = self.server.connect(auth)
        return self._requesters[owner]

    def renew(self, repository: str) -> bool:
        """The next request is sent with a new token."""
        return self._requesters.pop(_owner(repository), None) is not None

    def installation(self, repository: str) -> Installation:
        """Where the App is installed for a repository; raises RemediatorError where it is suspended there."""
        owner = _owner(repository)
        if owner not in self._installations:
            _, answer = self.server.connect(self._app()).requestJsonAndCheck("GET", f"/repos/{repository}/installation")
            found = Installation.model_validate(answer)
            if found.suspended_at is not None:
                raise RemediatorError(f"{repository}: the GitHub App is suspended there; unsuspend its installation")
            self._installations[owner] = found
        return self._installations[owner]

    def token(self, repository: str) -> str:
        """An installation token that holds for some time yet, for git."""
        auth = self.requester(repository).auth
        return auth.token if auth is not None else ""

    def _app(self) -> Auth.AppAuth:
        return Auth.AppAuth(self.app_id, self.key.replace("\\n", "\n"))


def _owner(repository: str) -> str:
    return repository.partition("/")[0].lower()
