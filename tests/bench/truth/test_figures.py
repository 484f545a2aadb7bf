from bench.truth.figures import measured
from bench.truth.leaving import hours_to_finding


def test_an_estate_is_scored_from_end_to_end(capsys):
    rows = {row.name: row for row in measured(["--machines", "30", "--trainers", "0", "--seed", "2"])}
    assert rows["unsafe recommendations, pull-request grade"].met is not None
    assert rows["changes that this bench has no truth for"].figure == "0"
    assert rows["dollars found against dollars there"].figure.startswith("$")
    assert "nothing wasted" in capsys.readouterr().out


def test_a_trainer_left_on_is_found_within_25_hours(tmp_path):
    (finding,) = hours_to_finding(1, 1, tmp_path)
    assert finding.first is not None
    assert 24 <= finding.first <= 25
