"""An exception that ends: what it closed is asked for again, once, also where the ledger was lost in between."""

import json
from datetime import timedelta

import pytest

from .conftest import NOW


def states(site) -> list[str]:
    found = [json.loads(p.read_text()) for p in (site.state_dir / "outbox" / "pulls").glob("*.json")]
    return sorted(pull["state"] for pull in found if "features" in pull["title"])


@pytest.mark.parametrize("lost", [False, True])
def test_what_it_closed_is_asked_for_again_once(site, lost: bool) -> None:
    site.run()
    day = (NOW + timedelta(days=2)).date()
    site.tables["exceptions"] = [{"resource": "aws_ebs_volume.features", "reason": "a test bed", "until": str(day)}]

    site.run(1 / 60)
    assert states(site) == ["closed"]
    if lost:
        for file in site.state_dir.glob("ledger.sqlite*"):
            file.unlink()
    site.run(2 / 60)
    assert states(site) == ["closed"]

    site.run(72)
    assert states(site) == ["closed", "open"]
    if lost:
        for file in site.state_dir.glob("ledger.sqlite*"):
            file.unlink()
    before = site.delivered()
    site.run(73)
    assert site.delivered() == before
