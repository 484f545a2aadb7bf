import pytest
from hypothesis import given
from hypothesis import strategies as st

from remediator.model import (
    Attributes,
    Bound,
    Resource,
    StateAddress,
    StateResource,
    experiments_of,
    index_suffix,
)

RESOURCE = Resource("aws", "ml", "us-east-1", "aws_instance", "i-1", None, Attributes(), Attributes({"run": "7"}), None)


def entry(module: str, workspace: str = "default") -> StateResource:
    at = StateAddress("infra", "lab", "s", workspace, "l", 1, module, "managed", "aws_instance", "a", None)
    return StateResource(at, "i-1", None, Attributes())


def test_the_widest_comes_first() -> None:
    found = list(experiments_of(RESOURCE, entry('module.a["x.module.y"].module.b[0]'), ("run", "owner")))

    assert [(e.bound, e.name) for e in found] == [
        (Bound.STATE, "lab"),
        (Bound.MODULE, 'module.a["x.module.y"]'),
        (Bound.MODULE, 'module.a["x.module.y"].module.b[0]'),
        (Bound.TAG, "run=7"),
    ]
    assert [str(e) for e in experiments_of(RESOURCE, entry("", "sweep"))] == ["workspace sweep"]


@pytest.mark.parametrize(
    ("module", "holds"),
    [("module.a", True), ("module.a.module.b", True), ("module.ab", False), ('module.a["k"]', False), ("", False)],
)
def test_a_module_call_holds_what_its_state_has_below_it(module: str, holds: bool) -> None:
    call = list(experiments_of(RESOURCE, entry("module.a")))[1]

    assert call.holds(entry(module)) is holds
    assert call.holds(entry(module, "other")) is False


@given(st.lists(st.one_of(st.none(), st.integers(0, 99), st.text(max_size=20)), min_size=1, max_size=4))
def test_every_call_on_the_way_is_found_whatever_its_key(keys: list[str | int | None]) -> None:
    steps = [f"module.m{n}{index_suffix(key)}" for n, key in enumerate(keys)]
    found = [e.name for e in experiments_of(RESOURCE, entry(".".join(steps))) if e.bound is Bound.MODULE]

    assert found == [".".join(steps[: n + 1]) for n in range(len(steps))]
