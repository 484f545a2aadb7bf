import pytest

from remediator.config import Config
from remediator.errors import ConfigError
from remediator.run.provenance import settings_of


@pytest.fixture
def infra(make_repository):
    return make_repository("infra")


@pytest.fixture
def config(infra, make_repository) -> Config:
    acme = make_repository("acme")
    infra.commit(
        {".remediator.toml": "[limits]\nopen_per_repo = 4\nopened_per_hour = 1\n[planners.ebs_gp3]\nenabled = false\n"}
    )
    acme.commit({".remediator.toml": '[limits]\nopen_per_repo = 3\n[[exceptions]]\npath = "lab/"\nreason = "a lab"\n'})
    return Config.model_validate(
        {
            "run": {"state_dir": str(infra.state_dir)},
            "limits": {"open_total": 50, "open_per_repo": 10},
            "disclosure": {"private": {"people": True}},
            "repositories": [
                {"name": "infra", "url": str(infra.path), "config_repository": "acme"},
                {"name": "acme", "url": str(acme.path)},
            ],
        }
    )  # fmt: skip


def test_each_setting_says_which_file_it_comes_from(config: Config) -> None:
    found = {one.key: (one.value, one.source) for one in settings_of(config, "infra")}

    assert found["limits.open_total"] == ("50", "configuration")
    assert found["limits.open_per_repo"] == ("3", "acme: .remediator.toml"), "the lower of the two counts"
    assert found["limits.opened_per_hour"] == ("1", "infra: .remediator.toml")
    assert found["limits.open_destructive"] == ("2", "default")
    assert found["disclosure.private.people"] == ("true", "configuration")
    assert found["disclosure.public.people"] == ("false", "default")
    assert found["planners.ebs_gp3.enabled"] == ("false", "infra: .remediator.toml")
    assert found["exceptions.1"] == ("a lab", "acme: .remediator.toml")


def test_one_that_is_not_configured_is_told_the_nearest(config: Config) -> None:
    with pytest.raises(ConfigError, match="did you mean 'infra'"):
        settings_of(config, "infar")


def test_what_a_folder_narrows_is_said_of_that_folder(config: Config, infra) -> None:
    (infra.path / "teams" / "ml" / "dev").mkdir(parents=True)
    text = (
        "[limits]\nopen_per_repo = 1\nopened_per_hour = 9\n[planners.idle_gpu]\nenabled = false\n"
        '[[exceptions]]\nresource = "x"\nreason = "ours"\n'
    )
    infra.commit({"teams/ml/.remediator.toml": text, "teams/ml/dev/.remediator.toml": "[limit]\n"})

    found = [(one.key, one.value) for one in settings_of(config, "infra") if "teams" in one.source]

    assert found[:3] == [
        ("in teams/ml: limits.open_per_repo", "1"),
        ("in teams/ml: planners.idle_gpu.enabled", "false"),
        ("in teams/ml: exceptions.1", "ours"),
    ]
    assert found[3][0] == "in teams/ml/dev" and "unknown key 'limit'" in found[3][1]
