import html
import json
import re
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from remediator.config import DisclosureConfig, parse
from remediator.deliver import dashboard, saying
from remediator.deliver.dashboard import NO_ANSWERS
from remediator.deliver.disclosure import NOTHING, Audience, Shown, discreet, masked, shown_to
from remediator.deliver.escape import BREAK
from remediator.deliver.folding import disclosed
from remediator.deliver.markers import Marker, branch_name
from remediator.deliver.render import (
    commit_message,
    onboarding_body,
    pull_request_body,
    pull_request_title,
    ticket_body,
)
from remediator.deliver.site import Site
from remediator.deliver.standing import Delivered
from remediator.errors import ConfigError, RemediatorError
from remediator.model import Edit, Evidence, PassedOver, Route, Unattributed
from remediator.planfile import dump, load
from remediator.run.delivering import _entry
from tests.deliver.volume_plans import NOW

MARKER = Marker("a" * 16, "ebs_gp3", False, ("a" * 16,))
EVERYTHING = DisclosureConfig.model_validate(
    {name: dict.fromkeys(("resource_ids", "account_ids", "net_rates", "addresses", "people"), True)
     for name in ("internal", "private", "tracker")} | {"public": {"resource_ids": True, "people": True}}
)  # fmt: skip
HEX = st.text("0123456789abcdef", min_size=17, max_size=17)
NAME = st.from_regex(r"[a-z]{3}[a-z0-9-]{2,20}[a-z0-9]", fullmatch=True)
BETWEEN = st.sampled_from((" ", ", ", "/", ":", "(", " `", ' "', "|", "=", "\u200b ", "\n"))


def spoiled(make_plan, make_change, name: str, text: str):
    """A plan that says the text wherever a planner, a state, a history or a cloud may say something."""
    plan = make_plan(diff="")
    change = make_change(title=text, reason=text, missing=(text,), after=text, doubts=(text,))
    change = replace(
        change,
        resource=replace(change.resource, id=name, arn=f"arn:aws:rds:us-east-1:123456789012:db:{name}", account=text),
        declared=replace(change.declared, at=replace(change.declared.at, index_key=text, backend=text)),
        actions=(replace(change.actions[0], live=text, target=text),),
        evidence=(replace(change.evidence[0], name=text, source=text, unit=text),),
        saving=replace(change.saving, source=text),
    )
    commit = replace(plan.origin.created, author_name=text, subject=text, tool=text)
    owner = replace(plan.origin.owners[0], handle=text, evidence=(Evidence("created", text, 0.5),), escalation=text)
    origin = replace(
        plan.origin, created=commit, changed=commit, owners=(owner,), passed_over=(PassedOver(text, text),),
        launch=(text,),
    )  # fmt: skip
    trace = replace(plan.traces[0], siblings=(text,), conditions=(text,), value=text, unresolved=text)
    return replace(plan, changes=(change,), origin=origin, traces=(trace,), doubts=(text,), proofs=(text,))


def texts(plan, shown: Shown) -> dict[str, str]:
    """All that is written about a plan, wherever it goes."""
    failed = Delivered(plan.id, "failed", reason=plan.doubts[0])
    lost = replace(plan, origin=Unattributed(plan.doubts[0], plan.origin.owners, (), (), (plan.doubts[0],)))
    return {
        "title": pull_request_title(plan, shown),
        "body": pull_request_body(plan, MARKER, shown),
        "body without origin": pull_request_body(lost, MARKER, shown),
        "commit": commit_message(plan, shown),
        "onboarding": onboarding_body([plan], ".remediator.toml", "", 5, MARKER, shown),
        "ticket": ticket_body(plan, MARKER, "ticket.md", shown),
        "Jira": ticket_body(plan, MARKER, "ticket.jira", shown),
        "attachment": dump(disclosed(plan, shown)).decode(),
        "comment": saying.doubted(plan.doubts, shown.of(plan)),
        "dashboard": dashboard.render([_entry(plan, failed, shown.of(plan))], NO_ANSWERS, 0.2, shown=shown),
        "branch": branch_name(plan.changes[0].rule, plan.id),
    }


