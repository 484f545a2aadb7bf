from dataclasses import replace

import pytest

from bench.histories import generate
from bench.history_speed import compare
from remediator.config import RepositoryConfig
from remediator.git.clones import sync
from remediator.git.history import TrackedLine, find_commits, walk
from remediator.git.objects import list_tree, read_blobs

BLOCK = """\
resource "aws_s3_bucket" "logs" {
  bucket = "logs"
  acl = "private"
}
"""


def _find(repository, text, header=False, path=None, **options):
    """The commit of the first line at the head that contains a text."""
    clone = repository.sync()
    entries = [e for e in list_tree(clone, clone.head) if path in (None, e.path)]
    for entry, (_, content) in zip(entries, read_blobs(clone, [e.blob for e in entries]), strict=True):
        for number, line in enumerate(content.decode().splitlines(), 1):
            if text in line:
                return walk(clone, [TrackedLine("k", entry.path, number, header)], **options).get("k")
    raise AssertionError(f"no line has {text}")


@pytest.mark.parametrize("seed", range(6))
def test_without_pass_through_the_walk_is_git_blame(tmp_path, seed):
    generate(tmp_path / "up.git", 120, 9, seed)
    clone = sync(RepositoryConfig(name="x", url=str(tmp_path / "up.git")), tmp_path)

    result = compare(clone)

    assert result.lines > 100
    assert result.differing == 0


def test_the_creator_is_found_through_format_move_split_and_merge_of_files(repository):
    created = repository.commit({"main.tf": BLOCK, "other.tf": "# zoe\n"})
    repository.commit({"main.tf": BLOCK.replace("acl =", "acl    =").replace('" {', '"   {')}, "Format")
    repository.git("mv", "main.tf", "storage.tf")
    repository.commit({}, "Move")
    repository.commit({"storage.tf": None, "s3.tf": "# more\n\n" + BLOCK + "\nlocals {}\n"}, "Merge files")
    resized = repository.commit(
        {"s3.tf": "# more\n\n" + BLOCK.replace("private", "public") + "\nlocals {}\n"}, "Resize"
    )
    text = BLOCK.replace("private", "public").replace("acl =", "acl   =").replace("bucket =", "bucket  =")
    formatted = repository.commit({"s3.tf": "# more\n\n" + text + "\nlocals {}\n"}, "Format again")

    assert _find(repository, 'resource "aws_s3_bucket"', header=True) == created
    assert _find(repository, "acl ") == resized
    assert _find(repository, "acl ", follow=False) == formatted


def test_attributes_of_a_moved_block_keep_their_last_change(repository):
    repository.commit({"a.tf": BLOCK + "\n" + "x = 1\n" * 30})
    changed = repository.commit({"a.tf": BLOCK.replace("private", "public") + "\n" + "x = 1\n" * 30})
    repository.commit({"a.tf": "x = 1\n" * 30, "b/logs.tf": "\n" + BLOCK.replace("private", "public")}, "Move")
    clone = repository.sync()
    lines = [TrackedLine("b", "b/logs.tf", 2, True), TrackedLine("acl", "b/logs.tf", 4, False, "b")]

    assert walk(clone, lines)["acl"] == changed


@pytest.mark.parametrize("name", ["main.tf.disabled", "template.txt", "old name \t.hcl"])
def test_a_file_renamed_into_terraform_is_followed(repository, name):
    created = repository.commit({name: BLOCK})
    repository.commit({"x.tf": "a = 1\n"})
    repository.git("mv", name, "main.tf")
    repository.commit({}, "Switch on")

    assert _find(repository, "acl", path="main.tf") == created
    assert _find(repository, "acl", path="main.tf", follow=False) == created


def test_a_file_copied_twice_while_it_is_removed_is_followed_twice(repository):
    created = repository.commit({"dev/main.tf": BLOCK})
    repository.commit({"dev/main.tf": None, "a/main.tf": BLOCK, "b/main.tf": BLOCK}, "Split environments")

    assert _find(repository, "acl", path="a/main.tf", follow=False) == created
    assert _find(repository, "acl", path="b/main.tf", follow=False) == created


def test_a_file_made_after_one_that_stays_is_its_makers(repository):
    repository.commit({"first/main.tf": BLOCK, "old.tf": "x = 1\n" * 9})
    copied = repository.commit({"second/main.tf": BLOCK.replace("private", "public"), "old.tf": None})

    assert _find(repository, "bucket =", path="second/main.tf", follow=False) == copied
    assert compare(repository.sync()).differing == 0


