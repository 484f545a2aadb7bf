"""240 findings over 170 modules of one repository: what a first run opens, and what the second one asks."""

import hashlib
import shutil
from dataclasses import replace
from datetime import timedelta

import pytest

from remediator.ledger.ledger import open_ledger
from remediator.run.codebase import Codebase
from remediator.run.delivering import deliver_all
from remediator.run.owning import Owned
from tests.deliver.grouped import grouped
from tests.deliver.volume_plans import NOW

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


def test_of_a_thousand_repositories_only_those_with_something_to_say_are_asked(
    hub, github, upstream, make_change, tmp_path
) -> None:
    """What is read follows what is open or waits, not how many repositories or findings there are."""
    clone = hub.clone()
    elsewhere = replace(clone, path=shutil.copytree(clone.path, tmp_path / "elsewhere.git"))
    others = [hub.repository.model_copy(update={"name": f"r{n}", "slug": f"acme/r{n}"}) for n in range(999)]
    # only their configuration and clone are looked at here
    codebases = {r.name: Codebase(r, elsewhere, None, (), (), None) for r in others}
    codebases["infra"] = Codebase(hub.repository, clone, None, (), (), None)
    config = hub.config.model_copy(
        update={
            "repositories": (*others, hub.repository),
            "limits": hub.config.limits.model_copy(update={"open_per_repo": 5, "opened_per_hour": 2}),
        }
    )
    plans = [hub.plan("a", change=make_change(f"v{n}")) for n in range(12)]

    def run(hours: int, wanted):
        github.service.requests.clear()
        with open_ledger(None, hub.state_dir) as ledger:
            at = NOW + timedelta(hours=hours)
            owned = Owned({}, {})
            done, failures = deliver_all(wanted, ledger.outcomes(), codebases, config, ledger, hub.places(), at, owned)
        assert failures == ()
        return [d.action for _, d in done]

    assert run(0, plans).count("opened") == 2
    assert {r.path.split("/")[3] for r in github.service.requests if r.path.startswith("/repos/")} == {"infra"}

    assert run(0, plans).count("kept") == 2
    asked = [(r.method, r.path) for r in github.service.requests]
    assert asked == [
        ("GET", "/repos/acme/infra/issues"),  # one listing
        ("POST", "/graphql"),  # in whose name we write
        ("GET", "/repos/acme/infra"),  # who may read the dashboard
    ]

    run(0, [])  # what was found is found no more: the dashboard says so, though nothing is wanted
    [written] = [w for w in github.service.writes if w != "POST /graphql"]
    assert written.startswith("PATCH /repos/acme/infra/issues/")
