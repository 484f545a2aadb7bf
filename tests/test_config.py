from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from remediator.config import Config, EnvironmentsConfig, ExceptionConfig, load, parse, secret
from remediator.errors import ConfigError

REPOSITORY = """
[[accounts]]
name = "ml"
regions = ["us-east-1"]
[[repositories]]
name = "infra"
url = "https://github.com/acme/infra.git"
"""


def problem(text: str) -> str:
    with pytest.raises(ConfigError) as caught:
        parse(text, Path("/etc/remediator/config.toml"))
    return str(caught.value)


def test_the_example_loads() -> None:
    config = load(Path(__file__).parent.parent / "config.example.toml")

    assert not config.run.deliver
    assert config.repositories[0].forge_slug == "acme/infra"
    assert config.owners.teams["ranking"].reviewers == ("@acme/ranking",)


def test_the_words_of_the_example_are_the_defaults() -> None:
    text = (Path(__file__).parent.parent / "config.example.toml").read_text("utf-8")
    tables = text.partition("# [environments]\n")[2].partition("\n\n")[0].replace("# ", "")

    assert parse(f"[environments]\n{tables}", Path("config.toml")).environments == EnvironmentsConfig()


def test_the_exception_of_the_example_is_read_with_all_its_keys() -> None:
    text = (Path(__file__).parent.parent / "config.example.toml").read_text("utf-8")
    lines = text.partition("# [[exceptions]]\n")[2].splitlines()
    accounts = "[[accounts]]\nname = 'ml-dev'\nregions = ['us-east-1']\n"
    tables = accounts + "\n".join(["[[exceptions]]", *(line.removeprefix("# ") for line in lines)])

    [exception] = parse(tables, Path("config.toml")).exceptions
    assert exception.model_fields_set == set(ExceptionConfig.model_fields)


def test_an_empty_file_is_all_defaults_and_delivers_nothing() -> None:
    config = parse("", Path("/srv/config.toml"))

    assert config.run.state_dir == Path("/srv/.remediator")
    assert not config.run.deliver
    assert config.limits.open_per_repo == 5


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("[run]\ndeliverr = true", "unknown key 'run.deliverr'; did you mean 'deliver'?"),
        ("[rnu]\n", "unknown key 'rnu'; did you mean 'run'?"),
        ("[limits]\nopen_per_rep = 3", "unknown key 'limits.open_per_rep'; did you mean 'open_per_repo'?"),
        ("[forges.x]\nkind = 'local'\napi = 'y'", "unknown key 'forges.x.api'; did you mean 'api_url'?"),
        ("[owners]\nfallback = 'nobody'", "fallback = 'nobody' is neither a team of [owners.teams] nor a handle"),
        ("[owners.teams.a]\nmatches = []", "unknown key 'owners.teams.a.matches'; did you mean 'match'?"),
        ("[run]\nmetric_period = 90", "run.metric_period"),
        ("[[accounts]]\nname = 'a'\nregions = []", "accounts.0.regions"),
        ("[run", "not valid TOML"),
        (REPOSITORY + "forge = 'github'\n[forges.githbu]\nkind = 'github'", "did you mean 'githbu'?"),
        (REPOSITORY + "[[repositories.roots]]\npath = '.'\nstate = 's'\nstate_account = 'mi'", "did you mean 'ml'?"),
        (REPOSITORY + REPOSITORY, "the name 'ml' is used twice"),
        ("[limits]\nfreeze = ['2026-12-20']", "not a window of two days"),
        ("[limits]\nfreeze = ['2026-12-20/2026-12-01']", "ends before it begins"),
        ("[prices]\nsorce = 'api'", "unknown key 'prices.sorce'; did you mean 'source'?"),
        ("[environments]\nprd = ['live']", "unknown key 'environments.prd'; did you mean 'prod'?"),
        ("[environments]\ndev = ['pre-prod']", "environments.dev.0: 'pre-prod' is not one word of letters"),
        ("[environments]\ndev = ['']", "environments.dev.0: '' is not one word of letters"),
        ("[environments]\ndev = ''", "environments.dev: write a list, in brackets"),
        ("[[exceptions]]\nreason = 'x'", "exceptions.0: it does not say what it covers; give it a tag, path,"),
        ("[[exceptions]]\nrule = 'idle_gpu'\nreason = 'x'", "it does not say what it covers"),
        ("[[exceptions]]\ntag = 'x'", "exceptions.0.reason"),
        ("[[exceptions]]\ntag = 'x'\nreason = ' '", "exceptions.0.reason: say why, for whoever"),
        ("[[exceptions]]\ntags = 'x'\nreason = 'x'", "unknown key 'exceptions.0.tags'; did you mean 'tag'?"),
        ("[[exceptions]]\ntag = 'x'\nreason = 'x'\nuntil = 2027", "2027 is not a day such as 2027-01-01"),
        ("[[exceptions]]\ntag = 'x'\nreason = 'x'\nuntil = 'soon'", "'soon' is not a day such as 2027-01-01"),
        ("[[exceptions]]\ntag = 'x'\nreason = 'x'\nuntil = 2027-01-01T00:00:00", "is not a day such as 2027-01-01"),
        (REPOSITORY + "[[exceptions]]\naccount = 'mi'\nreason = 'x'", "exceptions.0: account = 'mi' is not configured"),
    ],
)
def test_a_mistake_is_named_with_the_nearest_right_word(text: str, sentence: str) -> None:
    assert sentence in problem(text)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("path = '.'", "root '.' has neither a state nor a state_command; give it one of them"),
        ("path = '.'\nstate_command = []", "neither a state nor a state_command"),
        ("path = '.'\nstate = 's'\nstate_env = ['A']", "state_env and state_command_dir belong to a state_command"),
        ("path = '.'\nstate = 'https://u:p@acme.io/s'", "a state's URL holds no user or password"),
        ("path = '.'\nstate = 's'\nstate_comand = ['a']", "did you mean 'state_command'?"),
        ("path = '.'\nstate = 's'\n[state_hosts.'GitLab.io']", "write the host alone, in lower case"),
        ("path = '.'\nstate = 's'\n[state_hosts.'https://a.io']", "write the host alone, in lower case"),
        ("path = '.'\nstate = 's'\n[state_hosts.'a.io']\nuser_env = 'U'", "user_env needs a token_env"),
        ("path = '.'\nstate = 's'\n[state_hosts.'a.io']\ntoken_envv = 'U'", "did you mean 'token_env'?"),
        ("path = '.'\nstate = 's'\n[state_hosts.'a.io']\nurl = 'a.io'", "url is written as https://host"),
    ],
)
def test_where_states_are_is_checked(text: str, sentence: str) -> None:
    with pytest.raises(ConfigError) as caught:
        parse(f"[[repositories]]\nname = 'infra'\nurl = 'x'\n[[repositories.roots]]\n{text}\n", Path("config.toml"))
    assert sentence in str(caught.value)


