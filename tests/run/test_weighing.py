from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from remediator.config import Config
from remediator.model import (
    Attributes,
    Bound,
    Change,
    Effect,
    Experiment,
    Failure,
    Layer,
    Resource,
    Saving,
    SetAttribute,
    StateAddress,
    StateResource,
)
from remediator.run.weighing import worth_delivering
from tests.changes import change_of

NOW = datetime(2026, 11, 20, tzinfo=UTC)
RESOURCE = Resource("aws", "dev", "us-east-1", "aws_instance", "i-1", None, Attributes(), Attributes(), NOW)
AT = StateAddress("infra", ".", "s", "default", "l", 1, "", "managed", "aws_instance", "trainer", None)


def saving(monthly: str) -> Saving:
    amount = Decimal(monthly)
    return Saving(amount, amount, amount, "USD", "list", "a table", NOW.date())


def change(layer: Layer = Layer.CONFIGURATION, concern: str = "size", monthly: str | None = "100") -> Change:
    return change_of(
        RESOURCE,
        StateResource(AT, "i-1", None, Attributes()),
        SetAttribute("instance_type", "m5.4xlarge", "m5.2xlarge"),
        rule="a_rule",
        concern=concern,
        layer=layer,
        title="Resize it",
        reason="it is too large",
        saving=saving(monthly) if monthly else None,
        effect=Effect.RESTART,
    )


def sorted_out(
    *changes: Change, unread: tuple[Failure, ...] = (), waiting: dict[str, str] | None = None
) -> tuple[list[Change], list[str]]:
    kept, skipped = worth_delivering(changes, Config(), unread, None, waiting)
    return list(kept), [s.reason for s in skipped]


def test_what_a_rule_withholds_is_counted_with_its_reason_and_makes_nothing_wait() -> None:
    withheld = replace(change(Layer.USAGE, "bounds", None), withheld="the machines would cost 12 USD a month")

    kept, reasons = sorted_out(withheld, change())

    assert [c.concern for c in kept] == ["size"]
    assert reasons == ["the machines would cost 12 USD a month"]


def test_what_is_not_used_comes_before_what_is_oversized() -> None:
    stop, resize = change(Layer.USAGE, "running"), change()

    kept, reasons = sorted_out(resize, stop)

    assert kept == [stop]
    assert reasons == ["waits until its usage finding is settled"]


def test_a_finding_that_is_too_small_itself_holds_nothing_up() -> None:
    stop, resize = change(Layer.USAGE, "running", "1.00"), change()

    kept, reasons = sorted_out(resize, stop)

    assert kept == [resize]
    assert reasons == ["saves 1.00 USD a month, below min_monthly_saving = 10"]


def test_what_is_only_prepared_counts_against_the_least_saving() -> None:
    first = replace(change(monthly=None), prepares=saving("1.00"))

    assert sorted_out(first)[1] == ["saves 1.00 USD a month, below min_monthly_saving = 10"]
    assert sorted_out(replace(first, prepares=saving("99.00")))[1] == []


def test_another_resource_does_not_wait() -> None:
    stop = change(Layer.USAGE, "running")
    other = replace(change(), resource=replace(RESOURCE, id="i-2"))

    assert sorted_out(stop, other)[0] == [stop, other]


def test_what_saves_too_little_is_counted_and_not_delivered() -> None:
    kept, reasons = sorted_out(change(monthly="9.99"))

    assert kept == []
    assert reasons == ["saves 9.99 USD a month, below min_monthly_saving = 10"]


def test_an_unknown_saving_is_not_a_small_one() -> None:
    assert len(sorted_out(change(monthly=None))[0]) == 1


def test_nothing_is_called_undeclared_while_a_state_could_not_be_read() -> None:
    stray = replace(change(), declared=None)

    kept, reasons = sorted_out(stray, unread=(Failure("infra/envs/dev", "the state is encrypted"),))

    assert kept == []
    assert "infra/envs/dev was not read" in reasons[0]
    assert sorted_out(stray)[0] == [stray]


def test_what_has_to_wait_says_why() -> None:
    again = change()

    assert sorted_out(again, waiting={again.fingerprint: "the use since then is awaited"}) == (
        [],
        ["the use since then is awaited"],
    )
    assert sorted_out(again, waiting={"another": "no matter"})[0] == [again]


def test_what_was_seen_in_part_waits() -> None:
    whole = {("dev", "us-east-1", kind) for kind in ("aws_instance", "aws_ebs_volume", "aws_autoscaling_group")}
    kept, skipped = worth_delivering([change()], Config(), (), whole - {("dev", "us-east-1", "aws_ebs_volume")})

    assert kept == ()
    assert [s.reason for s in skipped] == [
        "what belongs to it is not known, since aws_ebs_volume could not be listed in dev/us-east-1"
    ]
    assert worth_delivering([change()], Config(), (), whole)[0] == (change(),)


