import difflib

from hypothesis import given
from hypothesis import strategies as st

from remediator.model import Edit
from remediator.planfile.lines import Lines, edited_lines, lines_of
from remediator.planfile.splices import reverse, splice
from remediator.planfile.work import TextEdit

TWO = """diff --git a/a.tf b/a.tf
--- a/a.tf
+++ b/a.tf
@@ -1,4 +1,4 @@
-one
+eins
 two
 three
--- four
+-- vier
@@ -10,2 +10,4 @@
 ten
+new
+new
 eleven
--- a/b.tf
+++ b/b.tf
@@ -7 +7,0 @@
-seven
\\ No newline at end of file
"""


def edit(old: bytes) -> Edit:
    return Edit("a.tf", "b", 0, len(old), old, b"x")


def test_each_run_of_changed_lines_is_found() -> None:
    assert edited_lines(TWO) == {
        "a.tf": (Lines(1, 1, "one\n"), Lines(4, 4, "-- four\n"), Lines(11, 11, "")),
        "b.tf": (Lines(7, 7, "seven\n"),),
    }


def test_an_edit_has_the_lines_of_its_run() -> None:
    runs = edited_lines(TWO)["a.tf"]
    assert lines_of([edit(b"one"), edit(b"four"), edit(b"")], runs) == list(runs)


def test_edits_that_cannot_be_told_apart_have_the_lines_of_all() -> None:
    runs = edited_lines(TWO)["a.tf"]
    whole = Lines(1, 11, "")
    assert lines_of([edit(b"one")], runs) == [whole]
    assert lines_of([edit(b"four"), edit(b"one"), edit(b"")], runs) == [whole] * 3


def test_without_a_diff_no_lines_are_known() -> None:
    assert edited_lines("") == {}
    assert lines_of([edit(b"one")], ()) == [None]


LINES = st.lists(st.sampled_from(["a\n", "b\n", "-c\n", "+d\n", "--- a/x\n", "@@ -1 +1 @@\n", "\n"]), max_size=12)


@given(LINES, LINES, st.integers(0, 3))
def test_the_runs_of_any_diff_are_the_lines_it_removes(before: list[str], after: list[str], context: int) -> None:
    diff = "".join(difflib.unified_diff(before, after, "a/m.tf", "b/m.tf", n=context))
    for run in edited_lines(diff).get("m.tf", ()):
        if run.text:
            assert "".join(before[run.start - 1 : run.end]) == run.text
        else:
            assert run.start == run.end


@given(st.binary(max_size=40).map(lambda b: b.decode("latin-1")), st.data())
def test_any_edits_can_be_undone(text: str, data: st.DataObject) -> None:
    content = text.encode()
    borders = [i for i in range(len(content) + 1) if i == len(content) or content[i] & 0xC0 != 0x80]
    places = sorted(data.draw(st.lists(st.sampled_from(borders), max_size=6)))
    edits = tuple(
        TextEdit(
            path="a.tf",
            start=start,
            end=end,
            start_line=None,
            end_line=None,
            old_text=content[start:end].decode(),
            new_text=data.draw(st.text(max_size=5).map(lambda t: t.encode("utf-8", "replace").decode())),
        )
        for start, end in zip(places[::2], places[1::2], strict=False)
    )
    after = splice(content, edits)
    assert after is not None
    assert splice(after, reverse(edits)) == content
