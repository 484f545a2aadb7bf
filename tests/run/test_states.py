"""Whole runs over states in buckets, in the repository and from commands, and over what states say beside addresses."""

import json
import sys
from datetime import UTC, datetime

import pytest

from remediator.errors import RemediatorError
from remediator.model import Route
from remediator.run import Only, drafting
from remediator.run.explaining import explain

BACKEND = 'terraform {\n  backend "s3" {\n    bucket = "acme-tfstate"\n    key    = "dev.tfstate"\n  }\n}\n'


def bucket(site, **objects: bytes) -> None:
    s3 = site.client("s3")
    s3.create_bucket(Bucket="acme-tfstate")
    for key, body in objects.items():
        s3.put_object(Bucket="acme-tfstate", Key=key, Body=body)
    site.tables["accounts"][0]["state_buckets"] = ["acme-tfstate"]


def changed(site, change) -> bytes:
    state = json.loads(site.state_file.read_bytes())
    change(state["resources"])
    return json.dumps(state).encode()


def renamed(site, id_: str) -> bytes:
    """A state with one volume, which is another than those that the estate's own state holds."""

    def change(resources: list[dict]) -> None:
        del resources[1:]
        resources[0]["name"] = "legacy"
        attributes = resources[0]["instances"][0]["attributes"]
        attributes |= {"id": id_, "arn": f"arn:aws:ec2:us-east-1:123456789012:volume/{id_}"}

    return changed(site, change)


def ticket(site, summary):
    """The one plan for the stray volume."""
    plans = [plan for plan, _ in summary.plans if plan.changes[0].resource.id == site.stray]
    assert len(plans) == 1
    assert plans[0].route is Route.TICKET
    return plans[0]


def test_roots_and_their_workspaces_are_found_with_the_buckets(site) -> None:
    site.upstream.commit({"backend.tf": BACKEND})
    bucket(site, **{"dev.tfstate": site.state_file.read_bytes(), "env:/gpu/dev.tfstate": renamed(site, site.stray)})
    del site.tables["repositories"][0]["roots"]

    summary = site.run()

    assert summary.failures == ()
    assert summary.declared == 3
    assert summary.notes == ()
    assert site.branches() == set()  # the other workspace takes the same literals
    (shared,) = [p for p, _ in summary.plans if p.changes[0].resource.id == site.volumes["features"]]
    assert "workspace gpu" in " ".join(shared.doubts)
    assert "no file in . declares aws_ebs_volume.legacy" in " ".join(ticket(site, summary).doubts)


def test_a_state_that_no_root_declares_is_read_all_the_same(site) -> None:
    bucket(
        site,
        **{
            "legacy/terraform.tfstate": renamed(site, site.stray),
            "legacy/terraform.tfstate.tflock": b"{}",
            "notes.txt": b"x",
        },
    )

    summary = site.run()

    plan = ticket(site, summary)
    assert plan.repository is None
    assert plan.doubts[0] == (
        "the state s3://acme-tfstate/legacy/terraform.tfstate holds aws_ebs_volume.legacy, and no configured root has "
        "that state: add its repository and root to the configuration"
    )
    assert plan.origin.reason == plan.doubts[0]
    assert summary.failures == ()
    assert summary.notes == ("1 keys in state_buckets are not named as states (….tfstate) and were not read.",)


def test_a_claimed_key_is_not_read_twice_and_other_repositories_wait(site) -> None:
    bucket(site, **{"dev.tfstate": site.state_file.read_bytes(), "legacy.tfstate": renamed(site, site.stray)})
    site.tables["repositories"][0]["roots"] = [{"path": ".", "state": "s3://acme-tfstate/dev.tfstate"}]
    assert [p.doubts for p, _ in site.run().plans if p.route is Route.PULL_REQUEST] == [(), ()]
    site.repository("second", str(site.upstream.path), roots=[{"path": ".", "state": "/none", "workspace": "x"}])

    summary = site.run(1, only=Only(repository="second"))

    assert [s.reason for s in summary.skipped if s.change.resource.id == site.stray] == [
        "whether code declares it is not known, since second/. was not read"
    ]


