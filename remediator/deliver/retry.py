"""Sending again what a service refused or lost, at the pace it asks for; a creation only after looking for it first.

Client libraries must have their own retries switched off: they re-send creations blindly.
"""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TypeVar

from requests.structures import CaseInsensitiveDict
from tenacity import RetryCallState, Retrying, retry_if_exception, stop_after_attempt

T = TypeVar("T")

ATTEMPTS = 5
LONGEST_WAIT = 600.0
"""Seconds: a service that asks for more is left to the next run."""

_SECONDARY_WAIT = 60.0
"""Seconds to wait where a limit names none, as GitHub's documentation asks."""

_LIMIT_SIGNS = ("rate limit", "please wait a few minutes", "retry your request again later")
_LOST = frozenset({500, 502, 503, 504, *range(520, 531)})
"""Answers after which a request may have been carried out; from 520 they are those of Cloudflare before gitlab.com."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back instead of what was asked for; `status` is None where nothing came back at all.

    `sent` is False where no connection was made, so that nothing can have been carried out.
    """

    status: int | None
    headers: Mapping[str, str]
    message: str
    sent: bool = True

    @property
    def limited(self) -> bool:
        """Whether it is a rate limit, primary or secondary; what was asked was not carried out."""
        if self.status == 429:
            return True
        headers = CaseInsensitiveDict(self.headers)
        return self.status == 403 and (
            "retry-after" in headers
            or headers.get("x-ratelimit-remaining") == "0"
            or any(sign in self.message.lower() for sign in _LIMIT_SIGNS)
        )

    @property
    def unclear(self) -> bool:
        """Whether it may have been carried out although it failed."""
        return self.sent and (self.status is None or self.status in _LOST)

    @property
    def passing(self) -> bool:
        """Whether asking again may help."""
        return self.status is None or self.limited or self.status in _LOST or self._locked

    @property
    def _locked(self) -> bool:
        """Whether GitLab refused it because something else was being written to the same thing."""
        return self.status == 409 and "resource lock" in self.message.lower()


@dataclass(frozen=True, slots=True)
class Retry:
    """How to ask again: `judge` reads a client library's exceptions; what is no answer of the service gives None."""

    judge: Callable[[BaseException], Answer | None]
    sleep: Callable[[float], None] = time.sleep
    clock: Callable[[], float] = time.time

    def read(self, send: Callable[[], T]) -> T:
        """Ask, and ask again where that may help; for what may be carried out twice without harm."""
        return self._asking(lambda answer: answer.passing)(send)

    def create(self, send: Callable[[], T], look: Callable[[], T | None], blindly: bool = True) -> T:
        """Create, and before creating again look whether it is there already.

        With `blindly` False nothing is sent a second time after an unclear answer, since `look` may be late in
        showing what was created.
        """
        tried = False

        def attempt() -> T:
            nonlocal tried
            if tried and (there := look()) is not None:
                return there
            tried = True
            return send()

        return self._asking(lambda answer: answer.passing and (blindly or not answer.unclear))(attempt)

    def _asking(self, again: Callable[[Answer], bool]) -> Retrying:
        def worth(error: BaseException) -> bool:
            answer = self.judge(error)
            return answer is not None and again(answer) and wait_of(answer, 1, self.clock()) <= LONGEST_WAIT

        def wait(state: RetryCallState) -> float:
            error = state.outcome.exception() if state.outcome else None
            answer = self.judge(error) if error else None
            return 0.0 if answer is None else wait_of(answer, state.attempt_number, self.clock())

        return Retrying(
            stop=stop_after_attempt(ATTEMPTS),
            wait=wait,
            retry=retry_if_exception(worth),
            sleep=self.sleep,
            reraise=True,
        )


def wait_of(answer: Answer, attempt: int, now: float) -> float:
    """Seconds to wait before asking again: as the service says, else longer each time; `now` in seconds since 1970."""
    headers = CaseInsensitiveDict(answer.headers)
    if (asked := _retry_after(headers.get("retry-after", ""), now)) is not None:
        return asked
    for prefix in ("x-ratelimit", "ratelimit"):  # GitLab's names have no x
        if headers.get(f"{prefix}-remaining") == "0":
            reset = _reset(headers.get(f"{prefix}-reset", ""))
            if reset is not None:
                return max(1.0, reset - now)
    return (_SECONDARY_WAIT if answer.limited else 1.0) * 2.0 ** (attempt - 1)


def _retry_after(value: str, now: float) -> float | None:
    """Seconds, from a number of them or from an HTTP date."""
    if value.strip().isdigit():
        return float(value)
    try:
        return max(0.0, parsedate_to_datetime(value).timestamp() - now)
    except ValueError:
        return None


def _reset(value: str) -> float | None:
    """Seconds since 1970, from those (GitHub, GitLab) or from ISO 8601 (Jira)."""
    if value.strip().isdigit():
        return float(value)
    try:
        at = datetime.fromisoformat(value)
    except ValueError:
        return None
    return (at if at.tzinfo else at.replace(tzinfo=UTC)).timestamp()
