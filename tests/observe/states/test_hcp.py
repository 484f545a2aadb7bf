from datetime import UTC, datetime

import pytest

from remediator.config import Config, RootConfig
from remediator.errors import RemediatorError
from remediator.observe.states.opening import open_state

OLD, STATE = b'{"version": 4, "serial": 1}', b'{"version": 4, "serial": 2}'


def table(service, name: str = "app.terraform.io") -> dict[str, object]:
    return {"state_hosts": {name: {"token_env": "STATE_TOKEN", "url": service.url}}}


def test_the_current_version_of_a_workspace(service) -> None:
    service.workspaces = {("acme", "other"): [OLD], ("acme", "ml-prod"): [OLD, STATE]}
    config = Config.model_validate(table(service))

    with open_state(RootConfig(path=".", state="tfc://acme/ml-prod"), config) as stream:
        assert stream.written_at == datetime(2026, 11, 20, 10, tzinfo=UTC)
        assert b"".join(stream.chunks) == STATE


def test_an_enterprise_host_that_keeps_its_archive_elsewhere(service, serve, read) -> None:
    archive = serve()
    service.workspaces = archive.workspaces = {("acme", "ml-prod"): [STATE]}
    service.archive = archive.url

    assert read({"state": "tfc://tfe.acme.io/acme/ml-prod"}, **table(service, "tfe.acme.io")) == STATE
    assert len(archive.asked) == 1  # which would not have answered, had it been sent the token


@pytest.mark.parametrize(
    ("ref", "sentence"),
    [
        ("tfc://acme", "is written tfc://organization/workspace"),
        ("tfc://a/b/c/d", "is written tfc://organization/workspace"),
        ("tfc://tfe.acme.io/acme/prod", "no token is configured for tfe.acme.io"),
        ("tfc://acme/none", "knows no such state, or hides it from this token"),
        ("tfc://acme/..%2F..", "knows no such state"),
        ("tfc://acme/empty", "knows no such state"),
        ("tfc://acme/pending", "has not been uploaded whole"),
    ],
)
def test_what_cannot_be_read_is_a_sentence(ref: str, sentence: str, service, read) -> None:
    service.workspaces = {("acme", "empty"): [], ("acme", "pending"): [b""]}
    with pytest.raises(RemediatorError, match=sentence) as caught:
        read({"state": ref}, **table(service))
    assert str(caught.value).startswith(ref)


def test_a_host_that_is_something_else_is_named(service, read) -> None:
    service.plain["/api/v2/organizations/acme/workspaces/prod"] = b"<html>sign in</html>"
    with pytest.raises(RemediatorError, match="does not answer as the API of Terraform Enterprise does") as caught:
        read({"state": "tfc://acme/prod"}, **table(service))
    assert caught.value.__cause__ is None


def test_a_link_that_is_none_is_said(service, read) -> None:
    service.workspaces = {("acme", "prod"): [STATE]}
    service.archive = "http://["
    with pytest.raises(RemediatorError, match="leads to a URL that is none"):
        read({"state": "tfc://acme/prod"}, **table(service))


def test_a_token_that_is_refused(service, read, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STATE_TOKEN", "expired")
    with pytest.raises(RemediatorError, match=r"refuses it \(401\) with the token in STATE_TOKEN"):
        read({"state": "tfc://acme/prod"}, **table(service))


def test_a_time_without_a_zone_is_utc(service) -> None:
    service.workspaces, service.created_at = {("acme", "ml-prod"): [STATE]}, "2026-11-20T10:00:00"

    with open_state(RootConfig(path=".", state="tfc://acme/ml-prod"), Config.model_validate(table(service))) as stream:
        assert stream.written_at == datetime(2026, 11, 20, 10, tzinfo=UTC)