def test_the_found_roots_of_what_repo_leaves_out_are_still_its_own(site, make_repository) -> None:
    site.upstream.commit({"backend.tf": BACKEND})
    bucket(site, **{"dev.tfstate": b"{", "legacy.tfstate": renamed(site, site.volumes["cache"])})
    del site.tables["repositories"][0]["roots"]
    second = make_repository("second")
    second.commit({"backend.tf": BACKEND.replace("dev.", "legacy.")})
    site.repository("second", str(second.path))

    summary = site.run(only=Only(repository="second"))

    assert summary.failures == ()
    assert summary.declared == 1
    assert summary.notes[0] == (
        "--repo leaves out infra, so what their states hold counts as undeclared in this run, and nothing is done "
        "about what is undeclared."
    )
    stray = [s.reason for s in summary.skipped if s.change.resource.id == site.stray]
    assert "whether code declares it is not known, since infra was not read" in stray


@pytest.mark.parametrize("kind", ["cut", "absent"])
def test_nothing_is_undeclared_while_a_bucket_or_a_state_in_it_cannot_be_read(kind: str, site) -> None:
    bucket(site, **{"legacy.tfstate": site.state_file.read_bytes()[:99]})
    if kind == "absent":
        site.tables["accounts"][0]["state_buckets"] = ["no-such-bucket"]

    summary = site.run()

    (failure,) = summary.failures
    assert failure.unit == ("s3://acme-tfstate/legacy.tfstate" if kind == "cut" else "s3://no-such-bucket")
    assert ("was cut short" if kind == "cut" else "it does not exist") in failure.reason
    assert [s.change.resource.id for s in summary.skipped if "was not read" in s.reason] == [site.stray]


def test_two_states_that_claim_one_resource_are_shown_wherever_they_are(site) -> None:
    bucket(site, **{"old.tfstate": renamed(site, site.volumes["features"])})

    summary = site.run()

    (plan,) = [p for p, _ in summary.plans if p.changes[0].resource.id == site.volumes["features"]]
    assert plan.route is Route.TICKET
    assert "aws_ebs_volume.legacy in s3://acme-tfstate/old.tfstate" in " ".join(plan.doubts)


def test_a_committed_state_and_one_that_a_command_prints(site) -> None:
    site.upstream.commit({"terraform.tfstate": site.state_file.read_bytes()})
    root = site.tables["repositories"][0]["roots"].pop()
    del site.tables["repositories"][0]["roots"]
    assert site.run().declared == 2

    program = f"print(open({root['state']!r}).read())"
    site.tables["repositories"][0]["roots"] = [{"path": ".", "state_command": [sys.executable, "-c", program]}]
    again = site.run(1)
    assert (again.declared, again.failures) == (2, ())
    command = [sys.executable, "-c", "import sys; sys.exit('Error: not initialised')"]
    site.tables["repositories"][0]["roots"] = [{"path": ".", "state_command": command}]
    third = site.run(2)
    assert [(f.unit, "(“Error: not initialised”)" in f.reason) for f in third.failures] == [("infra/.", True)]
    assert [s.change.resource.id for s in third.skipped if "was not read" in s.reason] != []


def test_a_volume_that_an_instance_brought_is_traced_to_the_instances_block(site) -> None:
    block = 'resource "aws_instance" "trainer" {\n  ami           = "ami-1"\n  instance_type = "t3.micro"\n}\n'
    site.upstream.commit({"trainer.tf": block}, "Trainer (#7)", author="Bo Lind <bo@acme.io>")

    def change(resources: list[dict]) -> None:
        attributes = {"id": "i-1", "root_block_device": [{"volume_id": site.stray, "volume_type": "gp2"}]}
        one = {"mode": "managed", "type": "aws_instance", "name": "trainer", "instances": [{"attributes": attributes}]}
        resources.append(one)

    site.state_file.write_bytes(changed(site, change))

    plan = ticket(site, site.run())

    assert plan.repository == "infra"
    assert plan.doubts[0].startswith("AWS made it for aws_instance.trainer, in whose block it is changed")
    assert plan.origin.created.author_name == "Bo Lind"
    assert plan.origin.call_chain[0].path == "trainer.tf"
    assert plan.changes[0].declared is None  # so that the finding is still known by the volume
    steps = explain(site.config, site.stray, now=datetime.now(UTC), progress=lambda _: None).steps
    assert "aws_instance.trainer in infra:." in [step.text for step in steps]


