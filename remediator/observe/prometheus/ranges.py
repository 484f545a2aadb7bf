"""Range queries of a Prometheus: the whole look-back in as few answers as their size allows.

https://prometheus.io/docs/prometheus/latest/querying/api/#range-queries
"""

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from math import isfinite

import requests
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from remediator.config import secret
from remediator.errors import RemediatorError

__all__ = ["Point", "Prometheus"]

_STEPS = 10_000
"""Steps of one answer; Prometheus refuses more than 11,000."""
_BYTES = 64 * 2**20
"""Of one answer in memory; where it is larger, half of the time is asked for."""
_ATTEMPTS = 4
_TIMEOUTS = (10.0, 120.0)
"""Seconds to connect, and between two bytes."""
_PASSING = frozenset({429, 500, 502, 503, 504})
_CHUNK = 1 << 16


class _Answer(BaseModel):
    model_config = ConfigDict(frozen=True)


class _Series(_Answer):
    metric: dict[str, str]
    values: tuple[tuple[float, str], ...]


class _Data(_Answer):
    result_type: str = Field(alias="resultType")
    result: tuple[_Series, ...]


class _Whole(_Answer):
    status: str
    data: _Data


@dataclass(frozen=True, slots=True)
class Point:
    """One value of a series at a time (epoch seconds)."""

    labels: Mapping[str, str]
    at: float
    value: float


class _TooLargeError(Exception):
    """An answer has more bytes than may be held."""


@dataclass(frozen=True, slots=True)
class Prometheus:
    """A Prometheus, or what speaks its API (Thanos, Mimir, Amazon Managed Service behind a proxy that signs).

    The token in `token_env` is sent to this origin alone: redirects are not followed. `asked` are the queries made.
    """

    url: str
    token_env: str | None = None
    sleep: Callable[[float], None] = field(default=time.sleep, repr=False)
    asked: list[str] = field(default_factory=list, compare=False, repr=False)

    def query_range(self, query: str, start: int, end: int, step: int) -> Iterator[Point]:
        """Every value from `start` to `end` (epoch seconds, both included); raises RemediatorError."""
        waiting = [(start, end)]
        with requests.Session() as session:
            while waiting:
                begin, until = waiting.pop()
                if (until - begin) // step >= _STEPS:
                    half = begin + (_STEPS - 1) * step
                    waiting += [(half + step, until), (begin, half)]
                    continue
                try:
                    series = self._asked(session, query, begin, until, step)
                except _TooLargeError as error:
                    if begin == until:
                        raise RemediatorError(f"{self.url}: one moment of {query} fills {_BYTES >> 20} MB") from error
                    half = begin + (until - begin) // step // 2 * step
                    waiting += [(half + step, until), (begin, half)]
                    continue
                yield from _points(series)

    def _asked(self, session: requests.Session, query: str, begin: int, end: int, step: int) -> tuple[_Series, ...]:
        form = {"query": query, "start": str(begin), "end": str(end), "step": str(step)}
        token = secret(self.token_env, "run.prometheus_url") if self.token_env else None
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        for attempt in range(1, _ATTEMPTS + 1):
            self.asked.append(query)
            try:
                with session.post(
                    f"{self.url.rstrip('/')}/api/v1/query_range",
                    data=form,
                    auth=lambda request: _with(request, headers),
                    timeout=_TIMEOUTS,
                    stream=True,
                    allow_redirects=False,
                ) as answer:
                    if answer.status_code in _PASSING and attempt < _ATTEMPTS:
                        self.sleep(2.0 ** (attempt - 1))
                        continue
                    if answer.status_code != 200:
                        raise RemediatorError(f"{self.url}: {self._refusal(answer.status_code)}")
                    return _read(self.url, answer)
            except requests.RequestException as error:
                if attempt == _ATTEMPTS:
                    raise RemediatorError(
                        f"{self.url} cannot be read ({type(error).__name__}); check prometheus_url and the network"
                    ) from error
                self.sleep(2.0 ** (attempt - 1))
        raise RemediatorError(f"{self.url} cannot be read; run again later")

    def _refusal(self, status: int) -> str:
        if status in (401, 403):
            given = f"the token in {self.token_env}" if self.token_env else "no token"
            return f"it refuses the query ({status}) with {given}; name the variable of one in prometheus_token_env"
        if status == 404 or 300 <= status < 400:
            return f"it has no query API there ({status}); write prometheus_url without /api/v1, as it is reached"
        return f"it answered {status} each time it was asked; run again later"


def _with(request: requests.PreparedRequest, headers: Mapping[str, str]) -> requests.PreparedRequest:
    """Being there, it keeps the client from looking for a password in a .netrc."""
    request.headers.update(headers)
    return request


def _read(url: str, answer: requests.Response) -> tuple[_Series, ...]:
    held = bytearray()
    for chunk in answer.iter_content(_CHUNK):
        held += chunk
        if len(held) > _BYTES:
            raise _TooLargeError
    try:
        whole = _Whole.model_validate_json(bytes(held))
    except ValidationError as error:
        raise RemediatorError(f"{url}: what answers is no Prometheus; check prometheus_url") from error
    if whole.status != "success" or whole.data.result_type != "matrix":
        raise RemediatorError(f"{url}: the query was not answered with series over time; check prometheus_url")
    return whole.data.result


def _points(series: tuple[_Series, ...]) -> Iterator[Point]:
    for one in series:
        for at, text in one.values:
            try:
                value = float(text)
            except ValueError:
                continue
            if isfinite(value) and isfinite(at):
                yield Point(one.metric, at, value)
