"""The request that asks to be let in shows nothing that the file of a folder in it hides, whichever plan asks first."""

from dataclasses import replace

import pytest

from remediator.config.own import OwnConfig, parse_own
from remediator.ledger.ledger import open_ledger
from remediator.run.codebase import read_codebase
from remediator.run.delivering import deliver_all
from remediator.run.owning import Owned
from tests.deliver.volume_plans import NOW

from .test_folder_dashboard import in_folder, monorepo  # noqa: F401 - a fixture

HIDES = parse_own(b"[disclosure]\nresource_ids = false\n", "x")


def run(hub, folders: dict[str, OwnConfig], *plans) -> None:
    limits = hub.config.limits.model_copy(update={"onboarding": True})
    public = hub.config.disclosure.public.model_copy(update={"resource_ids": True})
    shown = hub.config.disclosure.model_copy(update={"private": public, "public": public})
    config = hub.config.model_copy(update={"limits": limits, "disclosure": shown})
    with open_ledger(None, config.run.state_dir) as ledger:
        codebases = {"infra": read_codebase(hub.repository, config)}
        owned = Owned({"infra": (OwnConfig(),)}, {}, folders={"infra": folders})
        deliver_all(plans, (), codebases, config, ledger, hub.places(), NOW, owned)


@pytest.mark.parametrize(("folders", "shown"), [({}, True), ({"teams/ml": HIDES}, False), ({"teams": HIDES}, False)])
def test_what_one_folder_hides_is_hidden_in_what_is_about_several(
    hub, github, upstream, monorepo, folders, shown  # noqa: F811
) -> None:  # fmt: skip
    upstream.commit({"CODEOWNERS": "* @acme/all\n"})
    first = in_folder(hub, "b", "web")
    ml = in_folder(hub, "a", "ml")
    ml = replace(ml, changes=(replace(ml.changes[0], title="Move vol-a to gp3", saving=None),))

    run(hub, folders, first, ml)

    [pull] = github.pulls
    assert ("vol-a" in pull["body"]) == shown