def test_deposed_and_tainted_objects_are_shown_for_what_they_are(site) -> None:
    def change(resources: list[dict]) -> None:
        arn = f"arn:aws:ec2:us-east-1:123456789012:volume/{site.stray}"
        old = {"deposed": "deadbeef", "attributes": {"id": site.stray, "arn": arn}}
        resources[0]["instances"].append(old)
        resources[1]["instances"][0]["status"] = "tainted"

    site.state_file.write_bytes(changed(site, change))

    summary = site.run()

    assert "has been replaced by another, and the next apply" in ticket(site, summary).doubts[0]
    (tainted,) = [p for p, _ in summary.plans if p.changes[0].resource.id == site.volumes["cache"]]
    assert "marks aws_ebs_volume.cache as tainted" in " ".join(tainted.doubts)
    assert len(site.branches()) == 1


def test_what_the_state_says_and_the_cloud_does_not_is_noted(site) -> None:
    client = site.client("ec2")
    instance = client.describe_volumes(VolumeIds=[site.volumes["cache"]])["Volumes"][0]["Attachments"][0]["InstanceId"]
    client.detach_volume(VolumeId=site.volumes["cache"], InstanceId=instance)
    client.delete_volume(VolumeId=site.volumes["cache"])

    summary = site.run()

    assert summary.notes == (
        f"{site.state_file} holds 1 that the cloud does not show (aws_ebs_volume.cache): deleted outside Terraform, "
        "and the next apply makes them anew; run `terraform plan` there.",
    )
    assert summary.failures == ()


def test_lines_of_codeowners_that_are_wrong_are_said_once_a_run_and_explained(site) -> None:
    wrong = "".join(f"*.tf{n} nobody\n" for n in range(7))
    site.upstream.commit({".github/CODEOWNERS": f"* @acme/ml\n{wrong}"})

    (note,) = site.run().notes
    assert note.startswith("infra: .github/CODEOWNERS line 2 is skipped: 'nobody' is no @user")
    assert note.count(".github/CODEOWNERS line") == 5
    assert note.endswith("; and 2 more.")

    explained = explain(site.config, site.volumes["features"], now=datetime.now(UTC), progress=lambda _: None)
    assert [step.evidence for step in explained.steps if step.link == "problem"] == [note]


def test_a_repository_whose_history_cannot_be_traced_leaves_what_others_hold(site, monkeypatch) -> None:
    bucket(site, **{"legacy.tfstate": renamed(site, site.stray)})

    def change(resources: list[dict]) -> None:
        brought = resources[0]["instances"][0]["attributes"]["id"]
        attributes = {"id": "i-1", "root_block_device": [{"volume_id": brought, "volume_type": "gp2"}]}
        resources[0] |= {"type": "aws_instance", "name": "trainer", "instances": [{"attributes": attributes}]}

    site.state_file.write_bytes(changed(site, change))

    def broken(*_: object) -> None:
        raise RemediatorError("its history is cut off")

    monkeypatch.setattr(drafting, "trace_origins", broken)

    summary = site.run()

    assert [(failure.unit, failure.reason) for failure in summary.failures] == [
        ("infra: tracing what its states know and no code declares", "its history is cut off"),
        ("infra: tracing and editing", "its history is cut off"),
    ]
    assert "no configured root has that state" in ticket(site, summary).doubts[0]
