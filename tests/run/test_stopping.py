"""The switch that stops all delivery, by itself and while a run is at work."""

import pytest

from remediator.run import grouping
from remediator.run.stopping import stopped


@pytest.mark.parametrize(("value", "stops"), [("1", True), ("yes", True), ("0", False), ("false", False), ("", False)])
def test_a_variable_stops_it_unless_it_says_no(value: str, stops: bool, tmp_path, monkeypatch) -> None:
    monkeypatch.setenv("REMEDIATOR_STOP", value)
    assert (stopped(tmp_path) is not None) is stops


def test_it_stops_a_run_that_is_at_work(site, monkeypatch) -> None:
    deliver, done = grouping.deliver, []

    def stopping(*arguments, **named):
        done.append(deliver(*arguments, **named))
        (site.state_dir / "STOP").touch()
        return done[-1]

    monkeypatch.setattr(grouping, "deliver", stopping)
    summary = site.run()

    assert [d.action for d in done] == ["opened", *["would open"] * (len(done) - 1)] and len(done) > 1
    assert len(site.delivered()) == 1
    assert any("remove it to go on" in note for note in summary.notes)

    (site.state_dir / "STOP").unlink()
    assert stopped(site.state_dir) is None
    monkeypatch.setattr(grouping, "deliver", deliver)
    assert len(site.run(1).news) == len(done) - 1

    (site.state_dir / "STOP").touch()
    before = site.delivered()
    assert any("Delivery is stopped by the file" in note for note in site.run(2).notes)
    assert site.delivered() == before
