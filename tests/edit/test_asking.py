"""Changes that ask people for something, and for nothing in code."""

VOLUME = """
    resource "aws_ebs_volume" "data" {
      size = 100
    }
"""


def test_what_only_asks_edits_nothing_and_is_not_settled(code):
    made = code({"main.tf": VOLUME}).draft("aws_ebs_volume.data", state={"size": 100})

    assert (made.edits, made.expected, made.doubts, made.settled) == ((), (), (), False)
    assert [(at.path, at.address) for at in made.locations] == [("main.tf", "aws_ebs_volume.data")]
