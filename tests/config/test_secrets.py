"""A variable that is not set is named for what it holds."""

from pathlib import Path

import pytest

from remediator.cli.run import check_secrets
from remediator.config import parse
from remediator.deliver.places import Places
from remediator.errors import ConfigError

TEXT = """
[[repositories]]
name = "infra"
url = "https://github.com/acme/infra.git"
forge = "hub"
tracker = "jira"
[forges.hub]
kind = "github"
{forge}
[trackers.jira]
kind = "jira"
url = "https://acme.atlassian.net"
user_env = "ACME_USER"
token_env = "ACME_TOKEN"
"""


@pytest.fixture
def config(monkeypatch, tmp_path):
    for name in ("ACME_USER", "ACME_TOKEN", "ACME_KEY", "ACME_HUB"):
        monkeypatch.delenv(name, raising=False)

    def make(forge: str = 'token_env = "ACME_HUB"'):
        return parse(TEXT.format(forge=forge), Path(tmp_path / "config.toml"))

    return make


def test_a_user_is_no_token(config, monkeypatch) -> None:
    with pytest.raises(ConfigError, match=r"trackers\.jira needs a user name in the environment variable ACME_USER"):
        Places(config()).check_tracker("jira", ())
    monkeypatch.setenv("ACME_HUB", "x")
    with pytest.raises(ConfigError, match=r"trackers\.jira needs a user name in the environment variable ACME_USER"):
        check_secrets(config())
    monkeypatch.setenv("ACME_USER", "x")
    with pytest.raises(ConfigError, match=r"trackers\.jira needs a token in the environment variable ACME_TOKEN"):
        check_secrets(config())


def test_nor_is_a_key(config) -> None:
    by_app = config('app_id = 1\nprivate_key_env = "ACME_KEY"')
    with pytest.raises(ConfigError, match=r"forges\.hub needs a private key in the environment variable ACME_KEY"):
        Places(by_app).forge(by_app.repositories[0], None)
