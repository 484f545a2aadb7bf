"""Accounts from an organization: by an emulator that has units, and by AWS' own model of the answers."""

import pytest
import requests

from remediator.config import AccountConfig, Config, OrganizationConfig
from remediator.observe.organizations import organized
from tests import emulator
from tests.aws_service import Error, ScriptedAws


def member(id_: str, name: str, partition: str = "aws", **more: object) -> dict[str, object]:
    arn = f"arn:{partition}:organizations::111111111111:account/o-abc/{id_}"
    return {"Id": id_, "Arn": arn, "Name": name, "State": "ACTIVE", **more}


def configured(url: str, *accounts: AccountConfig, **more: object) -> Config:
    table = {"role_name": "remediator", "regions": ("us-east-1",), "endpoint_url": url, **more}
    return Config(accounts=accounts, organizations=(OrganizationConfig.model_validate(table),))


@pytest.fixture
def aws(scripted_aws: ScriptedAws, monkeypatch: pytest.MonkeyPatch) -> ScriptedAws:
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
    return scripted_aws


def test_every_active_account_has_its_role(aws: ScriptedAws) -> None:
    pages = [
        {"Accounts": [member("222222222222", "ML dev"), member("333333333333", "old", State="SUSPENDED")]},
        {"Accounts": [member("444444444444", "ml/prod", State="", Status="ACTIVE")]},
    ]
    for page in pages:
        for account in page["Accounts"]:
            if account["State"] == "":
                del account["State"]
    aws.pages("organizations", "ListAccounts", pages)

    found = organized(configured(aws.url, external_id="x"))

    assert [(a.name, a.role_arn, a.external_id) for a in found.accounts] == [
        ("ML-dev", "arn:aws:iam::222222222222:role/remediator", "x"),
        ("ml-prod", "arn:aws:iam::444444444444:role/remediator", "x"),
    ]
    assert {c.operation: c.calls for c in found.calls} == {"ListAccounts": 2}
    assert found.failures == ()


@pytest.mark.parametrize("partition", ["aws-cn", "aws-us-gov"])
def test_a_role_lies_in_the_partition_of_its_organization(aws: ScriptedAws, partition: str) -> None:
    aws.answer("organizations", "ListAccounts", {"Accounts": [member("222222222222", "dev", partition)]})

    [account] = organized(configured(aws.url)).accounts

    assert account.role_arn == f"arn:{partition}:iam::222222222222:role/remediator"


def test_names_that_are_taken_odd_or_hostile_have_the_id_with_them(aws: ScriptedAws) -> None:
    named = [
        member("222222222222", "dev"),
        member("333333333333", "dev"),
        member("444444444444", "\u202e@everyone ../x"),
        member("555555555555", "開発"),
    ]
    aws.answer("organizations", "ListAccounts", {"Accounts": named})
    mine = AccountConfig(name="dev", regions=("us-east-1",))

    names = [account.name for account in organized(configured(aws.url, mine)).accounts]

    assert names == ["dev-222222222222", "dev-333333333333", "everyone-..-x", "555555555555"]


def test_what_is_configured_by_hand_or_excluded_is_left_out(aws: ScriptedAws) -> None:
    several = [member(str(n) * 12, f"a{n}") for n in range(2, 6)]
    aws.answer("organizations", "ListAccounts", {"Accounts": several})
    mine = AccountConfig(name="mine", regions=("us-east-1",), role_arn="arn:aws:iam::222222222222:role/other")

    left = organized(configured(aws.url, mine, exclude_accounts=("333333333333",))).accounts
    some = organized(configured(aws.url, mine, include_accounts=("444444444444",))).accounts

    assert [account.name for account in left] == ["a4", "a5"]
    assert [account.name for account in some] == ["a4"]


def test_an_organization_that_may_not_be_read_is_one_failure(aws: ScriptedAws) -> None:
    aws.answer("organizations", "ListAccounts", Error("AccessDeniedException"))

    found = organized(configured(aws.url))

    assert found.accounts == ()
    assert [(f.unit, "access to organizations:ListAccounts is denied" in f.reason) for f in found.failures] == [
        ("organizations.0", True)
    ]


def test_units_mean_what_lies_under_them(server: str) -> None:
    requests.post(f"{server}/moto-api/reset", timeout=10)
    client = emulator.client("organizations", server)
    client.create_organization(FeatureSet="ALL")
    root = client.list_roots()["Roots"][0]["Id"]
    ml = client.create_organizational_unit(ParentId=root, Name="ml")["OrganizationalUnit"]["Id"]
    lab = client.create_organizational_unit(ParentId=ml, Name="lab")["OrganizationalUnit"]["Id"]
    for name, unit in (("web", root), ("train", ml), ("play", lab)):
        made = client.create_account(AccountName=name, Email=f"{name}@acme.example")["CreateAccountStatus"]
        if unit != root:
            client.move_account(AccountId=made["AccountId"], SourceParentId=root, DestinationParentId=unit)

    def names(**more: object) -> set[str]:
        return {account.name for account in organized(configured(server, **more)).accounts}

    assert names(include_units=(ml,)) == {"train", "play"}
    assert names(include_units=(ml,), exclude_units=(lab,)) == {"train"}
    assert names(exclude_units=(ml,)) >= {"web"}
    assert not names(exclude_units=(ml,)) & {"train", "play"}
    assert names(include_units=(root,)) >= {"web", "train", "play"}


def test_nothing_is_asked_without_an_organization() -> None:
    assert organized(Config()).calls == ()
