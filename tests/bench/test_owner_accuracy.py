import pytest

from bench import owner_accuracy

BLOCK = 'resource "aws_instance" "{}" {{\n  instance_type = "{}"\n}}\n'
ALICE, BO = "Alice Moreau <alice@acme.io>", "Bo Keller <bo@acme.io>"


@pytest.fixture
def changed(repository):
    """Commits a block some days after the history began."""
    begun = repository.clock

    def commit(day, author, name, size):
        repository.clock = begun + day * 86_400
        repository.commit({f"{name}/main.tf": BLOCK.format(name, size)}, author=author)

    return commit


def test_what_could_be_known_is_told_from_what_could_not(repository, changed, capsys):
    changed(1, ALICE, "a", "m5.large")
    changed(10, ALICE, "b", "m5.large")
    changed(480, ALICE, "a", "m5.xlarge")
    changed(490, BO, "b", "m5.xlarge")

    rows = owner_accuracy.measured(["--repo", str(repository.path)])

    line = next(line for line in capsys.readouterr().out.splitlines() if line.startswith("given-1 ")).split()
    assert line[:5] == ["given-1", "365", "2", "2", "50.0%"]
    owner_first, owner_three, known_first, known_three = line[5:9]
    assert (owner_first, owner_three) == ("50.0%", "50.0%")
    assert (known_first, known_three) == ("100.0%", "100.0%")
    assert [row.figure for row in rows][:1] == ["50.0%"]


def test_bands_say_how_often_a_confidence_was_right():
    sure = [[(0.25, True), (0.28, False), (0.91, True)], [(0.21, False)]]

    _, low, high = owner_accuracy._bands(sure)
    assert low.split() == ["20-30", "%", "3", "25%", "33%", "20%"]
    assert high.split() == ["90-100", "%", "1", "91%", "100%", "100%"]
