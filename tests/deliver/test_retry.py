from datetime import UTC, datetime
from email.utils import format_datetime

import pytest

from remediator.deliver.retry import Answer, Retry, wait_of

NOW = 1_800_000_000.0


class Refusal(Exception):
    def __init__(self, answer: Answer) -> None:
        self.answer = answer


@pytest.mark.parametrize(
    ("headers", "status", "seconds"),
    [
        ({"Retry-After": "7"}, 429, 7),
        ({"Retry-After": format_datetime(datetime.fromtimestamp(NOW + 30, UTC), usegmt=True)}, 429, 30),
        ({"Retry-After": "0"}, 503, 0),
        ({"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": str(int(NOW + 90))}, 403, 90),
        ({"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "2027-01-15T08:01:00+00:00"}, 429, 60),
        ({"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "soon"}, 429, 60),
        ({"RateLimit-Remaining": "0", "RateLimit-Reset": str(int(NOW + 45))}, 429, 45),
        ({"RateLimit-Remaining": "7", "RateLimit-Reset": str(int(NOW + 45))}, 429, 60),
        ({"Retry-After": "later"}, 429, 60),
        ({}, 502, 1),
        ({}, None, 1),
    ],
)
def test_the_service_says_how_long_to_wait(headers: dict[str, str], status: int | None, seconds: float) -> None:
    assert wait_of(Answer(status, headers, ""), 1, NOW) == seconds


def test_without_a_word_the_waits_grow() -> None:
    assert [wait_of(Answer(502, {}, ""), n, NOW) for n in (1, 2, 3)] == [1, 2, 4]


@pytest.mark.parametrize(
    ("answer", "passing", "limited", "unclear"),
    [
        (Answer(429, {}, ""), True, True, False),
        (Answer(403, {"retry-after": "1"}, ""), True, True, False),
        (Answer(403, {}, "403 You have exceeded a secondary rate limit"), True, True, False),
        (Answer(403, {}, "Resource not accessible by integration"), False, False, False),
        (Answer(502, {}, ""), True, False, True),
        (Answer(None, {}, ""), True, False, True),
        (Answer(None, {}, "", sent=False), True, False, False),
        (Answer(404, {}, ""), False, False, False),
        (Answer(524, {}, ""), True, False, True),
        (Answer(409, {}, "409 Conflict: Resource lock"), True, False, False),
        (Answer(409, {}, "Another open merge request already exists for this source branch: !5"), False, False, False),
    ],
)
def test_what_an_answer_means(answer: Answer, passing: bool, limited: bool, unclear: bool) -> None:
    assert (answer.passing, answer.limited, answer.unclear) == (passing, limited, unclear)


def refusing(*answers: Answer):
    """A request that is refused so often and then answered; and a retry that notes its waits."""
    left, waits = list(answers), []
    retry = Retry(lambda e: e.answer if isinstance(e, Refusal) else None, waits.append, lambda: NOW)

    def send() -> str:
        if left:
            raise Refusal(left.pop(0))
        return "made"

    return send, retry, waits


def test_a_creation_is_looked_for_before_it_is_sent_again() -> None:
    send, retry, _ = refusing(Answer(502, {}, ""))
    assert retry.create(send, lambda: "found") == "found"


def test_nothing_is_looked_for_before_the_first_try() -> None:
    send, retry, _ = refusing()
    assert retry.create(send, lambda: pytest.fail("looked")) == "made"


def test_where_looking_may_be_late_an_unclear_creation_is_not_repeated() -> None:
    send, retry, waits = refusing(Answer(502, {}, ""))
    with pytest.raises(Refusal):
        retry.create(send, lambda: None, blindly=False)
    assert waits == []


def test_what_was_refused_for_good_is_not_asked_again() -> None:
    send, retry, waits = refusing(Answer(404, {}, ""))
    with pytest.raises(Refusal):
        retry.read(send)
    assert waits == []


def test_it_gives_up_after_some_tries_and_on_waits_that_are_too_long() -> None:
    send, retry, waits = refusing(*[Answer(503, {}, "")] * 9)
    with pytest.raises(Refusal):
        retry.read(send)
    assert waits == [1, 2, 4, 8]
    send, retry, waits = refusing(Answer(429, {"Retry-After": "3600"}, ""))
    with pytest.raises(Refusal):
        retry.read(send)
    assert waits == []