def read(text: str) -> str:
    """The text as its readers see it: no escapes of Markdown, Jira, HTML or JSON, nothing invisible."""
    text = html.unescape(text.replace(BREAK, ""))
    text = re.sub(r"\\u([0-9a-f]{4})", lambda found: chr(int(found[1], 16)), text)
    return re.sub(r"\\(?=\W)", "", text).lower()


@settings(
    max_examples=15,
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    account=st.from_regex(r"[1-9][0-9]{11}", fullmatch=True),
    person=NAME,
    name=NAME,
    instance=HEX,
    between=st.lists(BETWEEN, min_size=6, max_size=6),
)
def test_nothing_masked_leaks_through_any_text(
    make_plan, make_change, account: str, person: str, name: str, instance: str, between: list[str]
) -> None:
    hidden = {
        "account": account,
        "address": f"{person}@mail.example",
        "instance": f"i-{instance}",
        "name": f"{name}-db",
        "role": f"role/{person}-admin",
    }
    arn = f"arn:aws:iam::{account}:role/{person}-admin"
    parts = (hidden["account"], hidden["address"], hidden["instance"], hidden["name"], arn, "end")
    text = "".join(f"{part}{space}" for part, space in zip(parts, between, strict=True))

    for where, written in texts(spoiled(make_plan, make_change, hidden["name"], text), NOTHING).items():
        leaked = [what for what, value in hidden.items() if value.lower() in read(written)]
        assert not leaked, (where, leaked)


def test_code_is_quoted_where_it_is_edited_and_masked_elsewhere(make_plan, make_change) -> None:
    mine = 'owner = "al@acme.example" # 123456789012 i-0123456789abcdef0'
    plan = spoiled(make_plan, make_change, "orders-db", "see al@acme.example in 123456789012, i-0123456789abcdef0")
    plan = replace(
        plan,
        edits=(Edit("main.tf", "b" * 40, 0, len(mine), mine.encode(), b"nothing"),),
        diff=f"--- a/main.tf\n+++ b/main.tf\n@@ -1 +1 @@\n-{mine}\n+nothing\n",
        route=Route.PULL_REQUEST,
    )

    file = json.loads(dump(disclosed(plan, NOTHING)))
    assert file["edits"][0]["old_text"] == mine and mine in file["diff"]["untrusted"]
    rest = {key: value for key, value in file.items() if key not in ("edits", "rollback", "diff", "preconditions")}
    for hidden in ("al@acme.example", "123456789012", "i-0123456789abcdef0", "orders-db"):
        assert hidden not in json.dumps(rest)
    live = next(one for one in file["preconditions"] if one["kind"] == "live_value")
    assert "0123456789abcdef0" not in json.dumps(live) and "orders-db" not in json.dumps(live)


@pytest.mark.parametrize("audience", [*Audience, None])
def test_by_default_ids_alone_are_shown_and_those_not_in_public(audience: Audience | None) -> None:
    assert shown_to(audience, DisclosureConfig()) == Shown(resource_ids=audience not in (None, Audience.PUBLIC))


def test_the_public_never_sees_accounts_net_rates_or_addresses() -> None:
    assert shown_to(Audience.TRACKER, EVERYTHING) == Shown(True, True, True, True, True)
    forged = EVERYTHING.model_copy(update={"public": EVERYTHING.private})
    assert shown_to(Audience.PUBLIC, forged) == shown_to(None, forged) == Shown(resource_ids=True, people=True)


@pytest.mark.parametrize("name", ["account_ids", "net_rates", "addresses"])
def test_who_asks_for_that_in_public_is_told_so(name: str) -> None:
    with pytest.raises(ConfigError, match=f"{name} are never shown in a public repository"):
        parse(f"[disclosure.public]\n{name} = true\n", Path("config.toml"))


def test_a_misspelled_audience_is_named() -> None:
    with pytest.raises(ConfigError, match="did you mean 'public'"):
        parse("[disclosure.publik]\npeople = true\n", Path("config.toml"))
    with pytest.raises(ConfigError, match="did you mean 'resource_ids'"):
        parse("[disclosure.private]\nresources_ids = true\n", Path("config.toml"))


