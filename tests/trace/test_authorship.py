from datetime import UTC, datetime

import pytest

from remediator.config import MachineConfig, OwnersConfig, ToolConfig
from remediator.git.records import RawCommit
from remediator.model import Authorship
from remediator.trace import authorship
from remediator.trace.people import Person

KNOWN = authorship.machines(OwnersConfig())
ALICE = ("Alice Moreau", "alice@acme.io")


def _commit(author=ALICE, trailers=(), body=""):
    return RawCommit("a" * 40, (), *author, datetime(2026, 1, 1, tzinfo=UTC), "Subject", tuple(trailers), body)


def credit(commit, known=KNOWN):
    return authorship.credit(commit, known)


@pytest.mark.parametrize(
    "author",
    [
        ALICE,
        ("Devin Young", "devin.young@acme.io"),
        ("Claude Monet", "claude@acme.io"),
        ("Jules Verne", "jules@acme.io"),
        ("Robot Bot", "12+bot@users.noreply.github.com"),
        ("Copilot Smith", "csmith@acme.io"),
        ("dependabot", "dependabot@acme.io"),
    ],
)
def test_a_name_never_makes_a_person_a_machine(author):
    given = credit(_commit(author, [("Signed-off-by", "Claude <x@acme.io>")]))

    assert (given.authorship, given.tool) == (Authorship.HUMAN, None)
    assert given.person == Person(*author)


@pytest.mark.parametrize(
    "author",
    [
        ("Google OSS Prow Robot", "google-oss-robot@google.com"),
        ("Google OSS Prow Robot", "44651202+google-oss-robot@users.noreply.github.com"),
        ("Kubernetes Prow Robot", "K8s-CI-Robot@users.noreply.github.com"),
        ("CFT Bot", "cloud-foundation-bot@google.com"),
    ],
)
def test_robots_of_public_projects_are_automation(author):
    given = credit(_commit(author))

    assert (given.authorship, given.person) == (Authorship.AUTOMATION, None)


@pytest.mark.parametrize(
    ("trailers", "body", "tool"),
    [
        ([("Co-Authored-By", "Claude Opus 4.1 <noreply@anthropic.com>")], "", "Claude Code"),
        ([("Co-authored-by", "Copilot <223556219+Copilot@users.noreply.github.com>")], "", "GitHub Copilot"),
        ([("Co-authored-by", "Copilot Autofix <175728472+Copilot@users.noreply.github.com>")], "", "GitHub Copilot"),
        ([("Co-authored-by", "Cursor <cursoragent@cursor.com>")], "", "Cursor"),
        ([("Co-authored-by", "aider (gpt-4o) <aider@aider.chat>")], "", "Aider"),
        ([("Co-authored-by", "openhands <openhands@all-hands.dev>")], "", "OpenHands"),
        ([("Co-authored-by", "Codex <noreply@openai.com>")], "", "Codex"),
        ([("Claude-Session", "https://claude.ai/code/x")], "", "Claude Code"),
        ([], "x\n\n🤖 Generated with [Claude Code](https://claude.com/claude-code)\n", "Claude Code"),
        ([("Assisted-by", "Aider 0.9 <someone@acme.io>")], "", "Aider 0.9"),
        ([("Generated-by", "x" * 500)], "", "x" * 60),
        ([("Co-authored-by", "Bo <bo@acme.io>"), ("Co-authored-by", "X <noreply@anthropic.com>")], "", "Claude Code"),
    ],
)
def test_a_person_with_an_ai_tool(trailers, body, tool):
    given = credit(_commit(trailers=trailers, body=body))

    assert (given.authorship, given.tool, given.person) == (Authorship.HUMAN_WITH_AI, tool, Person(*ALICE))


def test_an_address_in_a_tool_trailer_names_no_tool():
    assert credit(_commit(trailers=[("Assisted-by", "bo@acme.io")])).tool is None


@pytest.mark.parametrize(
    "author",
    [
        ("dependabot[bot]", "49699333+dependabot[bot]@users.noreply.github.com"),
        ("renamed", "49699333+whatever@users.noreply.github.com"),
        ("github-actions[bot]", "41898282+github-actions[bot]@users.noreply.github.com"),
        ("acme-fmt[bot]", "fmt@acme.io"),
        ("any", "99+acme-fmt[bot]@users.noreply.github.com"),
        ("remediator", "noreply@remediator.invalid"),
    ],
)
def test_automation_owns_nothing_but_a_person_beside_it_may(author):
    assert KNOWN.holds(Person(*author))
    assert credit(_commit(author)).person is None
    assert credit(_commit(author)).authorship is Authorship.AUTOMATION
    beside = credit(_commit(author, [("Co-authored-by", "x[bot] <a@b>"), ("Co-authored-by", "Bo <bo@acme.io>")]))
    assert (beside.authorship, beside.person) == (Authorship.AUTOMATION, Person("Bo", "bo@acme.io"))


def test_a_tool_that_commits_itself_worked_for_the_person_it_names():
    agent = ("copilot-swe-agent[bot]", "198982749+Copilot@users.noreply.github.com")

    alone = credit(_commit(agent))
    asked = credit(_commit(agent, [("Co-authored-by", "bo <7+bo@users.noreply.github.com>")]))

    assert (alone.authorship, alone.tool, alone.person) == (Authorship.AUTOMATION, "GitHub Copilot", None)
    assert (asked.authorship, asked.tool) == (Authorship.HUMAN_WITH_AI, "GitHub Copilot")
    assert asked.person is not None
    assert asked.person.login == "bo"


@pytest.mark.parametrize(
    ("email", "login"),
    [
        ("7+bo-k@users.noreply.github.com", "bo-k"),
        ("bo@users.noreply.github.com", "bo"),
        ("9-bo@users.noreply.gitlab.com", "bo"),
        ("12-bo.k@users.noreply.gitlab.acme.io", "bo.k"),
        ("9-bo@users.noreply.github.com", "9-bo"),
        ("bo@acme.io", None),
        ("bo@users.noreply.github.com.evil.io x", None),
    ],
)
def test_logins_come_from_no_reply_addresses(email, login):
    assert Person("Bo", email).login == login


def test_the_others_behind_a_commit_are_its_human_co_authors():
    trailers = [("Co-authored-by", "Bo <bo@acme.io>"), ("Co-authored-by", "X <noreply@anthropic.com>")]
    trailers += [("Co-Authored-By", "Bo <bo@acme.io>"), ("Co-authored-by", "no address")]

    assert credit(_commit(trailers=trailers)).others == (Person("Bo", "bo@acme.io"),)


def test_the_configuration_adds_to_what_is_known():
    config = OwnersConfig(
        automation=MachineConfig(addresses=("Deploy@acme.io",), accounts=("acme-ci",), account_ids=("77",)),
        tools=(ToolConfig(name="Muse", addresses=("muse@acme.io",), trailers=("Muse-Run",), signatures=("by Muse",)),),
    )
    known = authorship.machines(config)

    for address in ("deploy@ACME.io", "1+Acme-CI@users.noreply.github.com", "77+x@users.noreply.github.com"):
        assert credit(_commit(("X", address)), known).authorship is Authorship.AUTOMATION
    for commit in (
        _commit(trailers=[("Muse-Run", "1")]),
        _commit(body="made by Muse"),
        _commit(trailers=[("Co-authored-by", "M <muse@acme.io>")]),
    ):
        assert (credit(commit, known).authorship, credit(commit, known).tool) == (Authorship.HUMAN_WITH_AI, "Muse")
    assert credit(_commit(("dependabot[bot]", "x@y"))).authorship is Authorship.AUTOMATION
