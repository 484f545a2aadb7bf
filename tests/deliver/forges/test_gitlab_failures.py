"""What GitLab refuses, and how a person is told to mend it."""

import pytest

CREATION = r"/merge_requests$"


@pytest.mark.parametrize(
    "fault",
    [
        pytest.param({"status": 502, "carried_out": True}, id="502 after it was created"),
        pytest.param({"status": 502}, id="502 before"),
        pytest.param({"status": 524, "carried_out": True}, id="Cloudflare gave up after it was created"),
        pytest.param({"status": None, "carried_out": True}, id="cut after it was created"),
        pytest.param({"status": None}, id="cut before"),
        pytest.param({"status": 200, "carried_out": True, "body": "<html>"}, id="a page after it was created"),
        pytest.param({"status": 429, "body": "Retry later", "headers": {"Retry-After": "7"}}, id="429 by seconds"),
        pytest.param({"status": 429, "body": "Retry later", "times": 3}, id="429 thrice without a word"),
        pytest.param(
            {"status": 429, "body": "Retry later",
             "headers": {"RateLimit-Remaining": "0", "RateLimit-Reset": "1"}}, id="429 until a time"
        ),
        pytest.param({"status": 409, "body": {"message": "409 Conflict: Resource lock"}}, id="locked for a moment"),
    ],
)  # fmt: skip
def test_a_creation_that_failed_makes_one_request_all_the_same(lab, gitlab, fault: dict) -> None:
    gitlab.service.fail("POST", CREATION, **fault)

    [done] = lab.deliver(lab.plan())

    assert (done.action, done.reason) == ("opened", None)
    assert len(gitlab.requests) == 1
    assert len(gitlab.service.writes) == (1 if fault.get("carried_out") else 1 + fault.get("times", 1))


def test_a_limit_that_asks_for_too_long_is_left_to_the_next_run(lab, gitlab) -> None:
    gitlab.service.fail("POST", CREATION, 429, body="Retry later", headers={"Retry-After": "3600"})

    [done] = lab.deliver(lab.plan())
    assert (done.action, gitlab.requests) == ("failed", [])
    assert "rate limit is reached" in done.reason

    [again] = lab.deliver(lab.plan())
    assert (again.action, len(gitlab.requests)) == ("opened", 1)


def archived(gitlab) -> None:
    gitlab.project["archived"] = True


def switched_off(gitlab) -> None:
    gitlab.project["merge_requests_access_level"] = "disabled"


def reporter(gitlab) -> None:
    gitlab.project["permissions"] = {"project_access": None, "group_access": {"access_level": 20}}


def gone(gitlab) -> None:
    gitlab.service.fail("GET", "acme%2Fml%2Finfra", 404, body={"message": "404 Project Not Found"}, times=99)


def expired(gitlab) -> None:
    gitlab.token = "another"


def scopeless(gitlab) -> None:
    body = {"error": "insufficient_scope", "scope": "api"}
    gitlab.service.fail("GET", "merge_requests", 403, body=body, times=99)


def broken(gitlab) -> None:
    gitlab.service.fail("GET", "merge_requests", 500, times=99)


def something_else(gitlab) -> None:
    gitlab.service.fail("GET", "merge_requests", 200, body=[{"hello": "world"}], times=99)


@pytest.mark.parametrize(
    ("cause", "said"),
    [
        (archived, "unarchive it"),
        (switched_off, "switch them on under Settings"),
        (reporter, "give it the role Developer"),
        (gone, "how it hides what a token may not see"),
        (expired, "does not take the token; renew it"),
        (scopeless, "lacks the scope api"),
        (broken, "GitLab answered 500"),
        (something_else, "check that api_url is a GitLab's"),
    ],
)
def test_a_failure_says_what_to_do_and_pushes_nothing(lab, gitlab, upstream, cause, said: str) -> None:
    cause(gitlab)

    [done] = lab.deliver(lab.plan())

    assert (done.action, gitlab.requests) == ("failed", [])
    assert said in done.reason
    assert "acme/ml/infra" in done.reason
    assert list(upstream.branches()) == ["main"]


def test_a_server_that_is_not_there_is_named(lab, gitlab) -> None:
    gitlab.service.close()
    [done] = lab.deliver(lab.plan())
    assert done.action == "failed"
    assert "did not answer" in done.reason


def test_a_token_that_gitlab_repeats_is_not_shown(lab, gitlab) -> None:
    gitlab.service.fail("GET", "merge_requests", 418, body={"message": "t0ken is a teapot"})

    [done] = lab.deliver(lab.plan())

    assert "*** is a teapot" in done.reason
    assert "t0ken" not in done.reason


def test_a_token_that_expires_in_the_middle_of_a_run_fails_what_is_left(lab, gitlab) -> None:
    first, second = lab.plan("a"), lab.plan("b")
    places = lab.places()
    assert [d.action for d in lab.deliver(first, places=places)] == ["opened"]
    gitlab.token = "renewed"

    [done] = lab.deliver(second, places=places)

    assert (done.action, len(gitlab.requests)) == ("failed", 1)
    assert "renew it" in done.reason


def test_a_push_that_is_refused_names_the_token_and_opens_nothing(hosted, gitlab, git_over_http, upstream) -> None:
    upstream.bare_git("config", "http.receivepack", "false")

    [done] = hosted.deliver(hosted.plan())

    assert (done.action, gitlab.requests, list(upstream.branches())) == ("failed", [], ["main"])
    assert "LAB_TOKEN" in done.reason
    assert "t0ken" not in done.reason
