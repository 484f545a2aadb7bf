from dataclasses import replace
from datetime import UTC, datetime

from remediator.model import (
    Authorship,
    Commit,
    Evidence,
    Origin,
    Owner,
    PassedOver,
    Role,
    SourceLocation,
    Unattributed,
    ValueTrace,
)
from remediator.trace.explain import Link, chain


def _place(path, line, role, address):
    return SourceLocation("infra", "c" * 40, path, "b" * 40, 0, 9, line, line, role, address)


CALL = _place("envs/dev/main.tf", 1, Role.MODULE_CALL, "module.trainer")
BLOCK = _place("modules/box/main.tf", 4, Role.BLOCK, "aws_instance.this")
VALUE = _place("envs/dev/dev.tfvars", 2, Role.TFVARS, "var.size")
WHEN = datetime(2026, 3, 1, tzinfo=UTC)
CREATED = Commit("a" * 40, "Alice", "alice@acme.io", WHEN, "Train (#2)", 2, Authorship.HUMAN_WITH_AI, "Claude Code")
CHANGED = replace(CREATED, author_name="fmt[bot]", authorship=Authorship.AUTOMATION, tool=None, pull_request=None)
ML = Owner("@ml", 0.9, (Evidence("CODEOWNERS", "line 2", 0.9),), ("@ml",), "5b", "ML", "#ml")
ORIGIN = Origin((CALL, BLOCK), CREATED, CHANGED, (ML,), (PassedOver("fmt[bot]", "automation"),))


def test_every_link_is_there_in_order(make_change):
    change = make_change("this", "module.trainer")
    traces = (ValueTrace("instance_type", "g5.xlarge", (VALUE,)),)

    steps = chain(change.resource, change.declared, ORIGIN, traces)

    assert [(step.link, step.text) for step in steps] == [
        (Link.LIVE, "aws_instance i-1"),
        (Link.STATE, "module.trainer.aws_instance.this in infra:envs/dev"),
        (Link.CODE, "module.trainer"),
        (Link.CODE, "aws_instance.this"),
        (Link.VALUE, "instance_type"),
        (Link.CREATED, "Alice on 2026-03-01"),
        (Link.CHANGED, "fmt[bot] on 2026-03-01"),
        (Link.OWNER, "@ml (confidence 90%)"),
        (Link.EVIDENCE, "@ml: CODEOWNERS, weight 0.90"),
        (Link.PASSED_OVER, "fmt[bot]"),
    ]
    evidence = {step.link: step.evidence for step in steps}
    assert evidence[Link.LIVE] == "ml-dev/us-east-1"
    assert evidence[Link.STATE] == "s, workspace default, serial 7"
    assert evidence[Link.CODE] == "modules/box/main.tf:4, a block"
    assert evidence[Link.VALUE] == "envs/dev/dev.tfvars:2, tfvars in var.size"
    assert evidence[Link.CREATED] == "aaaaaaaaaaaa “Train (#2)”, request 2, with Claude Code"
    assert evidence[Link.CHANGED] == "aaaaaaaaaaaa “Train (#2)”, by automation"
    assert evidence[Link.OWNER] == "reviewers @ml, Jira assignee 5b, Jira component ML, escalation #ml"
    assert evidence[Link.EVIDENCE] == "line 2"
    assert [step.location for step in steps if step.location] == [CALL, BLOCK, VALUE]
    assert "acme.io" not in str(steps)


def test_what_is_not_known_is_a_step_too(make_change):
    resource = replace(make_change().resource, member_of="sweep")

    steps = chain(resource, None, Unattributed("no state holds it"))

    assert [(step.link, step.evidence) for step in steps] == [
        (Link.LIVE, "ml-dev/us-east-1"),
        (Link.GROUP, "the group's declaration stands for its members"),
        (Link.BROKEN, "no state holds it"),
        (Link.BROKEN, "neither CODEOWNERS, nor tags, nor history name a person or team"),
    ]


def test_a_value_that_breaks_off_says_where(make_change):
    change = make_change("this")
    traces = (ValueTrace("instance_type", None, (VALUE,), unresolved="it is computed"),)

    steps = chain(change.resource, change.declared, replace(ORIGIN, passed_over=()), traces)

    assert (Link.BROKEN, "it is computed") in [(step.link, step.evidence) for step in steps]
