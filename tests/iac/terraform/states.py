"""States as text, and what is read of them."""

import json
import string
from datetime import UTC, datetime

import pytest
from hypothesis import strategies as st

from remediator.errors import RemediatorError
from remediator.iac.terraform.state import StateOrigin, parse_state
from remediator.model import StateResource

WRITTEN = datetime(2026, 11, 1, tzinfo=UTC)
ORIGIN = StateOrigin("infra", "envs/dev", "s3://b/k", "default", WRITTEN)


def instance(**fields: object) -> dict[str, object]:
    return {"attributes": {"id": "i-1", "instance_type": "t3.large"}, **fields}


def resource(*instances: dict[str, object], **fields: object) -> dict[str, object]:
    return {"mode": "managed", "type": "aws_instance", "name": "a", "instances": list(instances), **fields}


def parse(*resources: dict[str, object], **top: object) -> tuple[StateResource, ...]:
    raw = {"version": 4, "serial": 7, "lineage": "l-1", "outputs": {}, "resources": list(resources), **top}
    return parse_state([json.dumps(raw).encode()], ORIGIN)


def refusal(raw: bytes) -> str:
    with pytest.raises(RemediatorError) as caught:
        parse_state([raw], ORIGIN)
    assert caught.value.__cause__ is None  # a cause would print what the state holds
    assert str(caught.value).startswith("the state s3://b/k of infra, root envs/dev ")
    return str(caught.value)


NAMES = st.text(string.ascii_lowercase + "_", min_size=1, max_size=8)
PLAIN = st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(max_size=4)


def whole(count: int) -> bytes:
    made = [instance(index_key=n, attributes={"id": f"i-{n}", "user_data": '“ü\\"' * 9}) for n in range(count)]
    return json.dumps({"version": 4, "serial": 7, "resources": [resource(*made)]}, ensure_ascii=False).encode()
