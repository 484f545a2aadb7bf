"""Diffs are those that git reads."""

import subprocess

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from remediator.edit.diff import changed_lines, diff

LINES = st.lists(st.sampled_from([b"a\n", b"b\r\n", b"\n", b"c\n", "é\n".encode(), b"  x = 1\n"]), max_size=25)


def test_a_changed_line():
    before = b"".join(b"line %d\n" % n for n in range(9))

    assert diff("a/main.tf", before, before.replace(b"4", b"four")) == (
        "diff --git a/a/main.tf b/a/main.tf\n--- a/a/main.tf\n+++ b/a/main.tf\n@@ -2,7 +2,7 @@\n"
        " line 1\n line 2\n line 3\n-line 4\n+line four\n line 5\n line 6\n line 7\n"
    )


@pytest.mark.parametrize(
    ("before", "after", "body"),
    [
        (b"a", b"b", "@@ -1 +1 @@\n-a\n\\ No newline at end of file\n+b\n\\ No newline at end of file\n"),
        (b"a", b"a\n", "@@ -1 +1 @@\n-a\n\\ No newline at end of file\n+a\n"),
        (b"a\r\n", b"b\r\n", "@@ -1 +1 @@\n-a\r\n+b\r\n"),
        (b"", b"b\n", "@@ -0,0 +1 @@\n+b\n"),
        (b"a\n", b"", "@@ -1 +0,0 @@\n-a\n"),
    ],
)
def test_line_ends_are_shown_as_they_are(before, after, body):
    assert diff("m.tf", before, after).partition("+++ b/m.tf\n")[2] == body


def test_the_same_is_no_diff():
    assert diff("m.tf", b"a", b"a") == ""


def test_odd_paths_are_quoted_as_git_does():
    assert diff('é"\t.tf', b"a\n", b"b\n").startswith(
        'diff --git "a/\\303\\251\\"\\t.tf" "b/\\303\\251\\"\\t.tf"\n--- "a/\\303\\251\\"\\t.tf"\n'
    )


@given(LINES, LINES, st.booleans())
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_git_applies_it(tmp_path, one, other, cut):
    before = b"".join(one) or b"start\n"
    after = b"".join(other)
    after = after.rstrip(b"\n") if cut else after
    (tmp_path / "m.tf").write_bytes(before)
    if before == after:
        return

    command = ["git", "apply", "--whitespace=nowarn", "-"]
    subprocess.run(command, cwd=tmp_path, input=diff("m.tf", before, after).encode(), check=True)

    assert (tmp_path / "m.tf").read_bytes() == after


def test_a_long_rewrite_stays_quick():
    before = b"".join(b"x%d\n" % (n % 7) for n in range(50_000))

    assert changed_lines(before, before.replace(b"x3", b"y")) > 40_000


def test_changed_lines_are_counted_where_they_are():
    assert changed_lines(b"a\nb\nc\nd\n", b"a\nB\nc\nd\ne\nf\n") == 3


def test_changes_far_apart_are_two_hunks():
    before = b"".join(b"%d\n" % n for n in range(30))
    after = before.replace(b"\n5\n", b"\nfive\n").replace(b"25\n", b"")

    shown = diff("m.tf", before, after)

    assert [line for line in shown.splitlines() if line.startswith("@@")] == ["@@ -3,7 +3,7 @@", "@@ -23,7 +23,6 @@"]


def test_secret_lines_stand_around_no_change(tmp_path):
    before = b"".join(b"line %d\n" % n for n in range(1, 14))
    after = before.replace(b"line 5\n", b"five\n").replace(b"line 8\n", b"eight\n")

    shown = diff("m.tf", before, after, {3, 7, 9})

    assert shown.partition("+++ b/m.tf\n")[2] == (
        "@@ -4,3 +4,3 @@\n line 4\n-line 5\n+five\n line 6\n@@ -8 +8 @@\n-line 8\n+eight\n"
    )
    (tmp_path / "m.tf").write_bytes(before)
    subprocess.run(["git", "apply", "--unidiff-zero", "-"], cwd=tmp_path, input=shown.encode(), check=True)
    assert (tmp_path / "m.tf").read_bytes() == after
