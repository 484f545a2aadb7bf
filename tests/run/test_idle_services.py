"""Whole runs over services that nobody uses: what can be removed is, what something refers to is a ticket."""

import json
from datetime import timedelta

import pytest

CODE = """
resource "aws_sagemaker_endpoint_configuration" "ranker" {
  name = "ranker"

  production_variants {
    variant_name           = "v1"
    model_name             = "ranker"
    initial_instance_count = 1
    instance_type          = "ml.g4dn.xlarge"
  }
}

# Serves the ranking model.
resource "aws_sagemaker_endpoint" "ranker" {
  name                 = "ranker"
  endpoint_config_name = aws_sagemaker_endpoint_configuration.ranker.name
}

resource "aws_nat_gateway" "egress" {
  subnet_id = "subnet-1"
}

resource "aws_route" "egress" {
  route_table_id         = "rtb-1"
  destination_cidr_block = "0.0.0.0/0"
  nat_gateway_id         = aws_nat_gateway.egress.id
}

resource "aws_cloudwatch_log_group" "train" {
  name = "/train"
}
"""
ROLE = "arn:aws:iam::123456789012:role/x"
LATER = 24 * 20
"""Hours after which everything has existed for longer than the look-back."""


def entry(type_: str, label: str, **attributes: str) -> dict[str, object]:
    provider = 'provider["registry.terraform.io/hashicorp/aws"]'
    instance = {"schema_version": 0, "attributes": attributes}
    return {"mode": "managed", "type": type_, "name": label, "provider": provider, "instances": [instance]}


@pytest.fixture
def idle(site):
    """An endpoint and a gateway that code declares, measured for two weeks, and used by nobody."""
    learning, ec2 = site.client("sagemaker"), site.client("ec2")
    learning.create_model(ModelName="ranker", PrimaryContainer={"Image": "x"}, ExecutionRoleArn=ROLE)
    variant = {"VariantName": "v1", "ModelName": "ranker", "InstanceType": "ml.g4dn.xlarge", "InitialInstanceCount": 1}
    learning.create_endpoint_config(EndpointConfigName="ranker", ProductionVariants=[variant])
    arn = learning.create_endpoint(EndpointName="ranker", EndpointConfigName="ranker")["EndpointArn"]
    subnet = ec2.describe_subnets()["Subnets"][0]["SubnetId"]
    gateway = ec2.create_nat_gateway(SubnetId=subnet, ConnectivityType="private")["NatGateway"]["NatGatewayId"]
    site.upstream.commit({"services.tf": CODE}, "Serve the ranker (#2)")
    state = json.loads(site.state_file.read_bytes())
    state["resources"] += [
        entry("aws_sagemaker_endpoint", "ranker", id="ranker", arn=arn, name="ranker", endpoint_config_name="ranker"),
        entry("aws_nat_gateway", "egress", id=gateway, subnet_id=subnet),
    ]
    site.state_file.write_text(json.dumps(state))
    variants = [("EndpointName", "ranker"), ("VariantName", "v1")]
    put(site, "/aws/sagemaker/Endpoints", ("CPUUtilization", "GPUUtilization"), variants)
    gateways = ("ActiveConnectionCount", "BytesInFromSource", "BytesInFromDestination")
    put(site, "AWS/NATGateway", gateways, [("NatGatewayId", gateway)])
    return site


def put(site, namespace: str, names: tuple[str, ...], dimensions: list[tuple[str, str]], value: float = 0.0) -> None:
    """A point a day for the fifteen days before the run, at the start of each."""
    last = (site_now() + timedelta(hours=LATER)).replace(hour=0, minute=0, second=0)
    where = [{"Name": name, "Value": text} for name, text in dimensions]
    data = [
        {"MetricName": name, "Dimensions": where, "Timestamp": last - timedelta(days=day), "Value": value}
        for name in names
        for day in range(16)
    ]
    site.client("cloudwatch").put_metric_data(Namespace=namespace, MetricData=data)