def test_a_command_runs_in_a_folder_beside_the_file() -> None:
    text = """
    [[repositories]]
    name = "infra"
    url = "x"
    [[repositories.roots]]
    path = "."
    state = "gs://bucket/key"
    state_command = ["terraform", "state", "pull"]
    state_command_dir = "envs/dev"
    [[repositories.roots]]
    path = "b"
    state_command = ["/opt/bin/pull", "b"]
    """
    first, second = parse(text, Path("/srv/config.toml")).repositories[0].roots
    assert (str(first.state_command_dir), first.state, first.backend) == (
        "/srv/envs/dev", "gs://bucket/key", "gs://bucket/key"
    )  # fmt: skip
    assert (str(second.state_command_dir), second.state, second.backend) == ("/srv", "", "printed by /opt/bin/pull")


def test_exceptions_are_read() -> None:
    text = """
        [[exceptions]]
        rule = "idle_gpu"
        tag = "purpose=benchmark"
        until = 2027-01-01
        reason = "runs in the quarter's first week"
        [[exceptions]]
        rule = ["ebs_gp3", "idle_gpu"]
        path = "experiments/*"
        until = "2027-02-01"
        reason = "two"
    """
    first, second = parse(text, Path("config.toml")).exceptions

    assert (first.rule, first.until) == (("idle_gpu",), date(2027, 1, 1))
    assert (second.rule, second.until) == (("ebs_gp3", "idle_gpu"), date(2027, 2, 1))


def test_a_missing_file_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"config\.example\.toml"):
        load(tmp_path / "none.toml")


