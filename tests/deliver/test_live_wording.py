"""What a ticket says to do where no code declares the resource: what a person does live, and how to undo that."""

from dataclasses import replace

import pytest

from remediator.deliver.disclosure import Shown
from remediator.deliver.markers import Marker
from remediator.deliver.render import ticket_body
from remediator.model import Action, AddResource, Attributes, Effect, RemoveResource, SetAttribute, Unattributed

STOP = AddResource(
    "aws_ec2_instance_state", Attributes(), (("instance_id", "id"),),
    SetAttribute("instance_state", "running", "stopped"),
)  # fmt: skip
NIGHTS = AddResource(
    "aws_autoscaling_schedule", Attributes(), (), SetAttribute("schedule.office_hours_end", None, "0 18 * * *")
)
SET = SetAttribute("type", "gp2", "gp3")
CODE = ("commit", "revert", "appl", "by a new")


@pytest.fixture(params=["ticket.md", "ticket.jira"])
def ticket(request, make_plan, make_change):
    """The ticket of one change, in both markups."""

    def write(effect: Effect, *actions: Action, declared: bool = False) -> str:
        change = make_change(effect=effect, actions=actions)
        plan = make_plan(change=change, doubts=("no state holds it",))
        if not declared:
            changes = (replace(change, declared=None),)
            plan = replace(plan, changes=changes, origin=Unattributed("no state", ()), traces=())
        marker = Marker(plan.id, "idle_gpu", False, plan.fingerprints)
        body = ticket_body(plan, marker, request.param, Shown(resource_ids=True))
        return body.partition("What should change")[2].partition("Where to look")[0]

    return write


@pytest.mark.parametrize(
    ("effect", "action", "does", "undone"),
    [
        (Effect.STOP, STOP, "This stops the resource", "Start it again to undo it."),
        (Effect.STOP, SetAttribute("min_size", 2, 0), "This stops the resource", "set every value back"),
        (Effect.IN_PLACE, SET, "This changes the resource in place", "To undo it, set every value back to what it is"),
        (Effect.RESTART, SET, "This restarts the resource", "To undo it, set every value back to what it is now."),
        (Effect.IN_PLACE, NIGHTS, "This changes the resource in place", "To undo it, take away what was added."),
        (Effect.REMOVAL, RemoveResource(), "This removes the resource", "It cannot be undone: another like it"),
        (Effect.DATA_LOSS, RemoveResource(), "This deletes data for good.", "only from a snapshot."),
        (Effect.DATA_LOSS, NIGHTS, "This deletes data for good.", "does not bring back the data that it deleted."),
    ],
)
def test_what_no_code_declares_is_changed_and_undone_live(ticket, effect, action, does: str, undone: str) -> None:
    said = ticket(effect, action)

    assert "No code that was read declares it, so it is done live" in said
    assert does in said
    assert undone in said
    assert not [word for word in CODE if word in said.lower()], said


def test_a_stop_that_no_code_makes_is_no_new_resource(ticket) -> None:
    assert "instance_state: running → stopped" in ticket(Effect.STOP, STOP).replace("\\", "")


def test_what_code_declares_is_still_changed_there(ticket) -> None:
    said = ticket(Effect.STOP, STOP, declared=True)

    assert "Applying it stops the resource" in said
    assert "Revert the commit and apply" in said
    assert "by a new aws" in said


def test_what_code_declares_and_cannot_stop_is_stopped_by_hand(ticket) -> None:
    said = ticket(Effect.STOP, declared=True)

    assert "Nothing in code says whether it runs, so it is done live" in said
    assert "Start it again to undo it." in said
    assert not [word for word in CODE[:3] if word in said.lower()], said
