"""A machine whose GPUs nobody measures: whole runs that ask for the agent, and for nothing in code."""

import json

import pytest

from remediator.run import Only

from .test_idle_services import LATER, entry, put

CODE = """
resource "aws_instance" "trainer" {
  ami           = "ami-12c6146b"
  instance_type = "g5.xlarge"
}
"""
ASKED = "run the CloudWatch agent with its nvidia\\_gpu section on it all the time"
ONLY = Only(rule="idle_gpu")


@pytest.fixture
def blind(site):
    """A GPU machine at rest, as far as its CPU tells."""
    ec2 = site.client("ec2")
    made = ec2.run_instances(ImageId="ami-12c6146b", InstanceType="g5.xlarge", MinCount=1, MaxCount=1)
    id_ = made["Instances"][0]["InstanceId"]
    site.upstream.commit({"trainer.tf": CODE}, "Train (#4)")
    state = json.loads(site.state_file.read_bytes())
    state["resources"].append(entry("aws_instance", "trainer", id=id_, instance_type="g5.xlarge"))
    site.state_file.write_text(json.dumps(state))
    put(site, "AWS/EC2", ("CPUUtilization",), [("InstanceId", id_)], 1.0)
    return site


def test_a_ticket_asks_for_the_agent_and_stays_one(blind) -> None:
    summary = blind.run(LATER, only=ONLY)
    again = blind.run(LATER + 1, only=ONLY)

    assert (summary.failures, again.failures) == ((), ())
    [(plan, _)] = summary.plans
    assert (plan.edits, plan.traces, plan.expected) == ((), (), ())
    [ticket] = [t for t in blind.delivered().values() if "Measure GPU instance" in str(t.get("summary"))]
    assert ASKED in ticket["description"] and "trainer.tf" in ticket["description"]
    assert "→" not in ticket["description"] and "stopped" not in ticket["description"]
    assert ticket["state"] == "open"
