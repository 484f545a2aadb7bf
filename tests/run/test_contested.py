"""Two states that claim one resource: a person must look, and no request is opened."""

import json

from remediator.model import Route


def test_a_resource_that_two_addresses_claim_becomes_a_ticket_that_names_both(site) -> None:
    state = json.loads(site.state_file.read_bytes())
    twin = dict(state["resources"][0], name="twin")
    state["resources"].append(twin)
    site.state_file.write_text(json.dumps(state))

    summary = site.run()

    plan = next(p for p, _ in summary.plans if p.changes[0].declared and "claims it" in " ".join(p.doubts))
    assert plan.route is Route.TICKET
    assert "aws_ebs_volume.twin in " in " ".join(plan.doubts)
    assert [p.route for p, _ in summary.plans if p.repository].count(Route.PULL_REQUEST) == 1
