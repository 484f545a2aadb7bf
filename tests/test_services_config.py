"""Where requests and tickets are sent, and as whom."""

from pathlib import Path

import pytest

from remediator.config import ForgeConfig, parse
from remediator.errors import ConfigError


@pytest.mark.parametrize(
    ("given", "api"),
    [
        (None, "https://api.github.com"),
        ("https://api.github.com/", "https://api.github.com"),
        ("https://github.acme.io", "https://github.acme.io/api/v3"),
        ("https://github.acme.io/api/v3/", "https://github.acme.io/api/v3"),
        ("https://api.acme.ghe.com", "https://api.acme.ghe.com"),
        ("http://127.0.0.1:8080", "http://127.0.0.1:8080"),
    ],
)
def test_where_githubs_api_is(given: str | None, api: str) -> None:
    assert ForgeConfig(kind="github", api_url=given).api == api


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ('kind = "github"\napp_id = 4711', "app_id and private_key_env together"),
        ('kind = "github"\nprivate_key_env = "K"', "app_id and private_key_env together"),
        ('kind = "gitlab"\napp_id = 4711\nprivate_key_env = "K"', "app_id is for GitHub"),
        ('kind = "github"\napp_id = 4711\nprivate_key_env = "K"\ntoken_env = "T"', "in place of token_env"),
        ('kind = "github"\napi_url = "http://github.acme.io"', "https://host"),
    ],
)
def test_a_login_that_makes_no_sense_is_named(lines: str, said: str) -> None:
    with pytest.raises(ConfigError, match=said):
        parse(f"[forges.x]\n{lines}\n", Path("config.toml"))


def test_the_secret_is_the_token_or_the_key() -> None:
    assert ForgeConfig(kind="github", token_env="T").secret_env == "T"
    assert ForgeConfig(kind="github", app_id=1, private_key_env="K").secret_env == "K"


def test_priorities_and_fields_are_tables() -> None:
    text = '[trackers.j]\nkind = "jira"\npriorities = { High = 1000, Low = 0 }\nfields = { Team = "FinOps" }\n'
    tracker = parse(text, Path("config.toml")).trackers["j"]
    assert tracker.priorities == (("High", 1000), ("Low", 0))
    assert tracker.fields == (("Team", "FinOps"),)
