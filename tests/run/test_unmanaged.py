"""Whole runs over a volume that no state holds: what launched it, where that is written, and who is to decide."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from remediator.model import Attributes, Origin, Role, Route, Unattributed, Untold
from remediator.run.codebase import read_code
from remediator.run.explaining import explain
from remediator.run.launching import Launches
from remediator.run.unmanaged import draft_unmanaged

CLAIM = "kind: PersistentVolumeClaim\nmetadata:\n  name: data-kafka-0\n"


def call(tool: str = "aws-cli/2.31.0", **identity: str) -> dict[str, object]:
    who = {"type": "IAMUser", "arn": "arn:aws:iam::123456789012:user/emil", "userName": "emil"} | identity
    made = {"eventName": "CreateVolume", "eventSource": "ec2.amazonaws.com", "eventTime": "2026-11-01T08:00:00Z"}
    return made | {"userAgent": tool, "userIdentity": who}


def tag(site, **tags: str) -> None:
    pairs = [{"Key": key.replace("__", "/"), "Value": value} for key, value in tags.items()]
    site.client("ec2").create_tags(Resources=[site.stray], Tags=pairs)


@pytest.fixture
def ticket(site):
    """The one plan for the stray volume after a run, and the ticket's text."""

    def run():
        summary = site.run()
        (plan,) = [plan for plan, _ in summary.plans if plan.changes[0].resource.id == site.stray]
        assert plan.route is Route.TICKET
        (text,) = [t["description"] for t in site.delivered().values() if site.stray in str(t.get("description", ""))]
        return plan, text

    return run


def test_the_claim_of_a_volume_is_where_it_is_decided(site, ticket) -> None:
    owners = "* @acme/platform\n/k8s/ @acme/streaming\n"
    site.upstream.commit({"k8s/kafka.yaml": CLAIM, "CODEOWNERS": owners}, "Kafka (#5)", author="Bo Lind <bo@acme.io>")
    tag(site, **{"kubernetes.io__created-for__pvc__name": "data-kafka-0"})

    plan, text = ticket()

    assert isinstance(plan.origin, Origin)
    assert plan.repository == "infra"
    (place,) = plan.origin.call_chain
    assert (place.path, place.start_line, place.role) == ("k8s/kafka.yaml", 1, Role.CONTROLLER)
    assert plan.origin.created.author_name == "Bo Lind"
    assert plan.origin.owners[0].handle == "@acme/streaming"
    assert plan.doubts == (
        "Kubernetes (volume claim data-kafka-0) made it, not Terraform: it is decided at k8s/kafka.yaml:1",
    )
    assert "import {" not in text
    assert "would make it anew" in text


def test_who_launched_it_owns_it_and_may_have_it_adopted(site, ticket, trail) -> None:
    tag(site, Name="restore ${test}")
    trail[site.stray] = [call()]

    plan, text = ticket()

    assert isinstance(plan.origin, Unattributed)
    assert plan.origin.owners[0].handle == "emil"
    assert [e.source for e in plan.origin.owners[0].evidence] == ["launch"]
    said = "user/emil called CreateVolume with the AWS CLI at 2026-11-01 08:00 UTC"
    assert plan.origin.launch == (said,)
    assert said in text.replace("\\", "")
    assert "123456789012" not in text
    assert f'import {{\n  to = aws_ebs_volume.restore_test\n  id = "{site.stray}"\n}}\n' in text
    steps = explain(site.config, site.stray, now=datetime.now(UTC), progress=lambda _: None).steps
    assert [step.text for step in steps if step.link == "launched"] == [said]
    assert next(step.text for step in steps if step.link == "to adopt it") == "import {"


def test_that_no_forge_told_of_an_owner_stands_in_the_evidence(site, ticket) -> None:
    tag(site, owner="@zoe")

    plan, text = ticket()

    (zoe,) = plan.origin.owners
    assert [(e.source, e.text) for e in zoe.evidence[1:]] == [
        ("not checked", "@zoe: no forge is configured that knows accounts")
    ]
    assert "no forge is configured that knows accounts" in text


@pytest.mark.parametrize(
    "made", [call("HashiCorp/1.0 Terraform/1.11.4"), call(type="AWSService", invokedBy="ecs.amazonaws.com")]
)
def test_what_something_else_made_is_not_adopted(site, ticket, trail, made) -> None:
    trail[site.stray] = [made]

    plan, text = ticket()

    assert plan.origin.adoption == ()
    assert "import {" not in text


