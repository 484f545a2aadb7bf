"""What services do when they are not well, on the real client libraries over real HTTP: nothing lost, nothing twice."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from remediator.deliver.delivery import Places

HTML = b"<html><head><title>502 Bad Gateway</title></head><body>nginx</body></html>"
SECONDARY = {"message": "You have exceeded a secondary rate limit. Please wait a few minutes before you try again."}
PRIMARY = {"message": "API rate limit exceeded for installation ID 99."}
LATER = b"Retry later\n"


@dataclass
class Side:
    """One service: where it is delivered to, how it is created at, and what came of it."""

    desk: object
    service: object
    path: str
    made: Callable[[], int]
    route: dict[str, object]

    def deliver(self):
        """One run, and the seconds that it waited."""
        waits: list[float] = []
        places = Places(self.desk.config, pace=0, sleep=waits.append)
        [done] = self.desk.deliver(self.desk.plan(**self.route), places=places)
        return done, waits


@pytest.fixture(params=["github", "gitlab", "jira"])
def side(request, hub, lab, github, gitlab, jira) -> Side:
    if request.param == "github":
        return Side(hub, github.service, r"/pulls$", lambda: len(github.pulls), {})
    if request.param == "gitlab":
        return Side(lab, gitlab.service, r"/merge_requests$", lambda: len(gitlab.requests), {})
    return Side(hub, jira.service, r"/rest/api/2/issue$", lambda: len(jira.issues), {"doubts": ("unsure",)})


def in_a_while() -> str:
    return format_datetime(datetime.now(UTC) + timedelta(minutes=5), usegmt=True)


@pytest.mark.parametrize("status", [429, 403])
@pytest.mark.parametrize(
    ("after", "least", "most"), [("7", 7, 7), (in_a_while, 120, 300), (None, 60, 60), ("soon", 60, 60)],
    ids=["seconds", "HTTP date", "absent", "nonsense"],
)  # fmt: skip
def test_a_limit_is_waited_out_as_it_says(side, status: int, after, least: float, most: float) -> None:
    said = after() if callable(after) else after  # a date is one of this moment, not of when tests were collected
    headers = {"Retry-After": said} if said else {}
    side.service.fail("POST", side.path, status, body=SECONDARY, headers=headers)

    done, waits = side.deliver()

    assert (done.action, side.made(), len(waits)) == ("opened", 1, 1)
    assert least <= waits[0] <= most


def test_a_primary_limit_is_waited_out_to_its_reset(side) -> None:
    reset = str(int(datetime.now(UTC).timestamp()) + 90)
    headers = {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": reset}
    side.service.fail("POST", side.path, 403, body=PRIMARY, headers=headers)

    done, waits = side.deliver()

    assert (done.action, side.made()) == ("opened", 1)
    assert 30 <= waits[0] <= 90


def test_a_limit_of_a_proxy_that_speaks_no_json_is_waited_out(side) -> None:
    headers = {"Content-Type": "text/plain", "Retry-After": "3"}
    side.service.fail("POST", side.path, 429, body=LATER, headers=headers)
    done, waits = side.deliver()
    assert (done.action, side.made(), waits) == ("opened", 1, [3.0])


@pytest.mark.parametrize("carried_out", [True, False], ids=["after it was made", "before"])
@pytest.mark.parametrize("status", [500, 502, 503, 504, 524, None])
def test_a_creation_without_an_answer_makes_one(side, status, carried_out: bool) -> None:
    headers = {"Content-Type": "text/html"}
    side.service.fail("POST", side.path, status, body=HTML, headers=headers, carried_out=carried_out)

    first, _ = side.deliver()
    second, _ = side.deliver()

    assert second.action in ("kept", "opened")
    assert side.made() == 1
    assert first.action == "opened" or not carried_out


def test_an_answer_that_was_cut_in_the_middle_makes_one(side) -> None:
    side.service.spoil("POST", side.path, half=True)
    first, _ = side.deliver()
    second, _ = side.deliver()
    assert ((first.action, second.action), side.made()) == (("opened", "kept"), 1)


def test_an_answer_that_comes_too_late_makes_one(side, monkeypatch) -> None:
    for module in ("forges.github.login", "forges.gitlab.api", "trackers.jira.api"):
        monkeypatch.setattr(f"remediator.deliver.{module}.SECONDS", 1)
    side.service.spoil("POST", side.path, late=2.0)
    first, _ = side.deliver()
    second, _ = side.deliver()
    assert ((first.action, second.action), side.made()) == (("opened", "kept"), 1)


def test_a_page_in_place_of_an_answer_makes_one(side) -> None:
    """A portal that answers 200 to everything: nothing was made, and nobody can say so."""
    side.service.fail("POST", side.path, 200, body=HTML, headers={"Content-Type": "text/html"})
    side.deliver()
    second, _ = side.deliver()
    assert (second.action in ("kept", "opened"), side.made()) == (True, 1)


@pytest.mark.parametrize("status", [502, None], ids=["502", "cut"])
def test_a_listing_that_fails_twice_is_asked_for_again(side, status) -> None:
    side.service.fail("GET", r"issues$|merge_requests$|search", status, times=2)
    done, waits = side.deliver()
    assert (done.action, side.made(), waits) == ("opened", 1, [1.0, 2.0])


@pytest.mark.parametrize("status", [409, 410, 422])
def test_a_refusal_is_said_and_not_repeated(side, status: int) -> None:
    side.service.fail("POST", side.path, status, body={"message": "No."}, times=9)

    done, waits = side.deliver()

    assert (done.action, side.made(), waits) == ("failed", 0, [])
    assert str(status) in done.reason
    refused = [r for r in side.service.requests if r.method == "POST" and r.path.endswith(side.path.strip("$"))]
    assert len(refused) <= 2  # GitLab is asked once more, without people


@pytest.mark.parametrize(
    ("error", "said"),
    [
        ({"resource": "PullRequest", "field": "head", "code": "invalid"}, "head"),
        ({"resource": "PullRequest", "field": "body", "code": "too_long"}, "body"),
        ({"resource": "PullRequest", "code": "custom", "message": "No commits between main and x"}, "No commits"),
        ({"resource": "PullRequest", "field": "base", "code": "missing_field"}, "base"),
    ],
)
def test_every_kind_of_422_is_said(hub, github, error, said: str) -> None:
    body = {"message": "Validation Failed", "errors": [error], "documentation_url": "https://docs.github.com/rest"}
    github.service.fail("POST", r"/pulls$", 422, body=body)
    [done] = hub.deliver(hub.plan())
    assert done.action == "failed"
    assert said in done.reason


def test_a_repository_without_drafts_gets_a_request_and_a_note(hub, github, upstream) -> None:
    from remediator.deliver.markers import Marker
    from remediator.deliver.protocols import PullDraft

    github.drafts = False
    upstream.commit({"main.tf": "# less\n"}, branch="remediator/x/a")
    marker = Marker("a" * 16, "idle_gpu", False, ("a" * 16,))
    forge = hub.places().forge(hub.repository, None)

    made = forge.ensure_pull(PullDraft("acme/infra", "main", "remediator/x/a", "t", f"{marker}", marker, draft=True))

    assert made.notes == ("it could not be opened as a draft: this repository has no drafts",)
    assert len(github.pulls) == 1


def test_no_token_is_said(side) -> None:
    side.service.fail("POST", side.path, 422, body={"message": "ghs_4711_" + "x" * 300 + " is no token"}, times=9)
    done, _ = side.deliver()
    assert "*** is no token" in done.reason
