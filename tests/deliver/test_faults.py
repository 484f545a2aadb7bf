"""What services do when they are not well, on the real client libraries over real HTTP: nothing lost, nothing twice."""

from collections.abc import Callable
from dataclasses import dataclass, replace
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


LISTING = r"issues$|merge_requests$|search"


@pytest.mark.parametrize(("after", "waited"), [("7", 7.0), ("0", 0.0), (None, 60.0)])
@pytest.mark.parametrize("status", [429, 403])
def test_a_limit_on_a_listing_is_waited_out_too(side, status: int, after, waited: float) -> None:
    side.service.fail("GET", LISTING, status, body=SECONDARY, headers={"Retry-After": after} if after else {})

    done, waits = side.deliver()

    assert (done.action, side.made(), waits) == ("opened", 1, [waited])


def test_a_service_that_is_down_until_a_time_is_asked_again_then(side) -> None:
    side.service.fail("POST", side.path, 503, body=HTML, headers={"Retry-After": "9"})

    done, waits = side.deliver()

    if done.action == "failed":  # Jira may have made it, and its search be late: it is looked for by the next run
        done, _ = side.deliver()
        assert side.path.endswith("issue$")
    else:
        assert waits[:1] == [9.0]
    assert (done.action, side.made()) == ("opened", 1)


@pytest.mark.parametrize("how", ["half", "late", "page"])
def test_a_listing_that_cannot_be_read_is_asked_for_again(side, how: str, monkeypatch) -> None:
    for module in ("forges.github.login", "forges.gitlab.api", "trackers.jira.api"):
        monkeypatch.setattr(f"remediator.deliver.{module}.SECONDS", 1)
    if how == "page":
        side.service.fail("GET", LISTING, 200, body=HTML, headers={"Content-Type": "text/html"})
    else:
        side.service.spoil("GET", LISTING, half=how == "half", late=2.0 if how == "late" else 0.0)

    done, waits = side.deliver()

    assert (done.action, side.made(), waits) == ("opened", 1, [1.0])


def test_a_token_that_is_no_longer_taken_in_the_middle_of_a_run_is_said_and_the_next_run_ends_it(side) -> None:
    side.service.fail("POST", side.path, 401, body={"message": "Bad credentials"}, times=9)
    failed, waits = side.deliver()
    side.service.faults.clear()

    assert (failed.action, side.made(), waits) == ("failed", 0, [])
    assert "token" in failed.reason
    done, _ = side.deliver()
    assert (done.action, side.made()) == ("opened", 1)


@pytest.mark.parametrize(
    ("error", "waited"),
    [
        ({"type": "RATE_LIMITED", "message": "API rate limit exceeded for installation ID 99."}, 60.0),
        ({"message": "You have exceeded a secondary rate limit. Please wait a few minutes."}, 60.0),
        ({"message": "Something went wrong while executing your query. This may be the result of a timeout."}, 1.0),
    ],
)
@pytest.mark.parametrize("word", ["qualifiedName", "createCommitOnBranch"])
def test_what_graphql_says_with_status_200_is_waited_out(app, github, upstream, error, waited: float, word) -> None:
    github.service.fail_body("POST", word, 200)
    github.service.faults[-1].reply.body = {"errors": [error]}
    waits: list[float] = []

    [done] = app.deliver(app.plan(), places=Places(app.config, pace=0, sleep=waits.append))

    assert (done.action, waits, len(github.pulls)) == ("opened", [waited], 1)
    assert upstream.bare_git("rev-list", "--count", f"main..remediator/ebs-gp3/{app.plan().id}") == "1"


def test_a_name_that_sounds_like_a_limit_is_none(app, github) -> None:
    github.service.fail_body("POST", "createCommitOnBranch", 200)
    refusal = {"type": "UNPROCESSABLE", "message": "modules/rate_limit/rate_limited.tf is restricted"}
    github.service.faults[-1].reply.body = {"errors": [refusal]}
    waits: list[float] = []

    [done] = app.deliver(app.plan(), places=Places(app.config, pace=0, sleep=waits.append))

    assert (done.action, waits, "is restricted" in done.reason) == ("failed", [], True)


def test_the_reset_of_jira_cloud_is_a_time_of_its_own_kind(hub, jira) -> None:
    at = (datetime.now(UTC) + timedelta(minutes=2)).isoformat(timespec="minutes")
    headers = {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": at, "RateLimit-Reason": "jira-burst-based"}
    jira.service.fail("POST", r"/rest/api/2/issue$", 429, body={"errorMessages": ["Rate limited"]}, headers=headers)
    waits: list[float] = []

    [done] = hub.deliver(hub.plan(doubts=("unsure",)), places=Places(hub.config, pace=0, sleep=waits.append))

    assert (done.action, len(jira.issues), len(waits)) == ("opened", 1, 1)
    assert 30 <= waits[0] <= 120


@pytest.mark.parametrize(("status", "waited"), [(429, 7.0), (502, 1.0), (None, 1.0)])
def test_a_change_that_was_not_taken_is_sent_again(side, make_change, status, waited: float) -> None:
    side.deliver()
    change = make_change()
    dearer = replace(change, saving=replace(change.saving, monthly=change.saving.monthly * 3))
    kind = r"/pulls/1$|/merge_requests/1$|/rest/api/2/issue/FIN-1$"
    for method in ("PATCH", "PUT"):
        side.service.fail(method, kind, status, body=SECONDARY, headers={"Retry-After": "7"} if status == 429 else {})
    waits: list[float] = []

    places = Places(side.desk.config, pace=0, sleep=waits.append)
    [done] = side.desk.deliver(side.desk.plan(change=dearer, **side.route), places=places)

    assert (done.action, waits, side.made()) == ("refreshed", [waited], 1)