def test_what_was_asked_of_the_trail_is_counted(site, ticket, trail) -> None:
    trail[site.stray] = [call("aws-cli/2.0")]
    first, second = site.run(), site.run(hours=1)

    asked = [c.calls for c in first.calls if (c.service, c.operation) == ("cloudtrail", "LookupEvents")]
    assert asked == [1]
    assert not any(c.service == "cloudtrail" for c in second.calls)


def test_the_place_that_its_tags_name(site, ticket) -> None:
    site.upstream.commit({"legacy/old.tf": '# moved\ntags = {\n  yor_trace = "9c2e1f00-aaaa"\n}\n'}, "Old (#3)")
    tag(site, yor_trace="9c2e1f00-aaaa", git_file="legacy/old.tf")

    plan, _ = ticket()

    (place,) = plan.origin.call_chain
    assert (place.path, place.start_line, place.role) == ("legacy/old.tf", 3, Role.TAGGED)


def test_a_name_in_one_file_is_a_hint_and_in_many_a_list(site, ticket) -> None:
    site.upstream.commit({"a.yaml": "volume: restore-test\n", "CODEOWNERS": "a.yaml @acme/data\n"})
    tag(site, Name="restore-test")
    plan, _ = ticket()
    assert isinstance(plan.origin, Unattributed)
    assert plan.doubts[-1] == "“restore-test” stands at infra:a.yaml:1, which may be where it comes from"
    assert plan.origin.owners[0].handle == "@acme/data"

    site.upstream.commit({"b.yaml": "volume: restore-test\n"})
    plan, _ = ticket()
    assert "infra:a.yaml:1, infra:b.yaml:1" in plan.doubts[-1]
    assert plan.origin.owners == ()


def test_a_trail_that_cannot_be_read_costs_no_ticket(site, refusing) -> None:
    site.tables["accounts"][0]["endpoint_url"] = refusing("AccessDeniedException", 400, "LookupEvents")

    summary = site.run()

    (failure,) = summary.failures
    assert failure.unit == "dev/us-east-1 launch records"
    assert "cloudtrail:LookupEvents" in failure.reason
    (plan,) = [plan for plan, _ in summary.plans if plan.changes[0].resource.id == site.stray]
    assert plan.origin.adoption == ()
    assert plan.doubts[1].startswith("CloudTrail could not be read, so another Terraform")


def test_what_is_past_the_most_that_a_run_asks_is_asked_by_the_next(site, trail) -> None:
    zone = {"AvailabilityZone": "us-east-1a", "VolumeType": "gp2"}
    small = site.client("ec2").create_volume(Size=900, **zone)["VolumeId"]
    trail[site.stray] = trail[small] = [call()]
    site.tables["run"]["max_launch_lookups"] = 1

    def told(summary):
        origins = {plan.changes[0].resource.id: plan.origin for plan, _ in summary.plans}
        asked = sum(c.calls for c in summary.calls if c.service == "cloudtrail")
        named = [" called " in origins[id_].launch[0] for id_ in (site.stray, small)]
        return named, bool(origins[small].adoption), asked

    first, second = site.run(), site.run(hours=1)

    assert told(first) == ([True, False], False, 1)
    assert told(second) == ([True, True], True, 1)
    said = "CloudTrail was not asked who launched the cheapest 1 of what no state holds"
    assert any(note.startswith(said) for note in first.notes)
    assert not any("max_launch_lookups" in note for note in second.notes)


@pytest.mark.parametrize(
    ("days", "why"), [(0.0, Untold.LATE), (2.0, Untold.ABSENT), (91.0, Untold.OLD)], ids=["late", "absent", "old"]
)
def test_that_nobody_is_named_is_said_and_stands_in_the_import_block(site, trail, days: float, why: Untold) -> None:
    now = datetime.now(UTC) + timedelta(days=days)

    steps = explain(site.config, site.stray, now=now, progress=lambda _: None).steps

    assert [step.text for step in steps if step.link == "launched"] == [f"who made it is not known: {why}"]
    adoption = [step.text for step in steps if step.link == "to adopt it"]
    assert adoption[:2] == ([] if why.passing else [f"# Who made it is not known: {why}.", "import {"])


@pytest.mark.parametrize(
    ("kind", "why"),
    [
        ("aws_ec2_capacity_block_reservation", "no import block is offered: a capacity block cannot be imported"),
        ("aws_sagemaker_training_job", "no import block is offered: a training job ends by itself"),
    ],
)
def test_for_what_cannot_be_imported_none_is_offered_and_it_is_said(site, kind: str, why: str) -> None:
    change = next(c for plan, _ in site.run().plans for c in plan.changes if c.resource.id == site.stray)
    change = replace(change, resource=replace(change.resource, kind=kind))

    (drafted,), _ = draft_unmanaged([change], Launches(), {}, site.config)

    assert drafted.origin.adoption == ()
    assert any(doubt.startswith(why) for doubt in drafted.draft.doubts)


