"""Whole runs over the accounts of an organization."""

import pytest


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "2")


def table(url: str) -> dict[str, object]:
    return {"role_name": "remediator", "regions": ["eu-west-1"], "endpoint_url": url}


def test_every_account_of_an_organization_is_a_unit(site) -> None:
    client = site.client("organizations")
    client.create_organization(FeatureSet="ALL")
    client.create_account(AccountName="train", Email="train@acme.example")
    site.tables["organizations"] = [table(site.endpoint)]

    summary = site.run()

    assert {"dev/us-east-1", "train/eu-west-1"} <= set(summary.units)
    assert summary.failures == ()
    assert {c.operation: c.calls for c in summary.calls}["ListAccounts"] == 1


def test_an_organization_that_may_not_be_read_leaves_the_rest_done(site, refusing) -> None:
    site.tables["organizations"] = [table(refusing("AccessDeniedException", 400))]

    summary = site.run()

    assert [failure.unit for failure in summary.failures] == ["organizations.0"]
    assert site.written()["counts"]["resources"] > 0
