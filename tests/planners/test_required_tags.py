"""Tags that owners and costs are known by, given by the provider configuration."""

from dataclasses import replace
from decimal import Decimal

import pytest

from planners import required_tags
from planners._provided import TagValue
from planners.required_tags import Settings
from remediator.errors import ConfigError
from remediator.model import SetAttribute
from remediator.registry import load_planners

TEAM = TagValue("team", "ml")


@pytest.fixture
def made(build):
    """What a provider configuration made, as the state and the cloud have it."""

    def run(name, keys=(), *, kind="aws_instance", by="provider.aws", price="500", tags=None, module=""):
        seen = build.seen(kind, name, {}, build.lookback(), declared={}, price=price, tags=tags)
        at = replace(seen.declared.at, module=module)
        return replace(seen, declared=replace(seen.declared, at=at, configured_by=by, tag_keys=keys))

    return run


@pytest.fixture
def changes(build):
    def run(*seen, tags=("team",), values=(TEAM,), held=(), **settings):
        estate = replace(build.estate(*seen), held=(*(one.declared for one in seen), *held))
        return list(required_tags.plan(estate, build.context(Settings(tags, values, **settings))))

    return run


def test_one_change_for_each_provider_configuration_of_a_root(made, changes) -> None:
    found = changes(
        made("a"),
        made("b", module="module.m"),
        made("c", by="provider.aws.west"),
        made("d", ("team",)),
        made("e", None),
    )

    assert [c.declared.at.address for c in found] == ["provider.aws", "provider.aws.west"]
    assert found[0].actions == (SetAttribute("default_tags.tags.team", None, "ml"),)
    assert "2 of 3 resources seen lack team, for 1,000.00 USD" in found[0].reason
    assert "aws_instance.a, module.m.aws_instance.b" in found[0].reason
    assert found[0].saving is None and found[0].effect.value == "in place" and not found[0].doubts
    assert found[0].resource.kind == "provider" and found[0].resource.account == "ml"
    assert len({c.fingerprint for c in found}) == 2


def test_nothing_is_asked_for_by_default(build, made) -> None:
    assert list(required_tags.plan(build.estate(made("a")), build.context(Settings()))) == []


def test_a_tag_that_is_live_or_in_the_state_is_there(made, changes) -> None:
    assert changes(made("a", tags={"team": "x"}), made("b", ("team",))) == []


def test_what_costs_little_is_counted_and_reaches_nobody(made, changes) -> None:
    [small] = changes(made("a", price="40"), made("b", price=None))
    [other] = changes(made("a", price="40"), least_monthly=40)

    assert small.withheld == "what lacks team costs 40.00 USD a month, below least_monthly = 100"
    assert other.withheld is None


@pytest.mark.parametrize(
    ("currency", "least", "withheld"),
    [
        ("USD", 100.0, None),
        ("CNY", 700.0, "what lacks team costs 400.00 CNY a month, below least_monthly = 700"),
        ("CNY", 400.0, None),
    ],
)
def test_what_it_costs_is_compared_in_its_own_currency_alone(made, changes, currency, least, withheld) -> None:
    seen = made("a", price="400")
    china = replace(seen, price=replace(seen.price, currency="CNY"))

    [change] = changes(china, least_monthly=least, currency=currency)

    assert change.withheld == withheld


def test_what_has_no_price_reaches_nobody_in_any_currency(made, changes) -> None:
    assert changes(made("a", price=None), currency="CNY")[0].withheld
    with pytest.raises(ValueError, match="currency = 'yuan' is not a code like USD or CNY"):
        Settings(currency="yuan")


def test_the_finding_stays_the_same_when_resources_come_and_go(made, changes) -> None:
    [before], [after] = changes(made("a"), made("b")), changes(made("c"))

    assert before.fingerprint == after.fingerprint


def test_a_key_without_a_value_is_given_one_where_it_is_written(made, changes) -> None:
    # its own tags come before default_tags, which cannot reach it
    found = changes(made("a", ("team",), tags={"team": ""}), made("b", ("team",), tags={"team": " "}), made("c"))
    provider, *own = found

    assert provider.actions == (SetAttribute("default_tags.tags.team", None, "ml"),)
    assert "1 of 3 resources seen lack team" in provider.reason
    assert [(c.declared.at.address, c.actions) for c in own] == [
        ("aws_instance.a", (SetAttribute("tags.team", "", "ml"),)),
        ("aws_instance.b", (SetAttribute("tags.team", " ", "ml"),)),
    ]
    assert own[0].concern == "tags" and own[0].resource.id == "a" and not own[0].doubts
    assert "come before default_tags of provider.aws" in own[0].reason
    assert len({c.fingerprint for c in found}) == 3


