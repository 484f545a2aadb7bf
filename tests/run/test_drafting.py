"""The drafts of one repository: one that fails takes no other with it, and a request says what no plan tells."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol

import pytest

from remediator.config import Config
from remediator.model import (
    Action,
    Attributes,
    Change,
    Resource,
    SetAttribute,
    StateAddress,
    StateResource,
    Unattributed,
    Value,
)
from remediator.run.codebase import Codebase, read_codebase
from remediator.run.drafting import draft_held
from remediator.run.planning import Made, make_plans
from remediator.trace.holders import Hold, Holder
from tests.changes import change_of

NOW = datetime(2026, 11, 20, tzinfo=UTC)
VOLUME = 'resource "aws_ebs_volume" "NAME" {\n  type = "gp2"\n}\n'
LOCK = 'provider "registry.terraform.io/hashicorp/aws" {\n  version = "5.31.0"\n}\n'
TO_GP3 = SetAttribute("type", "gp2", "gp3")


class Repository(Protocol):
    path: Path

    def commit(self, files: Mapping[str, str | bytes | None]) -> str: ...


@pytest.fixture
def config(repository: Repository, tmp_path: Path) -> Config:
    roots = [{"path": ".", "state": str(tmp_path / "none.tfstate")}]
    return Config.model_validate({
        "run": {"state_dir": str(tmp_path / "kept"), "prove": False},
        "repositories": [{"name": "infra", "url": str(repository.path), "roots": roots}],
    })  # fmt: skip


def wanted(name: str, state: Mapping[str, Value], *actions: Action) -> Change:
    at = StateAddress("infra", ".", "s", "default", "l", 1, "", "managed", "aws_ebs_volume", name, None)
    return change_of(
        Resource("aws", "a", "us-east-1", "aws_ebs_volume", name, None, Attributes(), Attributes(), None),
        StateResource(at, name, None, Attributes(state)),
        *actions,
    )


def planned(codebase: Codebase, config: Config, *changes: Change) -> Made:
    return make_plans(changes, {"infra": codebase}, config, NOW)


def failing(codebase: Codebase, path: str) -> Callable[[str], bytes]:
    def read(blob: str) -> bytes:
        if blob == codebase.index.blob(path):
            raise IndexError("a bug of ours")
        return codebase.read(blob)

    return read


def test_a_draft_that_fails_fails_alone(repository: Repository, config: Config) -> None:
    repository.commit({"a.tf": VOLUME.replace("NAME", "a"), "b.tf": VOLUME.replace("NAME", "b")})
    codebase = read_codebase(config.repositories[0], config)
    a, b = (wanted(name, {"type": "gp2"}, TO_GP3) for name in "ab")

    made = planned(replace(codebase, read=failing(codebase, "b.tf")), config, a, b)

    assert [plan.changes for plan in made.plans] == [(a,)]
    assert made.plans[0].edits
    assert [(f.unit, "IndexError: a bug of ours" in f.reason) for f in made.failures] == [
        (f"plan {b.fingerprint}", True)
    ]


def test_a_request_tells_what_no_plan_will(repository: Repository, config: Config) -> None:
    repository.commit({"a.tf": VOLUME.replace("NAME", "a"), ".terraform.lock.hcl": LOCK})
    codebase = read_codebase(config.repositories[0], config)
    iops, throughput = SetAttribute("iops", 3000, 3000), SetAttribute("throughput", None, 125)
    some = planned(codebase, config, wanted("a", {"type": "gp2", "iops": 3000}, TO_GP3, iops, throughput)).plans[0]
    none = planned(codebase, config, wanted("a", {"type": "gp2"}, TO_GP3)).plans[0]

    assert b"iops" in some.edits[0].new + some.edits[-1].new
    assert some.expected[0].attributes == ("type", "throughput")
    assert some.proofs == (
        "Nothing else in the code reads what the edit changes, and one configured root has it, once: exactly the "
        "attributes named here differ, and aws_ebs_volume.a.iops, of which no plan tells, since live has it already.",
    )
    assert none.proofs[0].endswith("exactly the attributes named here differ.")


@pytest.mark.parametrize("hold", [Hold.ELSEWHERE, Hold.POSSIBLE])
def test_what_a_state_holds_or_may_hold_is_not_offered_for_adoption(hold: Hold) -> None:
    made = wanted("data", {"type": "gp2"})
    assert made.declared is not None
    holder = Holder(hold, made.declared)

    (drafted,) = draft_held([(replace(made, declared=None), holder)], None, Config())

    assert isinstance(drafted.origin, Unattributed)
    assert drafted.origin.adoption == ()
    assert drafted.draft.doubts == (holder.reason,)
    assert made.declared.at.address in holder.reason


FLEET = """
resource "aws_launch_template" "t" {
  instance_type = "m5.4xlarge"
}

resource "aws_autoscaling_group" "g" {
  launch_template {
    id      = aws_launch_template.t.id
    version = aws_launch_template.t.latest_version
  }
}
"""
CALLS = 'module "web" {\n  source = "./fleet"\n}\n\nmodule "api" {\n  source = "./fleet"\n}\n'


def smaller(module: str) -> Change:
    change = wanted("t", {"instance_type": "m5.4xlarge"}, SetAttribute("instance_type", "m5.4xlarge", "m5.2xlarge"))
    at = replace(change.declared.at, module=f"module.{module}", type="aws_launch_template")
    takes = ((f"module.{module}.aws_autoscaling_group.g", "launch_template"),)
    resource = replace(change.resource, kind="aws_launch_template", id=f"lt-{module}")
    return replace(change, resource=resource, declared=replace(change.declared, at=at), updates=takes)


def test_a_literal_of_two_templates_changes_for_both_with_the_groups_of_both(
    repository: Repository, config: Config
) -> None:
    repository.commit({"main.tf": CALLS, "fleet/main.tf": FLEET, ".terraform.lock.hcl": LOCK})
    codebase = read_codebase(config.repositories[0], config)

    [both] = planned(codebase, config, smaller("web"), smaller("api")).plans
    [one] = planned(codebase, config, smaller("web")).plans

    assert [edit.path for edit in both.edits] == ["fleet/main.tf"] and both.doubts == ()
    assert sorted(expected.address for expected in both.expected) == [
        "module.api.aws_autoscaling_group.g",
        "module.api.aws_launch_template.t",
        "module.web.aws_autoscaling_group.g",
        "module.web.aws_launch_template.t",
    ]
    assert one.edits == () and "would also change module.api" in one.doubts[0]
