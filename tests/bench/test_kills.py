import pytest

from bench import kills


def test_runs_killed_at_calls_are_completed_by_the_next_and_all_of_it_is_counted(capsys):
    rows = kills.measured(["--plans", "2", "--points", "3"])

    printed = capsys.readouterr().out
    counted = {line[:14].strip(): line[14:].split() for line in printed.splitlines()[2:6]}
    assert list(counted) == ["github", "jira cloud", "gitlab", "jira dc"]
    assert sum(int(killed) for killed, _, _ in counted.values()) == 6
    assert {tuple(wrong) for _, *wrong in counted.values()} == {("0", "0")}
    calls = {line[:14].strip(): [int(n) for n in line[14:].split()] for line in printed.splitlines()[-4:]}
    assert all(reads > 0 and writes > 0 for reads, writes, _, _ in calls.values())
    assert [row.met for row in rows] == [True, True]


@pytest.mark.parametrize(
    ("there", "twice", "lost"),
    [
        ([("request a", "x"), ("request b", "y")], [], []),
        ([("request a", "x"), ("request a", "x"), ("request b", "y")], ["request a"], []),
        ([("request a", "x")], [], ["request b"]),
        ([("request a", "x"), ("request b", "without its labels")], [], ["request b"]),
        ([("request a", "x"), ("request b", "y"), ("branch c", None)], ["branch c"], []),
    ],
)
def test_what_is_there_is_compared_with_what_is_wanted(there, twice, lost):
    assert kills.compared([("request a", "x"), ("request b", "y")], there) == (twice, lost)


@pytest.mark.parametrize(("points", "at"), [(None, [1, 2, 3, 4, 5]), (9, [1, 2, 3, 4, 5]), (3, [1, 3, 5]), (1, [1])])
def test_a_sample_is_spread_over_the_whole_run(points, at):
    assert kills._sample(5, points) == at


@pytest.mark.parametrize(("asked", "points"), [([], None), (["--points", "all"], None), (["--points", "7"], 7)])
def test_every_call_is_killed_at_unless_so_many_are_asked_for(asked, points):
    chosen = kills.options().parse_args(asked)

    assert (chosen.plans, chosen.points) == (30, points)


@pytest.mark.parametrize("points", ["0", "-1", "some"])
def test_points_are_a_number_or_all(points, capsys):
    with pytest.raises(SystemExit):
        kills.measured(["--points", points])

    assert "write a number of calls, or all" in capsys.readouterr().err
