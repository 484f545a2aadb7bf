import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import jsonschema
import pytest

from remediator.model import (
    AddResource,
    Attributes,
    Plan,
    RemoveResource,
    Route,
    SetAttribute,
    Unattributed,
)
from remediator.planfile import dump, schema, to_planfile

PUBLISHED = Path(__file__).parents[2] / "docs" / "plan.schema.json"


def validate(document: object) -> None:
    jsonschema.validate(document, json.loads(PUBLISHED.read_text("utf-8")), cls=jsonschema.Draft202012Validator)


def test_the_published_schema_is_the_one_in_the_code() -> None:
    jsonschema.Draft202012Validator.check_schema(schema())
    assert json.loads(PUBLISHED.read_text("utf-8")) == schema(), f"write schema() to {PUBLISHED} again"


def test_a_pull_request_is_valid(plan: Plan) -> None:
    validate(json.loads(dump(to_planfile(plan))))


def test_a_ticket_without_code_is_valid(plan: Plan, changed: Callable[..., Plan]) -> None:
    shows = SetAttribute("instance_state", "running", "stopped")
    added = AddResource("aws_ec2_instance_state", Attributes({"state": "stopped"}), (("instance_id", "id"),), shows)
    bare = changed(
        declared=None, saving=None, accrued=None, evidence=(), actions=(added, RemoveResource()), after="f" * 16
    )
    ticket = replace(
        bare,
        repository=None,
        base=None,
        origin=Unattributed("no state holds it"),
        traces=(),
        edits=(),
        file_hashes=(),
        diff="",
        expected=(),
        route=Route.TICKET,
        doubts=("no state holds it",),
    )
    document = json.loads(dump(to_planfile(ticket)))
    validate(document)
    assert document["handoff"] == {"suggested_action": "ticket", "reasons": [{"untrusted": "no state holds it"}]}
    assert [check["kind"] for check in document["verify"]] == ["live_value", "live_value"]
    assert document["verify"][1]["attribute"] is None


@pytest.mark.parametrize(
    "break_it",
    [
        lambda d: d.update(command="rm -rf /"),
        lambda d: d.update(schema_version=2),
        lambda d: d.pop("content_sha256"),
        lambda d: d["edits"][0].update(start=-1),
        lambda d: d["edits"][0].update(start="57"),
        lambda d: d["verify"].append({"kind": "shell", "when": "pre_merge"}),
        lambda d: d["findings"][0].update(title="not marked as untrusted"),
        lambda d: d["findings"][0]["title"].update(untrusted="two\nlines"),
        lambda d: d["findings"][0]["title"].update(untrusted="x" * 501),
    ],
)
def test_the_schema_refuses_what_a_plan_file_may_not_hold(
    plan: Plan, break_it: Callable[[dict[str, object]], object]
) -> None:
    document = json.loads(dump(to_planfile(plan)))
    break_it(document)
    with pytest.raises(jsonschema.ValidationError):
        validate(document)