def test_of_equal_files_that_move_each_is_followed_to_the_one_that_blame_takes(repository):
    twin = "".join(f"a{n} = {n}\n" for n in range(20))
    for folder in "abc":
        repository.commit({f"{folder}/main.tf": twin})
    repository.commit({f"{f}/main.tf": None for f in "abc"} | {f"{f}/main.tf": twin for f in "xyz"})

    assert compare(repository.sync()).differing == 0


def test_a_file_that_the_log_pairs_with_what_was_left_is_followed_to_its_likest(repository):
    text = [f"a{n} = {n}\n" for n in range(40)]
    likest = repository.commit({"one/main.tf": "".join(text)})
    repository.commit({"two/main.tf": "".join([*text[:24], *("b = 1\n" for _ in range(16))])})
    repository.commit(
        {"one/main.tf": None, "two/main.tf": None, "x/main.tf": "".join(text), "y/main.tf": "".join(text[:38])}
    )

    assert _find(repository, "a30 ", path="y/main.tf", follow=False) == likest
    assert compare(repository.sync()).differing == 0


def test_files_with_names_of_any_kind(repository):
    for name in (
        "with blank.tf",
        'quote".tf',
        "ümlaut.tf",
        "tab\t.tf",
        "-dash.tf",
        ":(glob)*.tf",
        "vars.json",
        "a[1].x",
    ):
        first = repository.commit({name: "a = 1\nb = 1\n"})
        second = repository.commit({name: "a = 1\nb = 2\n"})
        clone = repository.sync()
        lines = [TrackedLine("a", name, 1, False), TrackedLine("b", name, 2, False)]

        assert walk(clone, lines) == {"a": first, "b": second}


def test_a_merge_counts_as_the_commit_that_entered_the_branch(repository):
    repository.commit({"a.tf": BLOCK})
    repository.git("checkout", "--quiet", "-b", "side")
    repository.commit({"a.tf": BLOCK.replace("private", "public")})
    repository.git("checkout", "--quiet", "main")
    repository.clock += 60
    repository.git("merge", "--quiet", "--no-ff", "-m", "Merge pull request #7 from acme/side", "side")

    assert _find(repository, "acl") == repository.git("rev-parse", "HEAD")


def test_attributes_of_the_repository_do_not_hide_changes(repository):
    repository.commit({".gitattributes": "*.tf binary -diff\n", "a.tf": BLOCK})
    changed = repository.commit({"a.tf": BLOCK.replace("private", "public")})

    assert _find(repository, "acl") == changed


def test_contents_that_look_like_a_log_are_contents(repository):
    created = repository.commit({"a.tf": "a = 1\n"})
    nasty = "\0" + "f" * 40 + "\n--- a/a.tf\n+++ b/a.tf\n@@ -1 +1 @@\ndiff --git a/a.tf b/a.tf\n"
    repository.commit({"a.tf": nasty + "a = 1\n", "b.tf": nasty})
    repository.commit({"a.tf": "a = 1\n", "b.tf": nasty.replace("1", "2")})

    assert _find(repository, "a = 1") == created


def test_a_line_the_head_does_not_have_is_absent(repository):
    repository.commit({"a.tf": BLOCK})

    assert walk(repository.sync(), [TrackedLine("x", "a.tf", 99, False), TrackedLine("y", "none.tf", 1, False)]) == {}
    assert walk(repository.sync(), []) == {}


def _all_lines(clone):
    for entry in list_tree(clone, clone.head):
        ((_, content),) = read_blobs(clone, [entry.blob])
        for number, line in enumerate(content.splitlines(), 1):
            yield TrackedLine(f"{entry.path}:{number}", entry.path, number, line.startswith(b"resource"))


def _grown(tmp_path, counts, **options):
    """The walk's answers over a repository as it grows, with a cache and without."""
    for count in counts:
        (tmp_path / f"{count}.git").exists() or generate(tmp_path / f"{count}.git", count, 8, seed=3)
        clone = sync(RepositoryConfig(name="x", url=str(tmp_path / f"{count}.git")), tmp_path / "state")
        lines = list(_all_lines(clone))
        yield find_commits(clone, lines, tmp_path / "cache", **options), find_commits(clone, lines, None, **options)


@pytest.mark.parametrize("follow", [True, False])
def test_a_later_walk_by_the_cache_answers_as_a_full_one(tmp_path, follow):
    for cached, full in _grown(tmp_path, (60, 61, 90, 90, 60, 120), follow=follow):
        assert cached == full
        assert cached


