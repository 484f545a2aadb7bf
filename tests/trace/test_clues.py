from dataclasses import replace
from time import process_time

import pytest

from remediator.model import Attributes, Launcher, Resource, Role
from remediator.trace.clues import Clue, Form, clues
from remediator.trace.traces import Seeker

POOL = """\
apiVersion: karpenter.sh/v1
kind: NodePool
metadata:
  labels: {team: ml}
  name: gpu
---
apiVersion: karpenter.k8s.aws/v1
kind: EC2NodeClass
metadata:
  name: gpu
---
kind: NodePool
metadata:
  name: gpu-spot
"""
IN_HCL = """\
resource "kubectl_manifest" "pool" {
  yaml_body = <<-YAML
    kind: NodePool
    metadata:
      name: gpu
  YAML
}

resource "kubernetes_manifest" "other" {
  manifest = {
    kind     = "NodePool"
    metadata = {
      name = "cpu"
    }
  }
}
"""
STATEFUL = "kind: StatefulSet\nmetadata:\n  name: kafka-broker\n"
TEMPLATE = """\
Resources:
  Trainer:
    Type: AWS::EC2::Instance
  Other:
    Type: AWS::EC2::Volume
Outputs:
  Trainer:
    Value: !Ref Trainer
"""


def resource(launched_by: Launcher | None = None, **tags: str) -> Resource:
    named = {name.replace("__", ":").replace("_logical", "-logical"): value for name, value in tags.items()}
    return Resource(
        "aws", "dev", "us-east-1", "aws_instance", "i-1", None, Attributes(), Attributes(named), None, None, launched_by
    )


def lines(clue: Clue, rows: list[str], path: str = "") -> list[int]:
    return [line for _, line in Seeker([clue]).lines(rows, path)]


def found(seen: Resource, text: str) -> list[int]:
    return next((where for clue in clues(seen) if (where := lines(clue, text.split("\n")))), [])


def role(seen: Resource, text: str, path: str) -> Role | None:
    return next(clue.role for clue in clues(seen) if lines(clue, text.split("\n"), path))


def test_a_node_pool_is_found_by_its_kind_and_name() -> None:
    assert found(resource(Launcher("Karpenter", "node pool", "gpu")), POOL) == [2]
    assert found(resource(Launcher("Karpenter", "node pool", "gpu-spot")), POOL) == [12]
    assert found(resource(Launcher("Karpenter", "node pool", "team")), POOL) == []


def test_a_manifest_within_terraform_is_found() -> None:
    assert found(resource(Launcher("EKS Auto Mode", "node pool", "gpu")), IN_HCL) == [3]
    assert found(resource(Launcher("Karpenter", "node pool", "cpu")), IN_HCL) == [11]


def test_a_claim_leads_to_its_stateful_set() -> None:
    assert found(resource(Launcher("Kubernetes", "volume claim", "data-kafka-broker-2")), STATEFUL) == [1]
    assert found(resource(Launcher("Kubernetes", "volume claim", "kafka-broker")), STATEFUL) == []


def test_a_cluster_of_ray_is_found_by_its_name() -> None:
    by = Launcher("Ray", "cluster", "tune")

    assert found(resource(by), "# tune\ncluster_name: tune  \nmax_workers: 2\n") == [2]
    assert found(resource(by), "cluster_name: tune-2\n") == []


def test_a_resource_of_a_stack_is_found_in_its_template() -> None:
    by = Launcher("AWS CloudFormation", "stack", "legacy", scales=False)
    seen = Resource(
        "aws", "dev", "us-east-1", "aws_instance", "i-1", None,
        Attributes(), Attributes({"aws:cloudformation:logical-id": "Trainer"}), None, None, by,
    )  # fmt: skip

    assert found(seen, TEMPLATE) == [2]
    assert role(seen, TEMPLATE, "stacks/web.yaml") is None  # another stack's may have a Trainer too
    assert role(seen, TEMPLATE, "stacks/legacy.yaml") is Role.CONTROLLER
    assert role(seen, "Description: the legacy trainers\n" + TEMPLATE, "stack.yaml") is Role.CONTROLLER


@pytest.mark.parametrize(
    ("stack", "path", "above"),
    [("web", "website/a.yaml", ""), ("web", "a.yaml", "Description: the web"), ("legacy", "a.yaml", "# legacy2")],
)
def test_a_template_that_but_speaks_of_a_stack_is_a_hint_alone(stack: str, path: str, above: str) -> None:
    by = Launcher("AWS CloudFormation", "stack", stack, scales=False)
    seen = replace(resource(by), tags=Attributes({"aws:cloudformation:logical-id": "Trainer"}))

    assert role(seen, f"{above}\n{TEMPLATE}", path) is None
    assert role(seen, TEMPLATE, f"{stack}/a.yaml") is Role.CONTROLLER


@pytest.mark.parametrize("name", ["a.*b-name", "(((((((", "x" * 100_000, "name\\d+"])
def test_a_name_is_never_a_pattern(name: str) -> None:
    for form in Form:
        assert lines(Clue(name, form, None, "NodePool"), ["kind: NodePool", "name: aXXb-name"] * 200) == []


def test_a_short_name_is_no_clue() -> None:
    assert list(clues(resource(Name="web"))) == []
    assert [clue.form for clue in clues(resource(Name="tmp-emil-test"))] == [Form.QUOTED]
    assert found(resource(Name="tmp-emil-test"), 'a = "tmp-emil-test-2"\nb = "tmp-emil-test"\n') == [2]


@pytest.mark.parametrize("form", list(Form))
def test_a_long_line_takes_no_long_time(form: Form) -> None:
    spaces = " " * 200_000
    rows = [f"{before}{spaces}x" for before in ("kind: NodePool", "name: gpu", "gpu:", "cluster_name: gpu", "a: gpu")]
    started = process_time()

    lines(Clue("gpu", form, None, "NodePool"), rows)

    assert process_time() - started < 5  # a twentieth of a second; quadratic in the spaces, it would be minutes


def test_a_trace_that_is_no_id_is_no_clue() -> None:
    assert list(clues(resource(yor_trace="e"))) == []
