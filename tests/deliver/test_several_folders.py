"""An edit of files in several folders waits for the people of each."""

from dataclasses import replace

from tests.deliver.upstream import Upstream

from .test_folder_dashboard import monorepo  # noqa: F401 - a fixture

ONBOARDING = {"onboarding": True}


def both(desk):
    plan = desk.plan("a")
    [edit] = plan.edits
    return replace(plan, edits=tuple(replace(edit, path=f"teams/{team}/main.tf") for team in ("ml", "web")))


def test_one_folder_does_not_speak_for_the_other(hub, github, upstream: Upstream, monorepo) -> None:  # noqa: F811
    [held] = hub.deliver(both(hub), limits=ONBOARDING)

    assert (held.action, [pull["title"] for pull in github.pulls]) == ("held", ["Configure remediator in teams/web"])

    upstream.commit({"teams/web/.remediator.toml": "# come in\n"})
    [opened] = hub.deliver(both(hub), limits=ONBOARDING)

    assert opened.action == "opened"
    assert len(github.pulls) == 2