def test_a_file_that_is_not_utf8_is_a_sentence(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_bytes(b"\xff\xfe[run]")

    with pytest.raises(ConfigError, match="not UTF-8"):
        load(path)


def test_relative_paths_are_anchored_at_the_file() -> None:
    text = """
    [[repositories]]
    name = "infra"
    url = "repos/infra.git"
    [[repositories.roots]]
    path = "."
    state = "file:states/infra.tfstate"
    [[repositories.roots]]
    path = "b"
    state = "s3://bucket/key"
    """
    repository = parse(text, Path("/srv/config.toml")).repositories[0]

    assert repository.url == "/srv/repos/infra.git"
    assert [root.state for root in repository.roots] == ["/srv/states/infra.tfstate", "s3://bucket/key"]


@pytest.mark.parametrize(
    ("url", "slug"),
    [
        ("https://github.com/acme/infra.git", "acme/infra"),
        ("ssh://git@github.com/acme/infra", "acme/infra"),
        ("git@github.com:acme/infra.git", "acme/infra"),
        ("https://gitlab.com/acme/ml/infra.git", "acme/ml/infra"),
        ("git@gitlab.acme.io:acme/ml/infra.git", "acme/ml/infra"),
        ("ssh://git@gitlab.acme.io:2222/acme/ml/team/infra/", "acme/ml/team/infra"),
        ("file:///srv/git/infra.git", "git/infra"),
        ("/srv/infra.git", "infra"),
    ],
)
def test_the_slug_on_the_forge(url: str, slug: str) -> None:
    config = Config.model_validate({"repositories": [{"name": "infra", "url": url}]})

    assert slug == config.repositories[0].forge_slug


@pytest.mark.parametrize(
    ("table", "api"),
    [
        ({"kind": "github"}, "https://api.github.com"),
        ({"kind": "gitlab"}, "https://gitlab.com"),
        ({"kind": "gitlab", "api_url": "https://gitlab.acme.io"}, "https://gitlab.acme.io"),
        ({"kind": "gitlab", "api_url": "http://127.0.0.1:8080"}, "http://127.0.0.1:8080"),
    ],
)
def test_where_a_forge_is_asked(table: dict[str, str], api: str) -> None:
    assert Config.model_validate({"forges": {"hub": table}}).forges["hub"].api == api


@pytest.mark.parametrize(
    ("table", "host"),
    [
        ({"kind": "github"}, "github.com"),
        ({"kind": "github", "api_url": "https://git.acme.io/api/v3"}, "git.acme.io"),
        ({"kind": "github", "api_url": "https://api.acme.ghe.com"}, "acme.ghe.com"),
        ({"kind": "gitlab"}, "gitlab.com"),
        ({"kind": "gitlab", "api_url": "https://gitlab.acme.io:8443"}, "gitlab.acme.io"),
        ({"kind": "gitlab", "api_url": "http://127.0.0.1:8080"}, None),
        ({"kind": "local"}, None),
    ],
)
def test_where_the_accounts_of_a_forge_are(table: dict[str, str], host: str | None) -> None:
    repository = {"name": "infra", "url": "/srv/infra", "forge": "hub"}
    config = Config.model_validate({"forges": {"hub": table}, "repositories": [repository]})

    assert config.forge_host("infra") == host
    assert config.forge_host("other") is None


@pytest.mark.parametrize("url", ["http://gitlab.acme.io", "https://u:p@gitlab.acme.io", "gitlab.acme.io"])
def test_a_token_is_sent_nowhere_in_clear(url: str) -> None:
    with pytest.raises(ConfigError, match="api_url is written as https"):
        parse(f'[forges.hub]\nkind = "gitlab"\napi_url = "{url}"', Path("config.toml"))


def test_a_secret_that_is_not_set_names_its_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ACME_TOKEN", raising=False)

    with pytest.raises(ConfigError, match="ACME_TOKEN, which is not set"):
        secret("ACME_TOKEN", "forge 'acme'")


def test_a_secret_is_read_from_its_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ACME_TOKEN", "s3cret")

    assert secret("ACME_TOKEN", "forge 'acme'") == "s3cret"


def test_the_least_saving_is_in_dollars_or_by_currency() -> None:
    plain = parse("[run]\nmin_monthly_saving = 25.5", Path("config.toml")).run
    several = parse("[run]\nmin_monthly_saving = { USD = 10, CNY = 70 }", Path("config.toml")).run

    assert [plain.least_saving(currency) for currency in ("USD", "CNY")] == [Decimal("25.5"), 0]
    assert [several.least_saving(currency) for currency in ("USD", "CNY", "EUR")] == [10, 70, 0]
    assert "min_monthly_saving" in problem("[run]\nmin_monthly_saving = { dollars = 10 }")


def test_accounts_of_an_organization_may_be_named_where_accounts_are() -> None:
    named = REPOSITORY + "[[repositories.roots]]\npath = '.'\nstate = 's3://b/k'\nstate_account = 'data-prod'\n"
    named += "[prices]\naccount = 'data-prod'\n"
    organization = "[[organizations]]\nrole_name = 'remediator'\nregions = ['us-east-1']\n"

    assert "data-prod" in problem(named)
    assert parse(named + organization, Path("config.toml")).prices.account == "data-prod"
