"""`.remediator.toml` of the folder of a module: it narrows the edits that are made there, whoever calls it."""

import json

import pytest

from .conftest import CODE, state

MODULE = CODE[CODE.index('resource "aws_ebs_volume" "features"') : CODE.index('resource "aws_ebs_volume" "cache"')]


def pulls(site) -> list[dict]:
    return [json.loads(p.read_text()) for p in sorted((site.state_dir / "outbox" / "pulls").glob("*.json"))]


@pytest.fixture
def shared(site):
    """A root of team ml that calls a module of the platform's, which says the type of the volume."""
    for folder in ("teams/ml/dev", "modules/volume"):
        (site.upstream.path / folder).mkdir(parents=True)
    call = 'module "disk" {\n  source = "../../../modules/volume"\n}\n'
    files = {"teams/ml/dev/main.tf": CODE[: CODE.index("resource")] + call, "modules/volume/main.tf": MODULE}
    site.upstream.commit(files, "Root and module")
    site.upstream.git("rm", "--quiet", "main.tf")
    site.upstream.commit({"README.md": "teams\n"}, "Leave the root")
    held = json.loads(state({"features": site.volumes["features"]}))
    held["resources"][0]["module"] = "module.disk"
    file = site.tmp_path / "ml.tfstate"
    file.write_text(json.dumps(held))
    site.tables["repositories"][0]["roots"] = [{"path": "teams/ml/dev", "state": str(file)}]
    return site


def own(site, text: str, folder: str = "modules/volume") -> None:
    site.upstream.commit({f"{folder}/.remediator.toml": text}, "Configure")


def test_without_one_the_module_is_edited(shared) -> None:
    shared.run()

    assert ["modules/volume/main.tf" in pull["body"] for pull in pulls(shared)] == [True]


@pytest.mark.parametrize(
    "text",
    [
        "[planners.ebs_gp3]\nenabled = false\n",
        '[[exceptions]]\nresource = "module.disk.*"\nreason = "a test bed"\n',
        "[limit]\n",
    ],
)
def test_its_people_keep_what_it_says(shared, text: str) -> None:
    own(shared, text)

    summary = shared.run()

    assert pulls(shared) == []
    assert sum("modules/volume/.remediator.toml" in s.reason or "a test bed" in s.reason for s in summary.skipped) == 1
    assert len(summary.failures) == (text == "[limit]\n")


def test_its_people_say_how_they_are_asked(shared) -> None:
    own(shared, "[requests]\ndraft = true\n", "modules")

    shared.run()

    assert [pull["draft"] for pull in pulls(shared)] == [True]


def test_a_request_that_is_open_is_closed_once_they_keep_it(shared) -> None:
    shared.run()
    own(shared, "[planners.ebs_gp3]\nenabled = false\n")

    shared.run(1)

    assert [pull["state"] for pull in pulls(shared)] == ["closed"]


def test_the_people_of_both_folders_are_asked(shared) -> None:
    own(shared, '[requests]\nreviewers = ["@acme/platform"]\n', "modules")
    own(shared, '[requests]\nreviewers = ["@acme/all"]\n', "teams")
    own(shared, '[requests]\nreviewers = ["@acme/ml"]\n', "teams/ml")

    shared.run()

    assert [sorted(pull["reviewers"]) for pull in pulls(shared)] == [["@acme/ml", "@acme/platform"]]
