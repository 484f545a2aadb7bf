"""Whole runs over resources that lack the tags that costs are allocated by."""

import json

import pytest

from tests.run.conftest import CODE

PROVIDER = """
provider "aws" {
  region = "us-east-1"
}
"""
SHOWN = """
  default_tags {
    tags = {
      cost-center = "4711"
    }
  }
"""


@pytest.fixture
def tagless(site):
    """The volumes by a provider block without default tags; the tag cost-center is required, team has no value."""
    site.upstream.commit({"provider.tf": PROVIDER.lstrip(), "CODEOWNERS": "* @acme/ml\n"}, "Region (#2)")
    state = json.loads(site.state_file.read_bytes())
    for resource in state["resources"]:
        resource["instances"][0]["attributes"] |= {"tags": {}, "tags_all": {}}
    site.state_file.write_text(json.dumps(state))
    site.tables["planners"] |= {
        "ebs_gp3": {"enabled": False},
        "required_tags": {
            "tags": ["cost-center"],
            "values": [{"tag": "cost-center", "value": "4711", "root": "."}],
            "least_monthly": 10,
        },
    }
    return site


def test_one_request_adds_the_tags_to_the_provider_and_names_all_that_get_them(tagless) -> None:
    summary = tagless.run()

    assert summary.failures == ()
    [request] = [p for p in tagless.delivered().values() if "head" in p]
    after = tagless.upstream.git("show", f"{request['head']}:provider.tf")
    assert after == f'provider "aws" {{\n  region = "us-east-1"\n{SHOWN}}}'
    assert request["title"].startswith("Give all that provider.aws makes in . its tags (cost-center)")
    body = request["body"]
    for name in ("features", "cache"):
        assert f"| `aws_ebs_volume.{name}` | update | tags\\_all |" in body
    assert "2 of 2 resources seen lack cost-center, for 220.00 USD a month at list price" in body
    assert "default_tags.tags.cost-center: unset → 4711" in body
    assert "CODEOWNERS: line 1 for provider.tf, the edited file" in body
    again = tagless.run(1)
    assert len([p for p in tagless.delivered().values() if "head" in p]) == 1
    assert again.failures == ()


def test_it_is_live_once_everything_has_the_tag(tagless) -> None:
    tagless.run()
    tagless.settle()
    ec2 = tagless.client("ec2")
    first, second = tagless.volumes.values()
    ec2.create_tags(Resources=[first], Tags=[{"Key": "cost-center", "Value": "4711"}])
    half = tagless.statuses(tagless.run(1))
    ec2.create_tags(Resources=[second], Tags=[{"Key": "cost-center", "Value": "4711"}])
    whole = tagless.statuses(tagless.run(2))

    assert half["provider.aws"] == "merged"
    assert whole["provider.aws"] in ("live", "applied")


def test_a_value_that_nobody_configured_is_a_ticket_that_asks_for_it(tagless) -> None:
    tagless.tables["planners"]["required_tags"]["values"] = []

    summary = tagless.run()

    assert summary.failures == ()
    [ticket] = tagless.delivered().values()
    assert ticket["summary"].startswith("Say what the tags cost-center are of all that provider.aws makes")
    assert "no value of cost-center is known for ." in ticket["description"]


def test_without_a_provider_block_the_ticket_says_what_to_write(tagless) -> None:
    tagless.upstream.commit({"provider.tf": None, "main.tf": CODE}, "Drop (#3)")

    tagless.run()

    [ticket] = tagless.delivered().values()
    assert "no file in . has a block for provider.aws" in ticket["description"]
    written = ticket["description"].replace("\\", "")
    assert 'write default_tags { tags = { cost-center = "4711" } }' in written


def test_nothing_is_asked_for_by_default_and_little_is_only_counted(tagless) -> None:
    tagless.tables["planners"]["required_tags"]["least_monthly"] = 1000
    little = tagless.run()
    del tagless.tables["planners"]["required_tags"]

    assert [s.reason for s in little.skipped if s.change.rule == "required_tags"] == [
        "what lacks cost-center costs 220.00 USD a month, below least_monthly = 1000"
    ]
    assert not any(s.change.rule == "required_tags" for s in tagless.run(1).skipped)
    assert tagless.delivered() == {}


def test_two_workspaces_of_one_folder_are_one_request(tagless) -> None:
    other = json.loads(tagless.state_file.read_bytes())
    [kept] = [r for r in other["resources"] if r["name"] == "features"]
    kept["instances"][0]["attributes"] |= {"id": tagless.stray, "size": 2000}
    path = tagless.tmp_path / "terraform.tfstate.d" / "prod" / "terraform.tfstate"
    path.parent.mkdir(parents=True)
    path.write_text(json.dumps(other | {"resources": [kept], "lineage": "c0ffe2"}))
    tagless.tables["repositories"][0]["roots"].append(
        {"path": ".", "state": str(tagless.state_file), "workspace": "prod"}
    )

    summary = tagless.run()

    assert summary.failures == ()
    [request] = [p for p in tagless.delivered().values() if "head" in p]
    assert len(request["plan_ids"]) == 1
    [plan] = [plan for plan, _ in summary.plans if plan.edits]
    assert {c.declared.at.workspace for c in plan.changes} == {"default", "prod"}