def test_what_is_configured_is_shown(make_plan, make_change) -> None:
    text = "al@acme.example in 123456789012 made i-0123456789abcdef0"
    body = read(
        pull_request_body(
            spoiled(make_plan, make_change, "orders-db", text), MARKER, Shown(True, True, True, True, True)
        )
    )
    before = body.partition("<details>")[0]

    assert before.count(text) > 5
    assert "passed over" in before


def test_tokens_are_shown_to_nobody() -> None:
    assert masked("ghp_" + "a" * 36, Shown(True, True, True, True, True)) == "[secret]"


def test_of_history_only_the_owner_and_who_created_it_are_named(make_plan) -> None:
    plan = make_plan()
    other = replace(plan.origin.created, sha="d" * 40, author_name="Bob Stone", subject="Grow it")
    owner = replace(
        plan.origin.owners[0],
        evidence=(
            Evidence("CODEOWNERS", "line 3", 0.9),
            Evidence("team", "team of @robin (changed: last changed it in 0abc)", 0.6),
            Evidence("changed", "Bob Stone, last week", 0.1),
        ),
    )
    plan = replace(
        plan, origin=replace(plan.origin, changed=other, owners=(owner,), passed_over=(PassedOver("@zoe", "left"),))
    )

    body = pull_request_body(plan, MARKER)
    assert "created by Alice Moreau" in body and "last changed by \\[person\\] on" in body
    assert "CODEOWNERS: line 3 (0.90)" in body and "changed: what history tells, not shown here (0.10)" in body
    assert "team: of somebody not named here (0.60)" in body
    assert "Bob" not in body and "robin" not in body and "zoe" not in body
    assert "Bob Stone, last week" in pull_request_body(plan, MARKER, Shown(people=True))


def test_a_net_saving_is_told_nowhere_unless_it_may_be(make_plan, make_change) -> None:
    change = make_change()
    plan = make_plan(change=replace(change, saving=replace(change.saving, basis="net of commitments")))
    marker = replace(MARKER, monthly=plan.monthly_saving)

    assert plan.monthly_saving is not None and discreet(plan, NOTHING).monthly_saving is None
    assert "12.4" not in pull_request_body(plan, marker)
    assert "12.40" in pull_request_body(plan, marker, Shown(net_rates=True))
    assert discreet(plan, NOTHING).id == plan.id


@pytest.mark.parametrize(
    ("visibility", "told"), [("private", True), ("internal", True), ("public", False), ("secret", False), (None, False)]
)
def test_who_reads_a_repository_is_asked_of_github_and_unknown_is_public(hub, github, visibility, told: bool) -> None:
    github.visibility, github.repository["private"] = visibility, False

    hub.deliver(hub.plan("a"))

    assert ("vol-a" in github.pulls[0]["body"]) is told


@pytest.mark.parametrize(("visibility", "told"), [("private", True), ("public", False)])
def test_who_reads_a_project_is_asked_of_gitlab(lab, gitlab, visibility, told: bool) -> None:
    gitlab.project["visibility"] = visibility

    lab.deliver(lab.plan("a"))

    assert ("vol-a" in gitlab.requests[0]["description"]) is told


def test_a_forge_that_does_not_say_who_reads_it_is_taken_for_public(hub) -> None:
    class Silent:
        def visibility(self, repository: str) -> None:
            raise RemediatorError("it does not answer")

    assert Site(hub.repository, hub.clone(), Silent(), hub.config, None, NOW).shown == NOTHING


def test_what_a_ticket_carries_is_what_its_readers_may_see(desk) -> None:
    plan = desk.plan("b", doubts=("unsure",))
    owner = replace(plan.origin.owners[0], evidence=(Evidence("changed", "Bob Stone, last week", 0.1),))
    plan = replace(plan, origin=replace(plan.origin, owners=(owner,)))

    [done] = desk.deliver(plan)

    [attached] = json.loads(Path(done.where).read_text())["attachments"]
    assert Path(attached).name == f"{plan.id}.json" and "Bob" not in Path(attached).read_text()
    assert load(Path(attached).read_bytes(), attached).plan_id == plan.id
    assert "Bob Stone" in (desk.state_dir / "plans" / f"{plan.id}.json").read_text(), "what is kept here is whole"
    before = Path(attached).stat().st_mtime_ns
    desk.deliver(plan)
    assert Path(attached).stat().st_mtime_ns == before
