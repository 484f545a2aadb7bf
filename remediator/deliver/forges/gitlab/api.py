"""The connection to one GitLab: every refusal with its headers, every failure in words, the token in neither."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TypeVar

import requests
from gitlab import Gitlab
from gitlab.exceptions import GitlabParsingError, RedirectError
from gitlab.v4.objects import Project as GitlabProject
from pydantic import ValidationError
from requests.exceptions import ChunkedEncodingError, ConnectTimeout, ContentDecodingError, RequestException, Timeout
from requests.exceptions import ConnectionError as RequestsConnectionError

from remediator.deliver.redaction import said
from remediator.deliver.retry import Answer, Retry
from remediator.errors import RemediatorError
from remediator.git.commits import OURS

T = TypeVar("T")

SECONDS = 30
"""How long an answer may take."""

PAGE = 100
"""Items on a page, GitLab's largest."""

_LOST = (RequestsConnectionError, Timeout, ChunkedEncodingError, ContentDecodingError)
_FAILURES = (RequestException, GitlabParsingError, RedirectError, ValidationError)


class RefusedError(Exception):
    """GitLab answered with a status that says no."""

    def __init__(self, answer: Answer) -> None:
        super().__init__(f"GitLab answered {answer.status}: {answer.message}")
        self.answer = answer


class MissingError(RemediatorError):
    """There is no such thing on GitLab, or the token may not see it."""


class ForbiddenError(MissingError):
    """GitLab said outright that the token may not."""


def judge(error: BaseException) -> Answer | None:
    """What GitLab answered, from what its library or ours raised."""
    if isinstance(error, RefusedError):
        return error.answer
    if isinstance(error, _LOST):
        refused = isinstance(error, ConnectTimeout) or "NewConnectionError" in repr(error)
        return Answer(None, {}, str(error), sent=not refused)
    if isinstance(error, GitlabParsingError):  # half an answer, or the page of something that stands before GitLab
        return Answer(None, {}, "what is no JSON")
    return None


@dataclass(frozen=True, slots=True)
class Api:
    """One GitLab, asked with one token; `ours` are the addresses that commits of ours are by."""

    client: Gitlab
    url: str
    retry: Retry
    ours: frozenset[str] = OURS

    def project(self, path: str) -> GitlabProject:
        """A project by its whole path, not asked for yet."""
        return self.client.projects.get(path, lazy=True)

    def read(self, where: str, send: Callable[[], T]) -> T:
        """Ask, again where that may help; for what is carried out twice without harm. Raises RemediatorError."""
        return self._worded(where, lambda: self.retry.read(send))

    def create(self, where: str, send: Callable[[], T], look: Callable[[], T | None]) -> T:
        """Create, and look before creating again. Raises RemediatorError."""
        return self._worded(where, lambda: self.retry.create(send, look))

    def _worded(self, where: str, send: Callable[[], T]) -> T:
        try:
            return send()
        except (RefusedError, *_FAILURES) as error:
            raise self._sentence(where, error) from error

    def _sentence(self, where: str, error: Exception) -> RemediatorError:
        answer = judge(error)
        if isinstance(error, ValidationError):
            field_ = ".".join(map(str, error.errors(include_url=False, include_input=False)[0]["loc"]))
            return RemediatorError(f"{where}: GitLab's answer lacks '{field_}'; check that api_url is a GitLab's")
        if answer is None:
            return RemediatorError(
                f"{where}: {self.url} sends writes elsewhere; write the address it moved to into api_url, "
                "or the project's new path into slug"
            )
        if answer.status is None:
            return RemediatorError(
                f"{where}: {self.url} did not answer as a GitLab does; check api_url and the network, then run again"
            )
        if answer.limited:
            return RemediatorError(f"{where}: GitLab's rate limit is reached; what is left is done by the next run")
        if answer.status == 401:
            return RemediatorError(f"{where}: GitLab does not take the token; renew it in the forge's token_env")
        if answer.status == 403 and "insufficient_scope" in answer.message:
            return RemediatorError(
                f"{where}: the token lacks the scope api, which pushing is part of; make one with it"
            )
        if answer.status in (403, 404):
            refusal = ForbiddenError if answer.status == 403 else MissingError
            return refusal(
                f"{where}: GitLab answered {answer.status}, which is also how it hides what a token may not see; check "
                "the slug (group/subgroup/project), and that the token has the scope api and the role Developer there"
            )
        return RemediatorError(f"{where}: GitLab answered {answer.status}, {answer.message}; run again, or report it")


def connect(url: str, token: str, retry: Retry, ours: frozenset[str] = OURS) -> Api:
    """A GitLab at the address of its pages, or of its API; nothing is asked yet."""
    session = requests.Session()
    session.hooks["response"] = [partial(_refuse, token)]
    base = url.rstrip("/").removesuffix("/api/v4").rstrip("/")
    # As a bearer token, which requests drops where an answer leads to another host; a private token goes along.
    client = Gitlab(base, oauth_token=token, timeout=SECONDS, per_page=PAGE, session=session, keep_base_url=True)
    return Api(client, base, retry, ours)


def _refuse(token: str, response: requests.Response, **_: object) -> None:
    """Raise for a refusal before python-gitlab sees it, which would send again by itself and lose the headers."""
    if response.status_code >= 400:
        message = said(response.text, token)
        raise RefusedError(Answer(response.status_code, response.headers, message))
