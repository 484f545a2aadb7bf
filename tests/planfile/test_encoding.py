import json
from collections.abc import Callable
from copy import deepcopy
from dataclasses import replace
from typing import Any

import pytest

from remediator.errors import RemediatorError
from remediator.model import Plan
from remediator.planfile import dump, load, to_planfile
from remediator.planfile.encoding import MAX_BYTES


def test_what_is_written_is_read_back(plan: Plan) -> None:
    written = to_planfile(plan)
    assert load(dump(written), "plan.json") == written


def test_the_same_plan_gives_the_same_bytes(plan: Plan) -> None:
    assert dump(to_planfile(plan)) == dump(to_planfile(deepcopy(plan)))
    assert dump(to_planfile(plan)) != dump(to_planfile(replace(plan, base="e" * 40)))


def test_the_order_of_tags_and_edits_makes_no_difference(plan: Plan) -> None:
    assert dump(to_planfile(replace(plan, edits=plan.edits[::-1]))) == dump(to_planfile(plan))


def test_the_hash_can_be_computed_by_others(plan: Plan) -> None:
    import hashlib

    document = json.loads(dump(to_planfile(plan)))
    claimed = document.pop("content_sha256")
    canonical = json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    assert hashlib.sha256(canonical.encode()).hexdigest() == claimed


@pytest.mark.parametrize(
    ("tamper", "sentence"),
    [
        (lambda d: d["edits"][0].update(new_text='"io2"'), "was changed after it was written"),
        (lambda d: d.update(schema_version=2), "has schema_version 2, and this remediator reads 1"),
        (lambda d: d.update(schema_version="x" * 1000), "has schema_version"),
        (lambda d: d.pop("schema_version"), "has schema_version null"),
        (lambda d: d.update(command="rm -rf /"), "command: Extra inputs are not permitted"),
        (lambda d: d["edits"][0].update(start="57"), r"edits\.0\.start: Input should be a valid integer"),
        (lambda d: d["edits"][0].update(start=-1), r"edits\.0\.start"),
        (lambda d: d["edits"][0].update(path=["a"]), r"edits\.0\.path"),
        (lambda d: d.update(edits={}), "edits: Input should be a valid"),
        (lambda d: d.update(plan_id="../../etc"), "plan_id: String should match"),
        (lambda d: d["findings"][0]["title"].update(untrusted="a\u202eb"), "untrusted: String should match"),
        (lambda d: d["verify"].append({"kind": "shell", "run": "true"}), r"verify\.4"),
    ],
)
def test_a_file_that_is_not_as_it_was_written_is_refused(
    plan: Plan, tamper: Callable[[dict[str, Any]], object], sentence: str
) -> None:
    document = json.loads(dump(to_planfile(plan)))
    tamper(document)
    with pytest.raises(RemediatorError, match=sentence) as caught:
        load(json.dumps(document).encode(), "plan.json")
    assert str(caught.value).startswith("plan.json ")
    assert len(str(caught.value)) < 1500


@pytest.mark.parametrize(
    "raw",
    [b"", b"{", b"\xff\xfe", b"[" * 200_000, b"null", b"[]", b'"text"', b'{"schema_version": 1, "plan_id": "\\ud800"}'],
)
def test_what_is_no_plan_file_is_refused(raw: bytes) -> None:
    with pytest.raises(RemediatorError, match=r"plan\.json"):
        load(raw, "plan.json")


def test_a_huge_file_is_refused_before_it_is_read() -> None:
    with pytest.raises(RemediatorError, match="is larger than"):
        load(b" " * (MAX_BYTES + 1), "plan.json")
