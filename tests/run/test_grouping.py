"""Whole runs with findings grouped by their root."""

import json


def test_findings_of_one_root_are_one_request_to_its_end(site) -> None:
    site.tables["requests"] = {"group_by": "root"}

    first = site.run()

    assert len(first.news) == 3
    delivered = site.delivered()
    assert [name for name in delivered if name.startswith("pulls")] == ["pulls/1.json"]
    pull = delivered["pulls/1.json"]
    [branch] = site.branches()
    assert site.upstream.git("show", f"{branch}:main.tf").count("gp3") == 2

    again = site.run(1)
    assert again.news == ()
    assert site.delivered() == delivered

    site.settle()
    statuses = set(site.statuses(site.run(2)).values())
    assert statuses >= {"live"}
    assert pull["number"] == 1


def test_a_freeze_of_one_environment_holds_up_what_is_there_alone(site) -> None:
    site.tables["requests"] = {"group_by": "rule"}
    pairs = [{"Key": "env", "Value": "prod"}]
    site.client("ec2").create_tags(Resources=[site.volumes["features"]], Tags=pairs)
    site.tables["limits"] = {"freeze": ["2000-01-01/2100-01-01"]}

    site.run()

    [branch] = site.branches()
    code = site.upstream.git("show", f"{branch}:main.tf")
    assert "gp2" in code.partition('"cache"')[0] and "gp3" in code.partition('"cache"')[2]


def test_edits_that_do_more_together_are_asked_for_one_by_one(site) -> None:
    """Only with both edits is a third attribute another one: nothing of that shows in either alone."""
    code = site.upstream.git("show", "main:main.tf")
    more = """
resource "aws_ebs_volume" "third" {
  availability_zone = "us-east-1a"
  size              = aws_ebs_volume.features.type == "gp3" && aws_ebs_volume.cache.type == "gp3" ? 10 : 20
}
"""
    site.upstream.commit({"main.tf": code + more})
    site.tables["requests"] = {"group_by": "root"}

    site.run()

    pulls = [json.loads(p.read_text()) for p in (site.state_dir / "outbox" / "pulls").glob("*.json")]
    assert len(pulls) == 2
