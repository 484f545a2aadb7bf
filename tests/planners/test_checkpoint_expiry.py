from dataclasses import replace

import pytest

from planners import checkpoint_expiry
from planners.checkpoint_expiry import Settings
from remediator.model import Attributes, Effect, SetAttribute, StateAddress, StateResource, Usage

GB = 1e9


@pytest.fixture
def changes(build):
    def run(settings=None, held=(), tags=None, price=None, kind="aws_s3_bucket", **facts):
        known = {
            "lifecycle.rules": 0,
            "lifecycle.expiring_prefixes": (),
            "checkpoint_prefixes": ("ckpt/",),
            "standard_bytes": 500 * GB,
            **facts,
        }
        spec = {name: value for name, value in known.items() if value is not None}
        seen = build.seen(kind, "runs", spec, Usage(), declared={}, tags=tags, price=price)
        estate = replace(build.estate(seen), held=held)
        return list(checkpoint_expiry.plan(estate, build.context(settings or Settings())))

    return run


def test_checkpoints_that_nothing_expires_are_a_question_and_never_a_request(changes) -> None:
    [change] = changes()

    [action] = change.actions
    assert action.arguments["rule.filter.prefix"] == "ckpt/"
    assert action.arguments["rule.expiration.days"] == 90
    assert action.shows == SetAttribute("lifecycle.expiring_prefixes", (), ("ckpt/",))
    assert change.effect is Effect.DATA_LOSS
    assert "deleted for good" in change.doubts[0]


def test_the_price_of_all_is_told_and_no_saving_claimed(changes) -> None:
    [known], [unknown] = changes(price="11.50"), changes()

    assert "at 11.50 USD a month for all of it" in known.reason
    assert known.saving is None and unknown.saving is None
    assert "the list price of its storage" in unknown.missing and "the list price of its storage" not in known.missing


@pytest.mark.parametrize(("gb", "fires"), [(499.9, False), (500, True)])
def test_small_buckets_are_not_asked_about(changes, gb, fires) -> None:
    assert bool(changes(standard_bytes=gb * GB)) is fires


@pytest.mark.parametrize(
    "facts",
    [
        {"standard_bytes": None},
        {"lifecycle.rules": None},
        {"checkpoint_prefixes": None},
        {"checkpoint_prefixes": ()},
        {"lifecycle.expiring_prefixes": ("ckpt/",), "lifecycle.rules": 1},
        {"lifecycle.expiring_prefixes": ("",), "lifecycle.rules": 1},
        {"tags": {"remediator:keep": ""}},
        {"kind": "aws_efs_file_system"},
    ],
    ids=str,
)
def test_what_was_not_looked_at_expires_already_or_is_kept_stays(changes, facts) -> None:
    assert changes(**facts) == []


def test_a_rule_for_a_tag_or_for_what_is_below_leaves_some_of_them(changes) -> None:
    assert changes(**{"lifecycle.expiring_prefixes": ("ckpt/*",), "lifecycle.rules": 1})
    assert changes(**{"lifecycle.expiring_prefixes": ("ckpt/old/",), "lifecycle.rules": 1})


def test_several_prefixes_and_existing_rules_are_named(changes) -> None:
    [change] = changes(**{"checkpoint_prefixes": ("ckpt/", "runs/", "wandb/"), "lifecycle.rules": 2})

    assert "ckpt/, runs/, wandb/" in change.title
    assert change.doubts[1] == "each prefix needs a rule of its own: runs/, wandb/ as well"
    assert "2 lifecycle rules already" in change.doubts[2]


def test_the_configuration_that_a_state_holds_is_named(changes) -> None:
    kind = "aws_s3_bucket_lifecycle_configuration"
    at = StateAddress("infra", "dev", "file:s", "default", "l", 1, "", "managed", kind, "all", None)

    [change] = changes(held=(StateResource(at, "runs", None, Attributes()),))

    assert change.doubts[-1].startswith(f"{kind}.all is its lifecycle configuration already")


@pytest.mark.parametrize("over", [{"days": 6}, {"least_gb": -1}])
def test_settings_that_make_no_sense_are_refused(over) -> None:
    with pytest.raises(ValueError, match=next(iter(over))):
        Settings(**over)
