import pytest

from remediator.ledger.ledger import open_ledger
from remediator.model import Status

REQUESTS = "/api/v4/projects/acme%2Fml%2Finfra/merge_requests"
OPENING = [f"POST {REQUESTS}"]
CREATION = r"/merge_requests$"


def forget(desk) -> None:
    for path in desk.state_dir.glob("ledger.sqlite*"):
        path.unlink()


def test_a_merge_request_is_opened_with_people_and_labels_in_one_write(lab, gitlab) -> None:
    [done] = lab.deliver(lab.plan())

    assert (done.action, done.reference, done.reason) == ("opened", "1", None)
    assert done.where == "https://gitlab.acme.io/acme/ml/infra/-/merge_requests/1"
    assert gitlab.service.writes == OPENING
    [request] = gitlab.requests
    assert request["labels"] == ["ebs_gp3", "remediator"]
    assert {r["username"] for r in request["reviewers"]} == {"alice", "Cy", "bob"}
    assert request["force_remove_source_branch"] is True
    assert request["draft"] is False


@pytest.mark.parametrize("ledger", ["kept", "lost"])
def test_a_second_run_writes_nothing_and_reads_once(lab, gitlab, upstream, ledger: str) -> None:
    plans = [lab.plan(name) for name in "abcd"]
    lab.deliver(*plans)
    branches = upstream.branches()
    gitlab.service.requests.clear()
    if ledger == "lost":
        forget(lab)

    again = lab.deliver(*plans)

    assert [d.action for d in again] == ["kept"] * 4
    assert [r.path for r in gitlab.service.requests] == [REQUESTS]
    assert upstream.branches() == branches


@pytest.mark.parametrize(("state", "status"), [("closed", Status.DECLINED), ("merged", Status.MERGED)])
@pytest.mark.parametrize("labelled", [True, False])
def test_a_lost_ledger_forgets_neither_decline_nor_merge(lab, gitlab, state: str, status, labelled: bool) -> None:
    lab.deliver(lab.plan())
    gitlab.set_state(1, state)
    if not labelled:
        gitlab.requests[0]["labels"] = []
    forget(lab)

    [again] = lab.deliver(lab.plan())

    assert (again.action, again.reference) == ("held", "1")
    assert gitlab.service.writes == OPENING
    with open_ledger(None, lab.state_dir) as ledger:
        assert [o.status for o in ledger.outcomes()] == [status]
