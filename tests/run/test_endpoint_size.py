"""A whole run over an endpoint that is larger than what it does, with prices from a scripted price list."""

import json

import pytest

from tests.aws_service import Answer, Params, ScriptedAws
from tests.run.listed_prices import price_list
from tests.run.test_idle_services import LATER, ROLE, put

CODE = """
variable "size" {
  default = "ml.m5.2xlarge"
}

resource "aws_sagemaker_model" "ranker" {
  name               = "ranker"
  execution_role_arn = "arn:aws:iam::123456789012:role/x"
}

resource "aws_sagemaker_endpoint_configuration" "ranker" {
  name_prefix = "ranker-"

  production_variants {
    variant_name           = "v1"
    model_name             = aws_sagemaker_model.ranker.name
    initial_instance_count = 1
    instance_type          = var.size
  }
}

resource "aws_sagemaker_endpoint" "ranker" {
  name                 = "ranker"
  endpoint_config_name = aws_sagemaker_endpoint_configuration.ranker.name
}
"""
PROVIDER = 'provider["registry.terraform.io/hashicorp/aws"]'
SIZE = {"instance_type": "ml.m5.2xlarge", "initial_instance_count": 1}


def hosting(params: Params) -> Answer:
    return price_list({"Host:ml.m5.2xlarge": ("Hrs", "0.461"), "Host:ml.m5.xlarge": ("Hrs", "0.23")})


@pytest.fixture
def serving(site, scripted_aws: ScriptedAws):
    """An endpoint on a configuration with a generated name, measured for two weeks."""
    learning = site.client("sagemaker")
    learning.create_model(ModelName="ranker", PrimaryContainer={"Image": "x"}, ExecutionRoleArn=ROLE)
    variant = {"VariantName": "v1", "ModelName": "ranker", "InstanceType": "ml.m5.2xlarge", "InitialInstanceCount": 1}
    config = learning.create_endpoint_config(EndpointConfigName="ranker-20260101", ProductionVariants=[variant])
    endpoint = learning.create_endpoint(EndpointName="ranker", EndpointConfigName="ranker-20260101")
    site.upstream.commit({"ranker.tf": CODE}, "Serve the ranker (#2)")
    state = json.loads(site.state_file.read_bytes())
    said = {"id": "ranker-20260101", "arn": config["EndpointConfigArn"], "name_prefix": "ranker-"}
    served = {"id": "ranker", "arn": endpoint["EndpointArn"], "endpoint_config_name": "ranker-20260101"}
    for type_, attributes, dependencies in (
        ("aws_sagemaker_endpoint_configuration", {**said, "production_variants": [SIZE]}, []),
        ("aws_sagemaker_endpoint", served, ["aws_sagemaker_endpoint_configuration.ranker"]),
    ):
        instance = {"schema_version": 0, "attributes": attributes, "dependencies": dependencies}
        entry = {"mode": "managed", "type": type_, "name": "ranker", "provider": PROVIDER, "instances": [instance]}
        state["resources"].append(entry)
    site.state_file.write_text(json.dumps(state))
    variants = [("EndpointName", "ranker"), ("VariantName", "v1")]
    put(site, "/aws/sagemaker/Endpoints", ("CPUUtilization", "MemoryUtilization", "DiskUtilization"), variants, 30.0)
    put(site, "AWS/SageMaker", ("Invocations",), variants, 900.0)
    scripted_aws.compute("pricing", "GetProducts", hosting)
    site.tables["prices"] = {"endpoint_url": scripted_aws.url}
    return site


def test_its_type_changes_where_it_is_written_and_the_new_configuration_comes_first(serving) -> None:
    summary = serving.run(LATER)

    assert summary.failures == ()
    [request] = [p for p in serving.delivered().values() if "Resize endpoint" in str(p.get("title"))]
    after = serving.upstream.git("show", f"{request['head']}:ranker.tf")
    lifecycle = "  }\n\n  lifecycle {\n    create_before_destroy = true\n  }\n}\n\nresource"
    assert after == CODE.strip().replace("m5.2xlarge", "m5.xlarge").replace("  }\n}\n\nresource", lifecycle)
    assert "Applying it destroys the resource and creates it anew." in request["body"]
    assert "the endpoint moves over to new instances while the old ones answer" in request["body"]
    [plan] = [plan for plan, _ in summary.plans if plan.id in request["plan_ids"]]
    assert [(one.address, one.actions) for one in plan.expected] == [
        ("aws_sagemaker_endpoint_configuration.ranker", ("create", "delete")),
        ("aws_sagemaker_endpoint.ranker", ("update",)),
    ]
    assert f"{plan.monthly_saving}" == "168.63"
    assert any("Terraform planned a copy of . without its providers, and shows the same." in p for p in plan.proofs)


def test_a_fixed_name_is_a_ticket_that_says_what_would_happen(serving) -> None:
    text = serving.state_file.read_text().replace('"name_prefix": "ranker-"', '"name_prefix": ""')
    serving.state_file.write_text(text)
    serving.run(LATER)

    [ticket] = [t for t in serving.delivered().values() if "Resize endpoint" in str(t.get("summary"))]
    assert "Terraform would delete the configuration that the endpoint runs on" in ticket["description"]
