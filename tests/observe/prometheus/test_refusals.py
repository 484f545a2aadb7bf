"""A Prometheus that refuses, is no Prometheus, or asks for a token."""

import pytest

from tests.deliver.http_service import Fault, Reply
from tests.observe.prometheus.stored import Store, machine


def test_a_token_is_named_by_its_variable_and_goes_no_further(
    store: Store, read, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PROMETHEUS_TOKEN", "s3cret")
    store.put(0.0, node="i-1")
    assert read(machine("i-1"), prometheus_token_env="PROMETHEUS_TOKEN").problem is None
    assert {asked["authorization"] for asked in store.asked} == {"Bearer s3cret"}

    elsewhere = Reply(302, None, {"Location": "http://127.0.0.1:9/api/v1/query_range"})
    store.http.faults.append(Fault("POST", r"/api/v1/.*", elsewhere, times=9))
    found = read(machine("i-1"), prometheus_token_env="PROMETHEUS_TOKEN")

    assert found.by_machine == {}
    assert "write prometheus_url without /api/v1" in (found.problem or "")
    assert "s3cret" not in (found.problem or "")


def test_a_token_that_is_not_set_says_which(read, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NO_SUCH_TOKEN", raising=False)

    assert "NO_SUCH_TOKEN" in (read(machine("i-1"), prometheus_token_env="NO_SUCH_TOKEN").problem or "")


@pytest.mark.parametrize("status", [401, 404, 500])
def test_a_refusal_is_a_problem_and_no_gpu_is_idle(store: Store, read, status: int) -> None:
    store.http.faults.append(Fault("POST", r"/api/v1/.*", Reply(status, {}), times=9))

    found = read(machine("i-1"))

    assert found.by_machine == {}
    assert str(status) in (found.problem or "")


@pytest.mark.parametrize(
    "odd",
    [
        "not a matrix",
        {"status": "error", "data": {"resultType": "matrix", "result": []}},
        {"status": "success", "data": {"resultType": "vector", "result": []}},
        {"status": "success", "data": {"resultType": "matrix", "result": [{"metric": {"node": 3}, "values": []}]}},
        [],
    ],
)
def test_what_is_no_answer_is_a_problem(store: Store, read, odd: object) -> None:
    store.odd = odd

    assert "prometheus_url" in (read(machine("i-1")).problem or "")
