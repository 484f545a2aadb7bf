"""The connection to one GitHub: every failure in words, answers checked, listings asked for only where they changed."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeVar
from urllib.parse import quote

from github import GithubException
from pydantic import BaseModel, ValidationError
from requests.exceptions import ChunkedEncodingError, ConnectTimeout, ContentDecodingError, RequestException, Timeout
from requests.exceptions import ConnectionError as RequestsConnectionError

from remediator.deliver.forges.github.answers import Account
from remediator.deliver.forges.github.login import Login
from remediator.deliver.forges.github.shelf import Page, Shelf
from remediator.deliver.pace import Pace
from remediator.deliver.redaction import said
from remediator.deliver.retry import Answer, Retry
from remediator.errors import RemediatorError
from remediator.git.commits import OURS

T = TypeVar("T")
ModelT = TypeVar("ModelT", bound=BaseModel)
Body = Mapping[str, object]

_LOST = (RequestsConnectionError, Timeout, ChunkedEncodingError, ContentDecodingError)
_FAILURES = (GithubException, RequestException, ValueError)  # a ValueError is an answer that is no JSON, or not ours


class MissingError(RemediatorError):
    """There is no such thing on GitHub, or the token may not see it."""


def judge(error: BaseException) -> Answer | None:
    """What GitHub answered, from what PyGithub raised."""
    if isinstance(error, GithubException):
        return Answer(_status(error), error.headers or {}, said(str(error)))
    if isinstance(error, _LOST):
        refused = isinstance(error, ConnectTimeout) or "NewConnectionError" in repr(error)
        return Answer(None, {}, said(str(error)), sent=not refused)
    if isinstance(error, ValueError):  # half an answer, or the page of something that stands before GitHub
        return Answer(None, {}, "what GitHub's API does not say")
    return None


def _status(error: GithubException) -> int:
    """The status of a refusal: GraphQL answers 200 whatever is wrong, of which PyGithub makes 400.

    https://docs.github.com/graphql/overview/rate-limits-and-query-limits-for-the-graphql-api
    """
    if error.status != 400:
        return error.status
    said_so = problems(error)
    limited = "'rate_limited'" in said_so or "secondary rate limit" in said_so  # a type of its own, and words alone
    return 429 if limited else 502 if "something went wrong while executing" in said_so else 400


def problems(error: GithubException) -> str:
    """All that a refusal says, in small letters, to look for a known one in."""
    return str(error.data).lower()


class Api:
    """One GitHub, asked in one name."""

    def __init__(
        self, url: str, login: Login, retry: Retry, pace: Pace, shelf: Shelf, ours: frozenset[str] = OURS
    ) -> None:
        """`ours` are the addresses that commits of ours are by, where git made them."""
        self.ours = ours
        self.url, self.login, self.retry, self._pace, self._shelf = url, login, retry, pace, shelf
        self._logins: dict[str, str] = {}

    def read(self, where: str, send: Callable[[], T]) -> T:
        """Ask, again where that may help; for what is carried out twice without harm. Raises RemediatorError."""
        return self._worded(where, lambda: self.retry.read(send))

    def create(self, where: str, send: Callable[[], T], look: Callable[[], T | None]) -> T:
        """Create at the pace GitHub allows, and look before creating again. Raises RemediatorError."""
        self._pace.count()
        return self._worded(where, lambda: self.retry.create(send, look))

    def get(self, repository: str, path: str, model: type[ModelT], **parameters: object) -> ModelT:
        """One thing of a repository; the path is below it."""
        return self.read(repository, lambda: self.send(repository, "GET", path, model, parameters=parameters))

    def send(
        self,
        repository: str,
        verb: str,
        path: str,
        model: type[ModelT],
        body: object = None,
        parameters: Mapping[str, object] | None = None,
    ) -> ModelT:
        """One request, not sent again, and its answer, checked; raises what PyGithub or pydantic raise."""
        _, answer = self._once(repository, verb, f"/repos/{repository}{path}", body, parameters)
        return model.model_validate(answer)

    def account(self, repository: str, login: str) -> Account | None:
        """An account by its name, asked for as about a repository; None where there is none."""

        def send() -> Account | None:
            try:
                return Account.model_validate(self._once(repository, "GET", f"/users/{quote(login)}", None, None)[1])
            except GithubException as error:
                if error.status != 404:
                    raise
                return None

        return self.read(repository, send)

    def do(self, repository: str, verb: str, path: str, body: object = None) -> None:
        """One request of which the answer does not matter; raises what PyGithub raises."""
        self._once(repository, verb, f"/repos/{repository}{path}", body, None)

    def listed(self, repository: str, path: str, model: type[ModelT], **parameters: object) -> list[ModelT]:
        """All of a listing; raises what PyGithub or pydantic raise."""
        return [model.model_validate(row) for row in self._rows(repository, path, parameters, Shelf(None))]

    def changed(self, repository: str, path: str, model: type[ModelT], **parameters: object) -> list[ModelT]:
        """All of a listing of which only the pages are sent that changed since they were last read."""
        return [model.model_validate(row) for row in self._rows(repository, path, parameters, self._shelf)]

    def ask(self, repository: str, query: str, **variables: object) -> dict[str, Any]:
        """A question or change by GraphQL; raises GithubException for errors, which come with status 200."""

        def send() -> dict[str, Any]:
            _, answer = self.login.requester(repository).graphql_query(query, dict(variables))
            if not isinstance(answer.get("data"), dict):
                raise ValueError("no data")
            return dict(answer["data"])

        return self._renewing(repository, send)

    def myself(self, repository: str) -> str:
        """The login that comments of ours are under; GraphQL tells it for every kind of token."""
        owner = repository.partition("/")[0].lower()
        if owner not in self._logins:
            data = self.read(repository, lambda: self.ask(repository, "query { viewer { login } }"))
            self._logins[owner] = str(data["viewer"]["login"])
        return self._logins[owner]

    def _once(
        self, repository: str, verb: str, url: str, body: object, parameters: Mapping[str, object] | None
    ) -> tuple[dict[str, Any], Any]:
        return self._renewing(
            repository,
            lambda: self.login.requester(repository).requestJsonAndCheck(
                verb, url, parameters=dict(parameters or {}), input=body
            ),
        )

    def _rows(
        self, repository: str, path: str, parameters: Mapping[str, object], shelf: Shelf
    ) -> Iterator[dict[str, Any]]:
        number = 1
        while True:
            page = self._page(repository, path, {**parameters, "per_page": 100, "page": number}, shelf)
            yield from page.rows
            if not page.more:
                return
            number += 1

    def _page(self, repository: str, path: str, parameters: dict[str, object], shelf: Shelf) -> Page:
        """A page as it is now; one that did not change since it was last read costs GitHub's limit nothing."""
        key = f"{self.url}/repos/{repository}{path}?{sorted(parameters.items())}"
        known = shelf.read(key)
        headers = {"If-None-Match": known.etag} if known else {}
        answered, rows = self._renewing(
            repository,
            lambda: self.login.requester(repository).requestJsonAndCheck(
                "GET", f"/repos/{repository}{path}", parameters=dict(parameters), headers=dict(headers)
            ),
        )
        if known is not None and rows is None:
            return known
        if not isinstance(rows, list):
            raise ValueError("no listing")
        page = Page(etag=str(answered.get("etag", "")), rows=rows, more='rel="next"' in str(answered.get("link", "")))
        shelf.keep(key, page)
        return page

    def _renewing(self, repository: str, send: Callable[[], T]) -> T:
        """Send, and once more with a new token where the old one is no longer taken: nothing was carried out."""
        try:
            return send()
        except GithubException as error:
            if error.status != 401 or not self.login.renew(repository):
                raise
        return send()

    def _worded(self, where: str, send: Callable[[], T]) -> T:
        try:
            return send()
        except _FAILURES as error:
            raise self._sentence(where, error) from error

    def _sentence(self, where: str, error: Exception) -> RemediatorError:
        answer = judge(error)
        if isinstance(error, ValidationError):
            name = ".".join(map(str, error.errors(include_url=False, include_input=False)[0]["loc"]))
            return RemediatorError(f"{where}: GitHub's answer lacks '{name}'; check that api_url is that of its API")
        if answer is None or answer.status is None:
            return RemediatorError(
                f"{where}: {self.url} did not answer as GitHub does; check api_url and the network, then run again"
            )
        if answer.limited:
            return RemediatorError(f"{where}: GitHub's rate limit is reached; what is left is done by the next run")
        if answer.status == 401:
            return RemediatorError(
                f"{where}: GitHub does not take the token; renew it in the forge's token_env, or check app_id and "
                "the key in private_key_env"
            )
        if answer.status in (403, 404):
            return MissingError(
                f"{where}: GitHub answered {answer.status}; check the slug, and that the token may read the "
                "repository and write contents, issues and pull requests, or that the App is installed there"
            )
        return RemediatorError(f"{where}: GitHub answered {answer.message}; run again, or report it")
