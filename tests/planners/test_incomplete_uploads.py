from dataclasses import replace
from datetime import timedelta

import pytest

from planners import incomplete_uploads
from planners.incomplete_uploads import Settings
from remediator.model import AddResource, Attributes, Effect, SetAttribute, StateAddress, StateResource, Usage


@pytest.fixture
def bucket(build):
    def make(days=8.0, environment=None, tags=None, **facts):
        oldest = (build.now - timedelta(days=days)).isoformat()
        known = {"lifecycle.rules": 0, "incomplete_uploads": 12, "oldest_incomplete_upload": oldest, **facts}
        spec = {name: value for name, value in known.items() if value is not None}
        return replace(
            build.seen("aws_s3_bucket", "runs", spec, Usage(), declared={}, tags=tags), environment=environment
        )

    return make


@pytest.fixture
def changes(build, bucket):
    def run(settings=None, held=(), **facts):
        estate = replace(build.estate(bucket(**facts)), held=held)
        return list(incomplete_uploads.plan(estate, build.context(settings or Settings())))

    return run


def test_a_bucket_without_rules_gets_one(changes) -> None:
    [change] = changes()

    assert change.actions == (
        AddResource(
            "aws_s3_bucket_lifecycle_configuration",
            Attributes(
                {
                    "rule.id": "abort-incomplete-uploads",
                    "rule.status": "Enabled",
                    "rule.filter.prefix": "",
                    "rule.abort_incomplete_multipart_upload.days_after_initiation": 7,
                }
            ),
            (("bucket", "id"),),
            SetAttribute("lifecycle.abort_days", None, 7),
        ),
    )
    assert change.effect is Effect.IN_PLACE and not change.doubts
    assert "12 uploads that were never completed" in change.reason


def test_no_saving_is_claimed_since_no_listing_tells_how_large_they_are(changes) -> None:
    [change] = changes()

    assert change.saving is None and "how large the parts are" in change.missing[0]


@pytest.mark.parametrize(("days", "fires"), [(7.0, False), (7.01, True)])
def test_the_oldest_upload_has_to_be_older_than_the_rule_is_to_allow(changes, days, fires) -> None:
    assert bool(changes(days=days)) is fires


@pytest.mark.parametrize(
    "facts",
    [
        {"lifecycle.rules": None},
        {"incomplete_uploads": None},
        {"incomplete_uploads": 0, "oldest_incomplete_upload": None},
        {"oldest_incomplete_upload": "yesterday"},
        {"lifecycle.abort_days": 30, "lifecycle.rules": 1},
        {"tags": {"remediator:keep": ""}},
    ],
    ids=str,
)
def test_what_was_not_looked_at_has_none_or_a_rule_stays(changes, facts) -> None:
    assert changes(**facts) == []


def test_fewer_uploads_than_asked_for_stay(changes) -> None:
    assert changes(Settings(least_uploads=13)) == []
    assert changes(Settings(least_uploads=12))


def test_a_bucket_has_one_configuration_and_a_person_adds_to_it(changes) -> None:
    [change] = changes(**{"lifecycle.rules": 2})

    assert "2 lifecycle rules already" in change.doubts[0] and change.confidence == 0.5


@pytest.mark.parametrize("identity", ["runs", "runs,123456789012"])
def test_the_configuration_that_a_state_holds_is_named_even_if_all_its_rules_are_off(changes, identity) -> None:
    kind = "aws_s3_bucket_lifecycle_configuration"
    at = StateAddress("infra", "dev", "file:s", "default", "l", 1, "", "managed", kind, "all", None)

    [change] = changes(held=(StateResource(at, identity, None, Attributes()),))
    [other] = changes(held=(StateResource(at, "runs-2", None, Attributes()),))

    assert change.doubts[0].startswith(f"{kind}.all is its lifecycle configuration already")
    assert not other.doubts


def test_more_than_a_page_is_said_to_be_more(changes) -> None:
    [change] = changes(incomplete_uploads=1000, incomplete_uploads_truncated=True)

    assert "1,000 or more uploads" in change.reason


def test_environments_that_are_asked_ask(changes) -> None:
    assert not changes(environment="prod")[0].doubts
    assert "it is in prod" in changes(Settings(ask_in=("prod",)), environment="prod")[0].doubts[0]


@pytest.mark.parametrize("over", [{"days": 0}, {"least_uploads": 0}, {"ask_in": ("live",)}])
def test_settings_that_make_no_sense_are_refused(over) -> None:
    with pytest.raises(ValueError, match=next(iter(over))):
        Settings(**over)