def site_now():
    from tests.run.conftest import NOW

    return NOW


def test_an_endpoint_that_nobody_invokes_is_removed_from_the_code(idle) -> None:
    summary = idle.run(LATER)

    assert summary.failures == ()
    [request] = [p for p in idle.delivered().values() if "endpoint" in str(p.get("title"))]
    assert request["title"].startswith("Remove endpoint aws_sagemaker_endpoint.ranker")
    [branch] = [b for b in idle.branches() if b == request["head"]]
    after = idle.upstream.git("show", f"{branch}:services.tf")
    assert 'resource "aws_sagemaker_endpoint" "ranker"' not in after
    assert 'resource "aws_sagemaker_endpoint_configuration" "ranker"' in after
    assert "no invocation of this ml.g4dn.xlarge endpoint for" in request["body"]


def test_a_gateway_that_a_route_names_is_a_ticket_that_says_so(idle) -> None:
    idle.run(LATER)

    [ticket] = [t for t in idle.delivered().values() if "NAT gateway" in str(t.get("summary"))]
    assert "still referred to at services.tf:26" in ticket["description"]


def test_an_endpoint_that_is_invoked_stays(idle) -> None:
    put(idle, "AWS/SageMaker", ("Invocations",), [("EndpointName", "ranker"), ("VariantName", "v1")], 3.0)
    idle.run(LATER)

    assert not any("endpoint" in str(p.get("title", p.get("summary"))) for p in idle.delivered().values())


def test_an_endpoint_in_production_is_asked_about(idle) -> None:
    idle.tables["accounts"][0]["name"] = "ml-prod"
    idle.run(LATER)

    [ticket] = [t for t in idle.delivered().values() if "endpoint" in str(t.get("summary"))]
    assert "it is in prod" in ticket["description"]


SWEEP = """
module "sweep" {
  source = "./sweep"
}
"""
MODULE = """
resource "aws_nat_gateway" "a" {
  subnet_id = "subnet-1"
}

resource "aws_nat_gateway" "b" {
  subnet_id = "subnet-1"
}
"""


def test_a_module_call_that_does_nothing_goes_as_one_request_with_one_identity(site) -> None:
    ec2 = site.client("ec2")
    subnet = ec2.describe_subnets()["Subnets"][0]["SubnetId"]
    made = [ec2.create_nat_gateway(SubnetId=subnet, ConnectivityType="private")["NatGateway"] for _ in range(2)]
    site.upstream.commit({"sweep.tf": SWEEP, "sweep/main.tf": MODULE}, "Sweep (#3)")
    state = json.loads(site.state_file.read_bytes())
    state["resources"] += [
        entry("aws_nat_gateway", label, id=gateway["NatGatewayId"], subnet_id=subnet) | {"module": "module.sweep"}
        for label, gateway in zip("ab", made, strict=True)
    ]
    site.state_file.write_text(json.dumps(state))
    names = ("ActiveConnectionCount", "BytesInFromSource", "BytesInFromDestination")
    for gateway in made:
        put(site, "AWS/NATGateway", names, [("NatGatewayId", gateway["NatGatewayId"])])

    summary = site.run(LATER)

    [(plan, _)] = [(p, d) for p, d in summary.plans if p.changes[0].rule == "abandoned_experiment"]
    assert plan.doubts == () and {c.declared.at.address for c in plan.changes} == {
        "module.sweep.aws_nat_gateway.a",
        "module.sweep.aws_nat_gateway.b",
    }
    assert plan.fingerprints == (plan.id,)
    assert {line for line in plan.diff.splitlines() if line.startswith("-module")} == {'-module "sweep" {'}
    [request] = [p for p in site.delivered().values() if "module.sweep" in str(p.get("title"))]
    assert request["title"].startswith("Remove module.sweep, which is abandoned")
    reasons = {s.reason for s in summary.skipped if s.change.rule == "idle_gateway"}
    assert reasons == {"it is settled with all of module.sweep"}
