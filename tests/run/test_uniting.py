"""The parts of an experiment drafted as one, over real code."""

from dataclasses import replace

import pytest

from planners._stop import STOP
from remediator.config import RootConfig
from remediator.edit.edits import apply_edits
from remediator.edit.splice import blob_id
from remediator.iac.terraform.configuration.code import Code
from remediator.iac.terraform.index import build
from remediator.model import (
    Attributes,
    Bound,
    Change,
    Effect,
    ExpectedChange,
    Experiment,
    Layer,
    RemoveResource,
    Resource,
    SetAttribute,
    StateAddress,
    StateResource,
)
from remediator.run.drafting import _drafts
from remediator.run.uniting import united
from tests.changes import change_of

ROOT = RootConfig(path=".", state="s")
WHOLE = Experiment(Bound.MODULE, "module.sweep", "ml", "infra", ".", "default")
LOCK = 'provider "registry.terraform.io/hashicorp/aws" {\n  version = "5.80.0"\n}\n'
MODULE = """resource "aws_instance" "trainer" {
  count         = 2
  ami           = "ami-1"
  instance_type = "p3.2xlarge"
}

resource "aws_autoscaling_group" "workers" {
  min_size         = 1
  max_size         = 4
  desired_capacity = 2
}

resource "aws_iam_role" "trainer" {
  assume_role_policy = "{}"
}
"""
CALLS = """module "sweep" {
  source = "./sweep"
}

module "other" {
  source = "./other"
}
"""
FILES = {
    "main.tf": CALLS,
    "sweep/main.tf": MODULE,
    "other/main.tf": 'resource "aws_eip" "a" {\n}\n',
    ".terraform.lock.hcl": LOCK,
}


def code(files: dict[str, str]) -> Code:
    contents = {path: text.encode() for path, text in files.items()}
    blobs = {blob_id(content, "0" * 40): content for content in contents.values()}
    paths = [(path, blob_id(content, "0" * 40)) for path, content in contents.items()]
    index = build("infra", "c", paths, lambda wanted: ((blob, blobs[blob]) for blob in wanted), None)
    return Code(index, blobs.__getitem__, [ROOT])


def part(kind: str, name: str, *actions: object, key: int | None = None, **state: object) -> Change:
    at = StateAddress("infra", ".", "s", "default", "l", 1, "module.sweep", "managed", kind, name, key)
    return change_of(
        Resource("aws", "ml", "us-east-1", kind, f"{name}-{key}", None, Attributes(), Attributes(), None),
        StateResource(at, f"{name}-{key}", None, Attributes(state)),
        *actions,
        rule="abandoned_experiment",
        concern="running",
        layer=Layer.USAGE,
        title="Stop module.sweep",
        reason="all of it is idle",
        effect=Effect.STOP,
        whole=WHOLE,
    )


ZERO = (SetAttribute("min_size", 1, 0), SetAttribute("desired_capacity", 2, 0))
STOPS = (
    part("aws_instance", "trainer", STOP, key=0),
    part("aws_instance", "trainer", STOP, key=1),
    part("aws_autoscaling_group", "workers", *ZERO, min_size=1, desired_capacity=2),
)


def drafted(changes, files=FILES):
    at = code(files)
    wanted = [(change, ROOT) for change in changes]
    return united(wanted, _drafts(wanted, at), at)


def test_all_parts_have_the_same_edits_which_do_all_that_is_meant() -> None:
    one, *others = drafted(STOPS)

    assert all(draft.doubts == () and draft.edits == one.edits for draft in (one, *others))
    after = apply_edits({path: text.encode() for path, text in FILES.items()}, one.edits)["sweep/main.tf"].decode()
    assert after == MODULE.replace("min_size         = 1", "min_size         = 0").replace(
        "desired_capacity = 2", "desired_capacity = 0"
    ).replace(
        '"p3.2xlarge"\n}\n',
        '"p3.2xlarge"\n}\n\n'
        'resource "aws_ec2_instance_state" "trainer_0" {\n'
        "  instance_id = aws_instance.trainer[0].id\n"
        '  state       = "stopped"\n}\n\n'
        'resource "aws_ec2_instance_state" "trainer_1" {\n'
        "  instance_id = aws_instance.trainer[1].id\n"
        '  state       = "stopped"\n}\n',
    )
    assert {e for draft in (one, *others) for e in draft.expected} == {
        ExpectedChange("module.sweep.aws_ec2_instance_state.trainer_0", ("create",), ()),
        ExpectedChange("module.sweep.aws_ec2_instance_state.trainer_1", ("create",), ()),
        ExpectedChange("module.sweep.aws_autoscaling_group.workers", ("update",), ("min_size", "desired_capacity")),
    }


def test_a_doubt_about_one_part_leaves_the_others_as_they_were() -> None:
    behind = part("aws_autoscaling_group", "workers", *ZERO, min_size=3, desired_capacity=2)

    *stops, group = drafted((*STOPS[:2], behind))

    assert group.doubts and not group.edits
    assert stops[0].edits != stops[1].edits


def test_what_belongs_to_no_whole_is_not_joined() -> None:
    alone = [replace(change, whole=None) for change in STOPS]

    assert len({draft.edits for draft in drafted(alone)}) == 3


@pytest.mark.parametrize(("along", "goes"), [(("module.sweep.aws_iam_role.trainer",), True), ((), False)])
def test_the_call_goes_with_what_is_said_to_go_along(along, goes) -> None:
    changes = [replace(change, actions=(RemoveResource(),), along=along) for change in STOPS]

    drafts = drafted(changes)

    if goes:
        assert all(draft.doubts == () and draft.edits == drafts[0].edits for draft in drafts), drafts[0].doubts
        after = apply_edits({path: text.encode() for path, text in FILES.items()}, drafts[0].edits)
        assert after == {"main.tf": CALLS.partition("\n\n")[2].encode()}
        gone = {e.address for draft in drafts for e in draft.expected}
        assert "module.sweep.aws_iam_role.trainer" in gone and len(gone) == 4
    else:
        assert not any(draft.edits and "module" in str(draft.edits[0].old) for draft in drafts)


def test_a_part_whose_draft_failed_is_a_doubt_of_the_others() -> None:
    at = code(FILES)
    wanted = [(change, ROOT) for change in STOPS]
    _, *rest = _drafts(wanted, at)

    failed, *others = united(wanted, ["KeyError: x", *rest], at)

    assert failed == "KeyError: x"
    assert all(draft.doubts == ("a part of it could not be drafted: KeyError: x",) for draft in others)
