import io

from hypothesis import given, settings
from hypothesis import strategies as st

from remediator.git.diffs import CommitDiff, FileDiff, Hunk, parse_log, unquoted


def _parse(text):
    return list(parse_log(io.BytesIO(text.encode() if isinstance(text, str) else text)))


def test_files_hunks_and_commits():
    log = """\0aaa

diff --git a/x.tf b/x.tf
index 1..2 100644
--- a/x.tf
+++ b/x.tf
@@ -1 +1,2 @@ resource "a" "b"
-old
+new
+er
@@ -9,2 +10,0 @@
-gone
-too
\0bbb

diff --git a/n.tf b/n.tf
new file mode 100644
index 0..1
--- /dev/null
+++ b/n.tf
@@ -0,0 +1 @@
+one
"""

    assert _parse(log) == [
        CommitDiff(
            "aaa",
            [
                FileDiff(
                    "x.tf",
                    "x.tf",
                    [Hunk(1, [b"old\n"], 1, [b"new\n", b"er\n"]), Hunk(9, [b"gone\n", b"too\n"], 10, [])],
                )
            ],
        ),
        CommitDiff("bbb", [FileDiff(None, "n.tf", [Hunk(0, [], 1, [b"one\n"])])]),
    ]


def test_renames_with_and_without_changes_and_names_with_blanks():
    log = (
        "\0aaa\n\ndiff --git a/a b.tf b/c d.tf\nsimilarity index 100%\nrename from a b.tf\nrename to c d.tf\n"
        "diff --git a/e f.tf b/g.tf\nsimilarity index 90%\nrename from e f.tf\nrename to g.tf\n"
        "--- a/e f.tf\t\n+++ b/g.tf\n@@ -3 +3 @@\n-x\n+y\n"
        'diff --git "a/t\\tab.tf" "b/t\\tab.tf"\n--- "a/t\\tab.tf"\n+++ /dev/null\n@@ -1 +0,0 @@\n-z\n'
    )

    assert _parse(log) == [
        CommitDiff(
            "aaa",
            [
                FileDiff("a b.tf", "c d.tf", []),
                FileDiff("e f.tf", "g.tf", [Hunk(3, [b"x\n"], 3, [b"y\n"])]),
                FileDiff("t\tab.tf", None, [Hunk(1, [b"z\n"], 0, [])]),
            ],
        )
    ]


def test_contents_that_look_like_headers_are_contents():
    log = (
        "\0aaa\n\ndiff --git a/x b/x\n--- a/x\n+++ b/x\n@@ -1,3 +1,2 @@\n--- a/y\n-@@ -1 +1 @@\n-\0bbb\n"
        "\\ No newline at end of file\n+++ b/z\n+diff --git a/q b/q\n\\ No newline at end of file\n"
    )

    (commit,) = _parse(log)
    assert commit.files == [
        FileDiff(
            "x",
            "x",
            [Hunk(1, [b"-- a/y\n", b"@@ -1 +1 @@\n", b"\0bbb\n"], 1, [b"++ b/z\n", b"diff --git a/q b/q\n"])],
        )
    ]


def test_quoted_names():
    assert unquoted(b'"a\\"\\\\\\303\\274\\n.tf"') == 'a"\\ü\n.tf'
    assert unquoted(b"plain.tf\n") == "plain.tf"
    assert unquoted(b'"\\377"').encode("utf-8", "surrogateescape") == b"\xff"


lines = st.lists(
    st.sampled_from([b"a\n", b"--- a/x\n", b"+++ b/x\n", b"@@ -1 +1 @@\n", b"\0x\n", b"\\ x\n", b"\r\n"]), max_size=5
)


@settings(max_examples=60)
@given(lines, lines)
def test_any_contents_come_back(removed, added):
    header = f"@@ -1,{len(removed)} +1,{len(added)} @@\n".encode()
    text = b"\0aaa\n\ndiff --git a/x b/x\n--- a/x\n+++ b/x\n" + header
    text += b"".join(b"-" + line for line in removed) + b"".join(b"+" + line for line in added) + b"\0bbb\n"

    first, second = _parse(text)
    assert first.files == [FileDiff("x", "x", [Hunk(1, removed, 1, added)])]
    assert second == CommitDiff("bbb", [])
