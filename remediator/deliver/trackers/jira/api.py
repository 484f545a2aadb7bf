"""The connection to one Jira: which kind it is, every failure in words."""

from collections.abc import Callable
from functools import cached_property
from typing import TypeVar

from jira import JIRA, JIRAError
from pydantic import BaseModel
from requests.exceptions import ChunkedEncodingError, ConnectTimeout, ContentDecodingError, RequestException, Timeout
from requests.exceptions import ConnectionError as RequestsConnectionError

from remediator.deliver.redaction import said
from remediator.deliver.retry import Answer, Retry
from remediator.errors import ConfigError, RemediatorError

T = TypeVar("T")
ModelT = TypeVar("ModelT", bound=BaseModel)

SECONDS = 30
"""How long an answer may take."""

_LOST = (RequestsConnectionError, Timeout, ChunkedEncodingError, ContentDecodingError)
FAILURES = (JIRAError, RequestException, ValueError)  # a ValueError is an answer that is no JSON, or not Jira's


DOCUMENTS = 3
"""The version of the API whose texts are documents."""


class MissingError(RemediatorError):
    """There is no such thing in the tracker, or the user may not see it."""


def judge(error: BaseException) -> Answer | None:
    """What Jira answered, from what its library raised."""
    if isinstance(error, JIRAError):
        headers = {} if error.response is None else error.response.headers
        return Answer(error.status_code or None, headers, said(str(error.text)))
    if isinstance(error, _LOST):
        refused = isinstance(error, ConnectTimeout) or "NewConnectionError" in repr(error)
        return Answer(None, {}, said(str(error)), sent=not refused)
    if isinstance(error, ValueError):  # half an answer, or the page of something that stands before Jira
        return Answer(None, {}, "what Jira's API does not say")
    return None


class Api:
    """One Jira; the connection is made when first needed. Without a `user` the token is a bearer's.

    `version` is that of its API: 2, or on Cloud 3.
    """

    def __init__(self, url: str, user: str | None, token: str, retry: Retry, version: int = 2) -> None:
        self.url, self.retry, self.version = url.rstrip("/"), retry, version
        self._user, self._token = user, token

    @cached_property
    def client(self) -> JIRA:
        """The library's client; raises what it raises."""
        # get_server_info tells the library whether this is Cloud, which decides how it searches.
        auth = {"basic_auth": (self._user, self._token)} if self._user else {"token_auth": self._token}
        options: dict[str, str | bool | object] = {"server": self.url, "rest_api_version": str(self.version)}
        try:
            return JIRA(options=options, max_retries=0, timeout=SECONDS, get_server_info=True, **auth)
        except JIRAError as error:
            if self.version != DOCUMENTS or error.status_code != 404:
                raise
            message = f"{self.url} is no Jira Cloud, which alone has version 3 of the API; take out api = 3"
            raise ConfigError(message) from error

    @property
    def is_cloud(self) -> bool:
        """Whether serverInfo calls it Cloud; raises what the library raises."""
        return bool(self.client.deploymentType == "Cloud")

    @cached_property
    def me(self) -> str:
        """The account id of the token's user, on Data Center the name; raises what the library raises."""
        myself = self.client.myself()
        return str(myself["accountId" if self.is_cloud else "name"])

    def get(self, path: str, model: type[ModelT], *parts: str) -> ModelT:
        """Anything that the library has no call for, checked; raises what it or pydantic raise."""
        return model.model_validate(self.client.find(path, (parts[0], parts[1]) if len(parts) > 1 else parts[0]).raw)

    def listed(self, path: str, model: type[ModelT]) -> ModelT:
        """The same for an answer that is a list, for which the library's own way has no place."""
        return model.model_validate(self.client._get_json(path))  # nothing public gives a list

    def ask(self, send: Callable[[], T]) -> T:
        """Ask, again where that may help; for what is carried out twice without harm. Raises RemediatorError."""
        return self.worded(lambda: self.retry.read(send))

    def create(self, send: Callable[[], T], look: Callable[[], T | None]) -> T:
        """Create, and look before creating again; for what shows at once. Raises RemediatorError."""
        return self.worded(lambda: self.retry.create(send, look))

    def try_to(self, what: str, send: Callable[[], object]) -> str | None:
        """None where it worked, else a sentence."""
        try:
            send()
        except FAILURES as error:
            answer = judge(error)
            return f"could not {what} (Jira answered {answer.status if answer and answer.status else 'nothing'})"
        return None

    def worded(self, send: Callable[[], T]) -> T:
        """What it gives; raises RemediatorError for what the library raises."""
        try:
            return send()
        except FAILURES as error:
            raise self.sentence(error) from error

    def sentence(self, error: Exception) -> RemediatorError:
        """A failure as a sentence."""
        answer = judge(error)
        if answer is None or answer.status is None:
            return RemediatorError(
                f"{self.url} did not answer as Jira does; check the tracker's url and the network, and run again"
            )
        if answer.limited:
            return RemediatorError(f"{self.url}: Jira's rate limit is reached; what is left is done by the next run")
        if answer.status in (401, 403):
            return RemediatorError(f"{self.url}: Jira refuses access; check the tracker's user_env and token_env")
        if answer.status == 404:
            return MissingError(f"{self.url}: there is no such thing in Jira; check the tracker's url and project")
        return RemediatorError(f"{self.url}: Jira answered {answer.status}, {answer.message}; run again")