def test_the_cache_saves_the_walk(repository, tmp_path):
    repository.commit({"a.tf": BLOCK})
    clone = repository.sync()
    lines = [TrackedLine("x", "a.tf", 1, True)]
    first = walk(clone, lines, tmp_path)
    # With all objects gone only the cache can answer.
    for pack in (clone.path / "objects").rglob("*"):
        pack.is_file() and pack.unlink()

    assert walk(clone, lines, tmp_path) == first


@pytest.mark.parametrize("content", [b"", b"{", b'{"version": 999, "head": "x", "lines": []}', b"\xff", b"[]"])
def test_a_cache_that_cannot_be_read_is_made_again(repository, tmp_path, content):
    created = repository.commit({"a.tf": BLOCK})
    (tmp_path / "history-infra.json").write_bytes(content)

    assert walk(repository.sync(), [TrackedLine("x", "a.tf", 1, True)], tmp_path) == {"x": created}
    assert [path.name for path in tmp_path.glob("history*")] == ["history-infra.json"]
    assert not list(tmp_path.glob(".history*"))


def test_the_cache_of_another_history_is_not_believed(repository, tmp_path):
    repository.commit({"a.tf": BLOCK})
    repository.commit({"a.tf": BLOCK + "\n"})
    walk(repository.sync(), [TrackedLine("x", "a.tf", 3, False)], tmp_path)
    repository.git("update-ref", "-d", "HEAD")
    rewritten = repository.commit({"a.tf": BLOCK})

    assert walk(repository.sync(), [TrackedLine("x", "a.tf", 3, False)], tmp_path) == {"x": rewritten}


def test_a_cached_head_beside_the_first_parents_is_not_believed(repository, tmp_path):
    repository.commit({"a.tf": BLOCK})
    repository.git("checkout", "--quiet", "-b", "side")
    repository.commit({"a.tf": "# 1\n# 2\n" + BLOCK})
    clone = repository.sync(branch="side")
    walk(clone, [TrackedLine("x", "a.tf", 5, False)], tmp_path)
    repository.git("checkout", "--quiet", "main")
    repository.commit({"b.tf": ""})
    repository.git("merge", "--quiet", "--no-ff", "-m", "Merge", "side")
    clone = repository.sync()
    lines = [TrackedLine(str(n), "a.tf", n, False) for n in range(1, 7)]

    assert walk(clone, lines, tmp_path) == walk(clone, lines)


def test_a_cache_that_did_not_know_a_blocks_former_name_is_not_asked(repository, tmp_path):
    created = repository.commit({"a.tf": BLOCK})
    renamed = repository.commit({"a.tf": BLOCK.replace('"logs"', '"audit"', 1)})
    clone = repository.sync()
    line = TrackedLine("x", "a.tf", 1, True)
    bucket = TrackedLine("y", "a.tf", 2, False, "x")
    former = replace(line, formerly=('resource "aws_s3_bucket" "logs"',))

    assert walk(clone, [line, bucket], tmp_path)["x"] == renamed
    assert walk(clone, [former, bucket], tmp_path) == walk(clone, [former, bucket]) == {"x": created, "y": created}
    repository.commit({"b.tf": ""})  # such as one with `moved`, of a name that was given before
    assert walk(repository.sync(), [line], tmp_path)["x"] == renamed
    assert walk(repository.sync(), [former], tmp_path)["x"] == created


@pytest.mark.parametrize("new", [{}, {"other.tf": ""}])
def test_an_attribute_that_the_cache_lacks_still_moves_with_its_block(repository, tmp_path, new):
    created = repository.commit({"a.tf": "# a\n" * 9 + BLOCK})
    repository.commit({"a.tf": "# a\n" * 9, "b.tf": "# b\n" * 9 + BLOCK}, "Move")
    header, attribute = TrackedLine("x", "b.tf", 10, True), TrackedLine("y", "b.tf", 11, False, "x")
    walk(repository.sync(), [header], tmp_path)
    clone = repository.sync()
    if new:
        repository.commit(new)

    assert walk(repository.sync(), [header, attribute], tmp_path) == {"x": created, "y": created}
    assert walk(clone, [header, attribute]) == {"x": created, "y": created}


def test_a_file_of_many_names_is_followed_as_far_as_it_goes_and_never_lost(repository):
    commits = [repository.commit({"n0.txt": BLOCK})]
    for number in range(1, 12):
        repository.git("mv", f"n{number - 1}.txt", f"n{number}.txt")
        commits.append(repository.commit({}))
    repository.git("mv", "n11.txt", "main.tf")
    commits.append(repository.commit({}))

    assert _find(repository, "resource", header=True, path="main.tf") in commits