def test_odd_line_breaks_neither_stop_the_search_nor_shift_the_place(site, ticket) -> None:
    odd = "# a\u2028b\x0cc\x85d\rpage\n"
    site.upstream.commit({"legacy/old.yaml": f"{odd}yor_trace: 9c2e1f00-aaaa\n"}, "Old (#3)")
    tag(site, yor_trace="9c2e1f00-aaaa")

    plan, _ = ticket()

    (place,) = plan.origin.call_chain
    assert (place.path, place.start_line) == ("legacy/old.yaml", 2)
    assert place.start == len(odd.encode())


def test_a_repository_that_cannot_be_searched_leaves_the_others(site, make_repository) -> None:
    change = next(c for plan, _ in site.run().plans for c in plan.changes if c.resource.id == site.stray)
    change = replace(change, resource=replace(change.resource, tags=Attributes({"yor_trace": "9c2e1f00-aaaa"})))
    site.upstream.commit({"old.yaml": "yor_trace: 9c2e1f00-aaaa\n"})
    broken = make_repository("broken")
    broken.commit({"a.yaml": "yor_trace: 9c2e1f00-aaaa\n"})
    site.repository("broken", str(broken.path))
    codebases = {r.name: read_code(r, site.config) for r in reversed(site.config.repositories)}
    objects = codebases["broken"].clone.path / "objects"
    objects.rename(objects.with_name("lost"))

    (drafted,), _ = draft_unmanaged([change], Launches(), codebases, site.config)

    assert isinstance(drafted.origin, Origin)
    assert [place.path for place in drafted.origin.call_chain] == ["old.yaml"]
    assert any(doubt.startswith("broken could not be searched: ") for doubt in drafted.draft.doubts)


def test_a_repository_whose_history_cannot_be_read_costs_what_leads_there_alone(site, make_repository) -> None:
    change = next(c for plan, _ in site.run().plans for c in plan.changes if c.resource.id == site.stray)
    lost = replace(change, resource=replace(change.resource, id="vol-2", tags=Attributes({"yor_trace": "9c2e1f00-aa"})))
    named = Attributes({"git_repo": "infra", "git_file": "old.yaml"})
    other = replace(change, resource=replace(change.resource, id="vol-3", tags=named))
    site.upstream.commit({"old.yaml": "yor_trace: 9c2e1f00-aa\n"})
    codebases = {r.name: read_code(r, site.config) for r in site.config.repositories}
    clone = replace(codebases["infra"].clone, head="0" * 40)
    codebases["infra"] = replace(codebases["infra"], clone=clone, index=replace(codebases["infra"].index, commit="1"))

    made, failures = draft_unmanaged([lost, other, change], Launches(), codebases, site.config)

    assert [drafted.change for drafted in made] == [change]
    assert sorted(failure.unit for failure in failures) == [
        "infra: tracing what no state holds",
        f"plan {other.fingerprint}",
    ]


@pytest.mark.parametrize(
    ("tags", "said", "owned"),
    [
        (
            {"git_repo": "infra", "git_file": "legacy/old.tf"},
            "its tags say that it comes from infra:legacy/old.tf, and no state of infra holds it",
            True,
        ),
        (
            {"git_org": "acme", "git_repo": "infra", "git_file": "legacy/none.tf"},
            "its tags say that it comes from legacy/none.tf in acme/infra, and infra has no such file now",
            False,
        ),
        (
            {"git_org": "acme", "git_repo": "data", "git_file": "legacy/old.tf"},
            "its tags say that it comes from legacy/old.tf in acme/data, and no such repository is configured: add it "
            "and the root whose state holds it",
            False,
        ),
    ],
)
def test_the_repository_and_file_that_its_tags_name(site, ticket, trail, tags, said, owned) -> None:
    site.upstream.commit({"legacy/old.tf": "locals {}\n", "CODEOWNERS": "/legacy/ @acme/data\n"}, "Old (#3)")
    tag(site, **tags)
    trail[site.stray] = [call()]

    plan, _ = ticket()

    assert isinstance(plan.origin, Unattributed)
    assert said in plan.doubts
    assert ("@acme/data" in [owner.handle for owner in plan.origin.owners]) is owned
    assert plan.origin.adoption == ()
