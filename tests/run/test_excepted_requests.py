"""An open request whose resource people except, or whose rule they switch off, afterwards: it asks for nothing more."""

import json

import pytest


def pulls(site) -> dict[str, str]:
    found = [json.loads(p.read_text()) for p in sorted((site.state_dir / "outbox" / "pulls").glob("*.json"))]
    return {pull["title"].split()[1]: pull["state"] for pull in found}


def comments(site) -> list[str]:
    files = sorted((site.state_dir / "outbox" / "pulls").glob("*.json"))
    return [comment["text"] for p in files for comment in json.loads(p.read_text()).get("comments", [])]


ONE = '[[exceptions]]\nresource = "aws_ebs_volume.features"\nreason = "a test bed"\n'
OFF = "[planners.ebs_gp3]\nenabled = false\n"


@pytest.mark.parametrize(
    ("text", "closed"), [(ONE, {"aws_ebs_volume.features"}), (OFF, {"aws_ebs_volume.features", "aws_ebs_volume.cache"})]
)
def test_it_is_closed_and_counts_as_nobodys_no(site, text: str, closed: set[str]) -> None:
    site.run()
    assert set(pulls(site).values()) == {"open"}
    site.upstream.commit({".remediator.toml": text}, "Except")

    summary = site.run(1)

    assert {name for name, state in pulls(site).items() if state == "closed"} == closed
    assert sum("is to be kept as it is" in said for said in comments(site)) == len(closed)
    assert summary.failures == ()
    before = site.delivered()
    site.run(2)
    assert site.delivered() == before

    site.upstream.commit({".remediator.toml": ""}, "Take it back")
    assert len(site.run(3).news) == len(closed), "it is asked for again"


def test_an_exception_of_the_whole_configuration_does_so_too(site) -> None:
    site.run()
    site.tables["exceptions"] = [{"resource": "aws_ebs_volume.features", "reason": "a test bed"}]

    site.run(1)

    assert sorted(pulls(site).values()) == ["closed", "open"]


def test_a_file_that_is_broken_closes_nothing(site) -> None:
    site.run()
    site.upstream.commit({".remediator.toml": "[limit]\n"}, "Break")

    site.run(1)

    assert set(pulls(site).values()) == {"open"}