@pytest.mark.parametrize(
    ("kind", "concern", "unseen"),
    [
        ("aws_autoscaling_group", "bounds", "aws_autoscaling_schedule"),
        ("aws_autoscaling_group", "bounds", "aws_autoscaling_policy"),
        ("aws_rds_cluster", "running", "aws_rds_cluster_instance"),
        ("aws_sagemaker_endpoint", "scaling", "aws_appautoscaling_target"),
        ("aws_sagemaker_endpoint_configuration", "size", "aws_appautoscaling_target"),
    ],
)
def test_what_could_not_be_listed_is_not_taken_for_absent(kind, concern, unseen) -> None:
    kinds = (
        *("aws_instance", "aws_autoscaling_group", "aws_autoscaling_policy", "aws_autoscaling_schedule"),
        *("aws_sagemaker_endpoint", "aws_sagemaker_endpoint_configuration", "aws_appautoscaling_target"),
        *("aws_rds_cluster", "aws_rds_cluster_instance"),
    )
    whole = {("dev", "us-east-1", kind) for kind in kinds}
    one = replace(change(concern=concern), resource=replace(RESOURCE, kind=kind))

    kept, skipped = worth_delivering([one], Config(), (), whole - {("dev", "us-east-1", unseen)})

    assert worth_delivering([one], Config(), (), whole)[0] == (one,)
    assert kept == ()
    assert unseen in skipped[0].reason


WHOLE = Experiment(Bound.MODULE, "module.sweep", "dev", "infra", ".", "default")


def parts(*savings: str | None) -> list[Change]:
    """Parts of one experiment, each of a resource of its own."""
    return [
        replace(
            change(Layer.USAGE, "running", monthly),
            rule="whole",
            whole=WHOLE,
            resource=replace(RESOURCE, id=f"i-{n}"),
        )
        for n, monthly in enumerate(savings, 1)
    ]


def test_a_whole_counts_by_its_sum_and_stands_in_place_of_its_members_findings() -> None:
    one, two = parts("6.00", "6.00")
    own = replace(change(Layer.USAGE, "running", "12.00"), resource=one.resource)

    kept, reasons = sorted_out(own, one, two)

    assert kept == [one, two]
    assert reasons == ["it is settled with all of module.sweep"]


def test_a_whole_that_waits_or_is_too_small_hides_no_finding() -> None:
    one, two = parts("1.00", None)
    own = replace(change(Layer.USAGE, "running", "12.00"), resource=one.resource)

    kept, reasons = sorted_out(own, one, two)
    assert kept == [own] and len(reasons) == 2
    waiting = {one.fingerprint: "wait"}
    kept, reasons = sorted_out(own, *parts("60.00", "60.00"), waiting=waiting)
    assert kept == [own] and reasons == ["wait", "wait"]


def test_what_was_not_listed_of_one_part_holds_up_the_whole() -> None:
    listed = {("dev", "us-east-1", kind) for kind in ("aws_instance", "aws_ebs_volume", "aws_autoscaling_group")}
    one, two = parts("60.00", "60.00")
    two = replace(two, resource=replace(two.resource, region="eu-west-1"))

    kept, skipped = worth_delivering([one, two], Config(), (), listed)

    assert kept == () and {s.reason for s in skipped} == {
        "what belongs to it is not known, since aws_ebs_volume could not be listed in dev/eu-west-1"
    }


def test_of_two_findings_of_one_concern_the_larger_stands() -> None:
    small, large = change(Layer.USAGE, "running", "20.00"), change(Layer.USAGE, "running", "90.00")
    small, large = replace(small, rule="a_small"), replace(large, rule="b_large")

    assert sorted_out(small, large) == ([large], ["b_large settles the same"])
    assert sorted_out(small, replace(large, resource=replace(RESOURCE, id="i-2")))[1] == ["b_large settles the same"]


def test_a_schedule_is_for_what_is_not_to_be_stopped() -> None:
    stop, schedule = change(Layer.USAGE, "running"), change(Layer.USAGE, "schedule", "30")
    other = replace(schedule, resource=replace(RESOURCE, id="i-2"), declared=None)

    kept, reasons = sorted_out(schedule, stop, other)
    assert {c.resource.id: c.concern for c in kept} == {"i-1": "running", "i-2": "schedule"}
    assert reasons == ["waits until it is settled whether it is used at all"]
    assert sorted_out(schedule, replace(stop, saving=saving("1.00")))[0] == [schedule]


@pytest.mark.parametrize(
    ("least", "amount", "kept"),
    [(10, "9.99", True), ({"CNY": 70}, "69.99", False), ({"USD": 10, "CNY": 70}, "70.00", True)],
)
def test_a_saving_is_compared_in_its_own_currency_alone(least, amount, kept) -> None:
    one = change()
    assert one.saving is not None
    one = replace(one, saving=replace(one.saving, monthly=Decimal(amount), currency="CNY"))
    config = Config.model_validate({"run": {"min_monthly_saving": least}})

    taken, skipped = worth_delivering([one], config, ())

    assert list(taken) == ([one] if kept else [])
    assert [s.reason for s in skipped] == ([] if kept else ["saves 69.99 CNY a month, below min_monthly_saving = 70"])
