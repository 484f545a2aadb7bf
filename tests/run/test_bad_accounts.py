"""Whole runs over accounts that refuse: a sentence, that unit skipped, the rest done, nothing taken for gone."""

import socket

import pytest

PULLS = ["pulls/1.json", "pulls/2.json"]
REFUSALS = {
    "denied": ("UnauthorizedOperation", 403, "grant the role the policy"),
    "throttled": ("RequestLimitExceeded", 503, "throttled through every retry"),
    "off": ("OptInRequired", 401, "enable it, or take it out of regions"),
    "invalid": ("AuthFailure", 401, "that the region is enabled"),
    "expired": ("RequestExpired", 400, "renew them"),
}


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "2")


@pytest.mark.parametrize("kind", REFUSALS)
def test_an_account_that_refuses_leaves_the_others_done(kind: str, site, refusing) -> None:
    code, status, advice = REFUSALS[kind]
    site.account("closed", refusing(code, status), "eu-west-1")

    summary = site.run()

    (failure,) = summary.failures
    assert failure.unit == "closed/eu-west-1"
    assert advice in failure.reason
    assert failure.reason.count("closed/eu-west-1") == 1
    assert {u["unit"]: u["fate"] for u in site.written()["units"]} == {
        "dev/us-east-1": "done",
        "closed/eu-west-1": "failed",
        "infra": "done",
    }
    assert sorted(site.delivered()) == [*PULLS, "tickets/FIN-1.json"]


@pytest.mark.parametrize("kind", ["denied", "unreachable"])
def test_what_was_delivered_stays_as_it_was_when_its_account_refuses(kind: str, site, refusing) -> None:
    site.run()
    before = site.delivered()
    dev = site.tables["accounts"][0]
    dev["endpoint_url"] = refusing("UnauthorizedOperation", 403) if kind == "denied" else nowhere()

    summary = site.run(1)

    assert [f.unit for f in summary.failures] == ["dev/us-east-1"]
    assert set(site.statuses(summary).values()) == {"opened"}
    assert site.delivered() == before
    assert (summary.news, summary.resources) == ((), 0)
    dev["endpoint_url"] = site.endpoint
    site.settle()
    live = site.run(2)
    assert site.statuses(live) == {
        "aws_ebs_volume.cache": "live",
        "aws_ebs_volume.features": "live",
        site.stray: "opened",
    }
    dev["endpoint_url"] = nowhere()
    assert site.statuses(site.run(3)) == site.statuses(live)


def nowhere() -> str:
    """An address of this machine at which nothing listens."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{listener.getsockname()[1]}"


def test_an_endpoint_that_nobody_answers_is_named(site) -> None:
    site.account("closed", nowhere())

    (failure,) = site.run().failures

    assert failure.unit == "closed/us-east-1"
    assert "check the region's name" in failure.reason


def test_live_stays_live_while_its_state_cannot_be_read(site) -> None:
    site.run()
    site.settle()
    live = site.run(1)
    site.state_file.unlink()

    assert site.statuses(site.run(2)) == site.statuses(live)


def test_a_kind_that_may_not_be_listed_is_not_taken_for_gone(site, refusing) -> None:
    site.run()
    before = site.delivered()
    site.tables["accounts"][0]["endpoint_url"] = refusing("UnauthorizedOperation", 403, "DescribeVolumes")

    summary = site.run(1)

    (failure,) = summary.failures
    assert failure.unit == "dev/us-east-1 aws_ebs_volume"
    assert "DescribeVolumes" in failure.reason
    assert summary.resources > 0
    assert set(site.statuses(summary).values()) == {"opened"}
    assert site.delivered() == before
    assert {u["unit"]: u["fate"] for u in site.written()["units"]}["dev/us-east-1"] == "failed"


def test_metrics_that_may_not_be_read_are_not_taken_for_idleness(site, refusing) -> None:
    site.client("ec2").run_instances(
        ImageId="ami-04681a1dbd79675a5", InstanceType="g4dn.xlarge", MinCount=1, MaxCount=1
    )
    site.tables["accounts"][0]["endpoint_url"] = refusing("AccessDenied", 403, "Metric")

    summary = site.run()

    (failure,) = summary.failures
    assert failure.unit == "dev/us-east-1 metrics"
    assert "iam-policy.json" in failure.reason
    assert {c.rule for p, _ in summary.plans for c in p.changes} == {"ebs_gp3"}


@pytest.mark.parametrize("code", ["AccessDenied", "NoSuchKey", "NoSuchBucket"])
def test_a_state_in_a_bucket_that_refuses_leaves_the_account_observed(code: str, site, refusing) -> None:
    site.account("states", refusing(code, 403 if code == "AccessDenied" else 404))
    site.tables["repositories"][0]["roots"] = [
        {"path": ".", "state": "s3://acme-tfstate/infra/terraform.tfstate", "state_account": "states"}
    ]

    summary = site.run()

    reasons = {f.unit: f.reason for f in summary.failures}
    assert "s3://acme-tfstate/infra/terraform.tfstate" in reasons["infra/."]
    assert ("iam-policy.json" if code == "AccessDenied" else "check the bucket") in reasons["infra/."]
    assert site.delivered() == {}


def test_a_profile_that_is_not_there_is_named(site) -> None:
    site.tables["accounts"].append({"name": "lost", "regions": ["us-east-1"], "profile": "nobody"})

    (failure,) = site.run().failures

    assert failure.unit == "lost/us-east-1"
    assert "name a profile of your AWS configuration" in failure.reason