def test_keys_without_values_of_what_costs_little_reach_nobody(made, changes) -> None:
    [small] = changes(made("a", ("team",), tags={"team": ""}, price="40"))
    kept = made("b", ("team",), tags={"team": "", "remediator:keep": ""})

    assert small.withheld is not None
    assert changes(kept) == []


def test_a_key_without_a_value_that_nobody_knows_is_asked_for(made, changes) -> None:
    [asked] = changes(made("a", ("team",), tags={"team": ""}), values=())

    assert asked.concern == "tag values" and "no value of team is known" in asked.doubts[0]


def test_what_is_paid_for_elsewhere_has_no_unknown_price(made, changes) -> None:
    template = made("web", kind="aws_launch_template", price=None)
    [change] = changes(made("a"), template)

    assert change.saves_nothing
    assert "for 500.00 USD a month at list price that is allocated to nobody; 1 of them are paid for elsewhere" in (
        change.reason
    )


def test_a_value_that_is_not_configured_is_asked_for(made, changes) -> None:
    [known, asked] = changes(made("a"), tags=("team", "cost-center"))

    assert known.concern == "tags" and asked.concern == "tag values"
    assert asked.asks == "say what cost-center is here"
    assert asked.actions == () and asked.doubts == (
        'no value of cost-center is known for dev: tell it, as { tag = "cost-center", value = "…", repository = "infra"'
        ', root = "dev" } in values of [planners.required_tags], or add it to default_tags of provider.aws',
    )


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ((TEAM, TagValue("team", "web", root="dev")), "web"),
        ((TEAM, TagValue("team", "web", root="prod")), "ml"),
        ((TEAM, TagValue("team", "data", account="ml")), "data"),
        ((TEAM, TagValue("team", "web", root="dev"), TagValue("team", "x", root="dev", account="ml")), "x"),
        ((TagValue("team", "web", root="dev"), TagValue("team", "x", account="ml")), None),
        ((TagValue("team", "web", repository="other"),), None),
        ((TagValue("team", "web", workspace="default"),), "web"),
        ((), None),
    ],
)
def test_the_value_that_names_most_counts_and_two_are_none(made, changes, values, expected) -> None:
    [change] = changes(made("a"), values=values)

    assert [a.target for a in change.actions] == ([expected] if expected else [])


def test_a_value_by_the_team_that_all_carry(made, changes) -> None:
    values = (TagValue("cost-center", "42", team="ml"),)
    both = made("a", ("team",), tags={"team": "ml"}), made("b", ("team",), tags={"team": "web"})

    [one] = changes(both[0], tags=("cost-center",), values=values)
    [mixed] = changes(*both, tags=("cost-center",), values=values)

    assert one.actions[0].target == "42"
    assert mixed.actions == ()


def test_what_is_to_be_left_alone_makes_a_ticket(made, changes) -> None:
    [change] = changes(made("a"), made("b", tags={"remediator:keep": ""}))

    assert change.doubts == ("aws_instance.b would get them too, and carries a tag that says to leave it alone",)
    assert "1 of 2 resources" in change.reason


def test_another_spelling_of_the_tag_is_settled_first(made, changes) -> None:
    [change] = changes(made("a", ("Team",)))

    assert change.doubts == ("aws_instance.a carries Team in place of team: settle how the tag is spelled",)


def test_groups_and_volumes_are_named(made, changes) -> None:
    group = made("web", None, kind="aws_autoscaling_group").declared

    [change] = changes(made("a"), held=(group,))

    assert change.missing[0].startswith("aws_autoscaling_group.web and the instances in it get no default tags")
    assert "volumes of aws_instance.a" in change.missing[1]


def test_currencies_are_not_added_up(made, changes) -> None:
    foreign = made("b")
    foreign = replace(foreign, price=replace(foreign.price, currency="CNY", amount=Decimal(9000)))

    [change] = changes(made("a", price="40"), foreign)

    assert change.withheld is not None


@pytest.mark.parametrize("tag", ["", "aws:x", "a" * 129])
def test_keys_that_no_tag_can_have(tag) -> None:
    with pytest.raises(ValueError, match="cannot be the key of a tag"):
        Settings((tag,))


@pytest.mark.parametrize(
    ("value", "problem"),
    [
        (
            {"tag": "team", "value": "ml", "acount": "dev"},
            r"required_tags.values.0.acount: Unexpected keyword argument",
        ),
        ({"tag": "team"}, r"required_tags.values.0.value: Field required"),
        ({"tag": "team", "value": ""}, "a tag and its value are text"),
    ],
)
def test_a_slip_in_where_a_value_holds_is_an_error(value, problem) -> None:
    with pytest.raises(ConfigError, match=problem):
        load_planners({"required_tags": {"values": [value]}}, "required_tags")
