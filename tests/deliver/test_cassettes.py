"""The exact bodies that each client library sends, recorded against our fakes: they prove the client, not the service.

To record anew, delete the cassette and run the test.
"""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
import vcr
from vcr.record_mode import RecordMode

from remediator.config import TrackerConfig
from remediator.deliver.forges.github import api as github_api
from remediator.deliver.forges.github.forge import GitHubForge
from remediator.deliver.forges.github.login import Server, TokenLogin
from remediator.deliver.forges.github.shelf import Shelf
from remediator.deliver.forges.gitlab import api as gitlab_api
from remediator.deliver.forges.gitlab.forge import GitLabForge
from remediator.deliver.markers import Marker
from remediator.deliver.pace import Pace
from remediator.deliver.protocols import Forge, IssueDraft, PullDraft, TicketDraft
from remediator.deliver.retry import Retry
from remediator.deliver.trackers.jira import api as jira_api
from remediator.deliver.trackers.jira.tracker import JiraTracker

FOLDER = Path(__file__).with_name("cassettes")
BRANCH = "remediator/idle-gpu/x"
MARKER = Marker("a" * 16, "idle_gpu", False, ("a" * 16,), "c" * 40)


def played(name: str, service):
    """A cassette that is played where it is there, and recorded where it is not."""
    path = FOLDER / f"recorded-against-our-fake-{name}.yaml"
    mode = RecordMode.NONE if path.exists() else RecordMode.ONCE

    def anonymous(request):
        request.uri = request.uri.replace(service.url, "http://fake.invalid")
        return request

    return vcr.VCR(
        record_mode=mode, match_on=["method", "path", "query", "body"], before_record_request=anonymous,
        filter_headers=["Authorization", "User-Agent"], decode_compressed_response=True,
    ).use_cassette(str(path))  # fmt: skip


def assert_played(cassette, service) -> None:
    """Everything recorded was sent again, and nothing else: the fake heard nothing."""
    if cassette.record_mode is RecordMode.NONE:
        assert (cassette.all_played, service.requests) == (True, [])


def live(forge: Forge, slug: str, sha: str) -> list[object]:
    """A request's whole life."""
    draft = PullDraft(
        slug,
        "main",
        BRANCH,
        "Stop it",
        f"{MARKER}\nIt idles.",
        MARKER,
        ("remediator", "idle_gpu"),
        ("@bob",),
        ("@bob",),
    )  # fmt: skip
    made = forge.ensure_pull(draft)
    number = made.reference
    return [
        made.notes,
        forge.rewrite(slug, number, "Stop it now", f"{MARKER}\nIt idles still."),
        forge.mark_draft(slug, number, True),
        forge.say(slug, number, "keep", "Merge to keep."),
        forge.ensure_issue(slug, IssueDraft("dashboard", "remediator", "- [ ] one")).body,
        forge.set_status(slug, sha, "remediator/plan", "success", "as planned"),
        forge.review(slug, number).foreign,
    ]


def test_what_pygithub_sends(github, upstream) -> None:
    upstream.commit({"main.tf": "# less\n"}, branch=BRANCH)
    login = TokenLogin(Server(github.service.url, pace=0), "t0ken")
    retry = Retry(github_api.judge, lambda _: None)
    with played("github", github.service) as cassette:
        forge = GitHubForge(github_api.Api(github.service.url, login, retry, Pace(), Shelf(None)))
        said = live(forge, "acme/infra", "a" * 40)
        assert_played(cassette, github.service)

    assert said[:6] == [(), True, True, True, "- [ ] one", True]


def test_what_python_gitlab_sends(gitlab, upstream) -> None:
    upstream.commit({"main.tf": "# less\n"}, branch=BRANCH)
    with played("gitlab", gitlab.service) as cassette:
        connection = gitlab_api.connect(gitlab.service.url, "t0ken", Retry(gitlab_api.judge, lambda _: None))
        said = live(GitLabForge(connection), "acme/ml/infra", "a" * 40)
        assert_played(cassette, gitlab.service)

    assert said[:6] == [(), True, True, True, "- [ ] one", True]


@pytest.mark.parametrize("kind", ["cloud", "cloud-documents", "data-center"])
def test_what_the_jira_client_sends(jira, kind: str) -> None:
    jira.cloud, api = kind != "data-center", 3 if kind == "cloud-documents" else 2
    config = TrackerConfig(
        kind="jira",
        url=jira.service.url,
        api=api,
        priorities=(("High", Decimal(1000)),),
        due_days=14,
        fields=(("Team", "FinOps"),),
    )
    draft = TicketDraft(
        "FIN", "Stop it", "h3. It idles", MARKER, None, ("remediator", f"remediator-{'a' * 16}"), ("infra",),
        monthly_saving=Decimal(1200),
    )  # fmt: skip
    with played(f"jira-{kind}", jira.service) as cassette:
        connection = jira_api.Api(config.url, "me", "t0ken", Retry(jira_api.judge, lambda _: None), api)
        tracker = JiraTracker(connection, config, "jira", lambda: date(2026, 11, 23))
        key = tracker.ensure_ticket(draft).reference
        said = [
            tracker.rewrite(key, "Stop it now", "h3. It idles still"),
            tracker.say(key, "evidence", "20 days."),
            tracker.link(key, "https://github.com/acme/infra/pull/1", "acme/infra#1"),
            tracker.end(key),
            tracker.end(key),
        ]
        assert_played(cassette, jira.service)

    assert (key, said) == ("FIN-1", [True, True, True, True, False])
