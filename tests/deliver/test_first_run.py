"""240 findings over 170 modules of one repository: what a first run opens, and what the second one asks."""

import hashlib
from dataclasses import replace
from datetime import timedelta

import pytest

from .conftest import NOW
from .grouped import grouped

MODULES, FINDINGS = 170, 240
ONE = 'resource "aws_ebs_volume" "{name}" {{\n  type = "gp2"\n}}\n\n'


@pytest.fixture
def estate(upstream, make_change):
    """The plans, of which each has a volume of its own in one of the modules."""
    texts = {
        f"modules/m{n:03}/main.tf": "".join(ONE.format(name=f"v{at}") for at in range(n, FINDINGS, MODULES))
        for n in range(MODULES)
    }
    for path in texts:
        (upstream.work / path).parent.mkdir(parents=True)
    upstream.commit(texts)

    def plans(desk):
        return [plan(desk, at, texts) for at in range(FINDINGS)]

    def plan(desk, at: int, texts: dict[str, str]):
        path = f"modules/m{at % MODULES:03}/main.tf"
        source = texts[path].encode()
        blob = hashlib.sha1(b"blob %d\0" % len(source) + source).hexdigest()
        start = source.index(b'"gp2"', source.index(f'"v{at}"'.encode()))
        made = desk.plan("a", change=make_change(f"v{at}"))
        edit = replace(made.edits[0], path=path, blob=blob, start=start, end=start + 5)
        hashes = ((path, hashlib.sha256(source).hexdigest()),)
        return replace(made, edits=(edit,), file_hashes=hashes)

    return plans


@pytest.mark.parametrize("where", ["hub", "lab"])
def test_limits_are_kept_and_a_second_run_writes_nothing(where: str, request, estate, upstream) -> None:
    desk = request.getfixturevalue(where)
    service = request.getfixturevalue("github" if where == "hub" else "gitlab").service
    limits = {"open_per_repo": 5, "opened_per_hour": 2}

    plans = estate(desk)
    first = desk.deliver(*plans, limits=limits)
    assert [sum(d.action == action for d in first) for action in ("opened", "held", "failed")] == [2, 238, 0]
    assert len(upstream.branches()) == 3
    writes = len(service.writes)
    assert writes <= 2 * 6

    before = len(service.requests)
    second = desk.deliver(*plans, limits=limits, now=NOW + timedelta(minutes=10))
    assert [sum(d.action == action for d in second) for action in ("kept", "held", "failed")] == [2, 238, 0]
    assert len(service.writes) == writes
    again = len(service.requests) - before
    assert again == 1, "one listing, whatever is open or waits"


def test_grouped_they_are_fewer_requests_and_as_calm(hub, github, estate, upstream) -> None:
    limits = {"open_per_repo": 5, "opened_per_hour": 2}
    plans = estate(hub)

    first = [d.action for _, d in grouped(hub, plans, by="rule", limits=limits)]

    assert [first.count(action) for action in ("opened", "held", "failed")] == [40, 200, 0]
    assert (len(upstream.branches()), len(github.pulls)) == (3, 2)
    writes = len(github.service.writes)
    assert writes <= 2 * 6

    before = len(github.service.requests)
    later = NOW + timedelta(minutes=10)
    second = [d.action for _, d in grouped(hub, plans, by="rule", limits=limits, at=later)]
    assert [second.count(action) for action in ("kept", "held", "failed")] == [40, 200, 0]
    assert len(github.service.writes) == writes
    assert len(github.service.requests) - before == 1
