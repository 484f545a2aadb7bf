import pytest

from remediator.git.diffs import CommitDiff, FileDiff, Hunk
from remediator.git.pending import Found, Pending, TrackedLine, squeezed


def _line(line, path="x.tf", header=False, header_key=None, key=None):
    return TrackedLine(key or f"{path}:{line}", path, line, header, header_key)


def _hunk(old, removed, new, added):
    return Hunk(old, [f"{text}\n".encode() for text in removed], new, [f"{text}\n".encode() for text in added])


def _apply(pending, *files, sha="aaa"):
    pending.apply(CommitDiff(sha, list(files)))
    return {line.key: (line.path, line.line) for line in pending.left()}


@pytest.mark.parametrize(
    ("hunk", "left"),
    [
        (_hunk(2, ["o"], 2, ["n"]), {1: 1, 3: 3}),
        (_hunk(1, [], 2, ["n"]), {1: 1, 3: 2}),
        (_hunk(2, ["o"], 1, []), {1: 1, 2: 3, 3: 4}),
        (_hunk(1, ["o", "p"], 0, []), {1: 3, 2: 4, 3: 5}),
        (_hunk(2, ["o", "p", "q"], 2, ["n"]), {1: 1, 3: 5}),
        (_hunk(9, ["o"], 9, ["n"]), {1: 1, 2: 2, 3: 3}),
    ],
)
def test_lines_move_by_what_stands_before_them(hunk, left):
    pending = Pending([_line(n) for n in (1, 2, 3)])

    assert _apply(pending, FileDiff("x.tf", "x.tf", [hunk])) == {f"x.tf:{n}": ("x.tf", at) for n, at in left.items()}
    assert set(pending.found) == {f"x.tf:{n}" for n in (1, 2, 3) if n not in left}


def test_what_is_found_knows_where_its_commit_put_it():
    pending = Pending([_line(5)])
    _apply(pending, FileDiff("x.tf", "x.tf", [_hunk(0, [], 1, ["a", "b"])]), sha="bbb")
    _apply(pending, FileDiff(None, "x.tf", [_hunk(0, [], 1, ["1", "2", "3"])]), sha="ccc")

    assert pending.found == {"x.tf:5": Found("ccc", "x.tf", 3)}
    assert pending.came.keys() == {("ccc", "x.tf")}
    assert not pending


def test_files_that_swap_names_are_both_followed():
    pending = Pending([_line(1, "a.tf"), _line(2, "b.tf")])

    left = _apply(pending, FileDiff("a.tf", "b.tf", []), FileDiff("b.tf", "a.tf", []))

    assert left == {"a.tf:1": ("b.tf", 1), "b.tf:2": ("a.tf", 2)}


HEADER = 'resource "aws_instance" "x" {'


def test_a_header_that_another_file_lost_is_followed_there():
    pending = Pending([_line(1, "new.tf", header=True)])
    lost = FileDiff("far/old.tf", None, [_hunk(1, ["#", 'resource "aws_instance"   "x"  {', "}"], 0, [])])

    left = _apply(pending, FileDiff(None, "new.tf", [_hunk(0, [], 1, [HEADER, "}"])]), lost)

    assert left == {"new.tf:1": ("far/old.tf", 2)}


def test_of_several_lost_headers_the_nearest_counts():
    pending = Pending([_line(1, "envs/dev/new.tf", header=True)])
    new = FileDiff(None, "envs/dev/new.tf", [_hunk(0, [], 1, [HEADER])])
    far, near = (FileDiff(path, None, [_hunk(1, [HEADER], 0, [])]) for path in ("envs/aaa/o.tf", "envs/dev/o.tf"))

    assert _apply(pending, new, far, near) == {"envs/dev/new.tf:1": ("envs/dev/o.tf", 1)}


def test_a_header_with_other_labels_is_a_new_block():
    pending = Pending([_line(1, header=True)])
    _apply(pending, FileDiff("x.tf", "x.tf", [_hunk(1, ['resource "aws_instance" "y" {'], 1, [HEADER])]))

    assert pending.found["x.tf:1"].sha == "aaa"


def test_an_attribute_moves_with_its_block_and_changes_on_its_own():
    old = [HEADER, "  ami = 1", "  type = a", "}"]
    new = [HEADER, "  ami    = 1", "  type   = b", "}"]
    pending = Pending(
        [
            _line(1, "n.tf", header=True, key="block"),
            _line(2, "n.tf", header_key="block", key="ami"),
            _line(3, "n.tf", header_key="block", key="type"),
        ]
    )

    left = _apply(
        pending,
        FileDiff("o.tf", "o.tf", [_hunk(7, ["}", *old], 6, [])]),
        FileDiff(None, "n.tf", [_hunk(0, [], 1, new)]),
    )

    assert left == {"block": ("o.tf", 8), "ami": ("o.tf", 9)}
    assert pending.found == {"type": Found("aaa", "n.tf", 3)}


def test_equal_lines_of_one_block_keep_their_order():
    block = [HEADER, "  a {", "    size = 1", "  }", "  b {", "    size = 1", "  }", "}"]
    pending = Pending([_line(1, header=True, key="block"), _line(6, header_key="block", key="second")])

    left = _apply(
        pending,
        FileDiff("o.tf", None, [_hunk(1, block, 0, [])]),
        FileDiff(None, "x.tf", [_hunk(0, [], 1, block)]),
    )

    assert left["second"] == ("o.tf", 6)


def test_formatting_is_seen_through_and_equal_lines_keep_their_order():
    pending = Pending([_line(1), _line(2), _line(3)])
    hunk = _hunk(4, ["size=1", "size  = 1", "x = [1,2]"], 1, ["size = 1", "size = 1", "x = [1, 2]"])

    left = _apply(pending, FileDiff("x.tf", "x.tf", [hunk]))

    assert left == {"x.tf:1": ("x.tf", 4), "x.tf:2": ("x.tf", 5), "x.tf:3": ("x.tf", 6)}


def test_blanks_within_quotes_are_no_formatting():
    assert squeezed(b'  a  =  "x  y" # z \n') == b'a="x  y"#z'
    assert squeezed(b'a = "x y"') != squeezed(b'a = "x  y"')
    assert squeezed(b'a = "\\" b"') == b'a="\\" b"'
    assert squeezed(b'odd " quote') == b'odd"quote'


def test_as_blame_sees_it_nothing_is_seen_through():
    pending = Pending([_line(1, header=True), _line(2)], follow=False)
    _apply(pending, FileDiff("x.tf", "x.tf", [_hunk(1, [HEADER, "a=1"], 1, [HEADER + " ", "a = 1"])]))

    assert {found.sha for found in pending.found.values()} == {"aaa"}
