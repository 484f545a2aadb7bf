"""GET over HTTP: asked again where that helps, redirects followed, bodies left to be streamed."""

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from urllib.parse import urljoin, urlsplit

import requests
from requests.auth import AuthBase
from urllib3.exceptions import HTTPError

from remediator.config import StateHostConfig
from remediator.errors import RemediatorError
from remediator.observe.states.access import Access, access, host_of, origin_of, shown
from remediator.observe.states.streams import CHUNK, StateStream

__all__ = ["body", "fetched", "from_http", "joined"]

_ATTEMPTS = 4
_LONGEST_WAIT = 60.0
"""Seconds; a service that asks for a longer pause is left to the next run."""
_TIMEOUTS = (10.0, 60.0)
"""Seconds to connect, and between two bytes."""
_REDIRECTS = 5
_PASSING = frozenset({429, 500, 502, 503, 504})
_MOVED = frozenset({301, 302, 303, 307, 308})


class _Headers(AuthBase):
    """Sets the headers given; being there, it keeps the client from looking for a password in a .netrc."""

    def __init__(self, headers: Mapping[str, str]) -> None:
        self._headers = headers

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        request.headers.update(self._headers)
        return request


@contextmanager
def from_http(url: str, workspace: str, host: StateHostConfig | None) -> Iterator[StateStream]:
    """The state at a URL of Terraform's `http` backend, GitLab's included; raises RemediatorError."""
    where = shown(url)
    if workspace != "default":
        raise RemediatorError(f"{where}: Terraform's http backend has no workspaces; write the URL of each state")
    with fetched(url, access(url, host, where), where) as answer:
        if answer.status_code == 204:
            raise RemediatorError(f"{where}: there is no state yet; run `terraform apply` there, or leave the root out")
        yield StateStream(body(answer, where), _written_at(answer))


@contextmanager
def fetched(
    url: str, known: Access, where: str, sleep: Callable[[float], None] = time.sleep
) -> Iterator[requests.Response]:
    """A successful answer whose body is still to be read; `where` names the state in errors.

    Only URLs of the origin of `known` are sent its headers, wherever redirects lead. Raises RemediatorError.
    """
    with requests.Session() as session:
        for _ in range(1 + _REDIRECTS):
            headers = known.headers if origin_of(url) == known.origin else {}
            with _asked(session, url, headers, where, sleep) as answer:
                if answer.status_code in _MOVED and "Location" in answer.headers:
                    url = joined(url, answer.headers["Location"], where)
                    continue
                if not answer.ok:
                    raise RemediatorError(f"{where}: {_refusal(answer.status_code, host_of(url), known.token_env)}")
                yield answer
                return
    raise RemediatorError(f"{where}: it redirects more than {_REDIRECTS} times; check the reference")


def joined(url: str, link: str, where: str) -> str:
    """Where a link in an answer leads to; raises RemediatorError where that is no URL."""
    try:
        found = urljoin(url, link)
        urlsplit(found)
    except ValueError as error:
        raise RemediatorError(f"{where}: it leads to a URL that is none; check the reference") from error
    return found


def body(answer: requests.Response, where: str) -> Iterator[bytes]:
    """The bytes of an answer, as they come; raises RemediatorError where they break off.

    Each is handed on at once: whoever waits for a whole chunk of a slow service cannot tell how long it takes.
    """
    try:
        while chunk := answer.raw.read1(CHUNK, decode_content=True):
            yield chunk
    except (HTTPError, OSError) as error:
        raise RemediatorError(f"{where}: the answer broke off ({type(error).__name__}); run again") from error


def _asked(
    session: requests.Session, url: str, headers: Mapping[str, str], where: str, sleep: Callable[[float], None]
) -> requests.Response:
    if urlsplit(url).scheme not in ("http", "https"):
        raise RemediatorError(f"{where}: it leads to a URL that is neither http nor https; check the reference")
    attempt = 1
    while True:
        try:
            answer = session.get(url, auth=_Headers(headers), timeout=_TIMEOUTS, stream=True, allow_redirects=False)
            pause = _pause(answer, attempt)
            if answer.status_code not in _PASSING or attempt == _ATTEMPTS or pause > _LONGEST_WAIT:
                return answer
            answer.close()
        except requests.RequestException as error:
            passing = isinstance(error, requests.ConnectionError | requests.Timeout)
            if attempt == _ATTEMPTS or not passing:
                raise RemediatorError(
                    f"{where}: {host_of(url)} cannot be reached ({type(error).__name__}); check the reference and the "
                    "network"
                ) from error
            pause = 2.0 ** (attempt - 1)
        except ValueError as error:  # from looking ahead at where a redirect leads
            raise RemediatorError(f"{where}: it leads to a URL that is none; check the reference") from error
        sleep(pause)
        attempt += 1


def _pause(answer: requests.Response, attempt: int) -> float:
    asked = answer.headers.get("Retry-After", "").strip()
    return float(asked) if asked.isdecimal() and len(asked) < 9 else 2.0 ** (attempt - 1)


def _refusal(status: int, name: str, token_env: str | None) -> str:
    if status in (401, 403):
        given = f"the token in {token_env}" if token_env else "no token"
        return (
            f"{name} refuses it ({status}) with {given}; name the variable of one that may read the state as token_env "
            f'in [state_hosts."{name}"]'
        )
    if status == 404:
        return f"{name} knows no such state, or hides it from this token (404); check the reference and the token"
    if status in _PASSING:
        return f"{name} answered {status} each time it was asked; run again later"
    return f"{name} answered {status}; check the reference"


def _written_at(answer: requests.Response) -> datetime | None:
    try:
        found = parsedate_to_datetime(answer.headers.get("Last-Modified", ""))
        return found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        return None
