from datetime import UTC, datetime

import pytest

from remediator.config import RepositoryConfig
from remediator.errors import RemediatorError
from remediator.git.clones import sync
from remediator.git.commits import commit_files, push, remote_head
from remediator.git.history import TrackedLine, walk
from remediator.git.objects import list_tree, read_blobs, sizes
from remediator.git.process import run
from remediator.git.records import line_commit, read_commits
from tests.git.http_backend import served

BLOCK = 'resource "aws_instance" "web" {\n  instance_type = "m5.large"\n}\n'


@pytest.fixture
def monorepo(repository):
    """Code with a history, a script that it reads, and a binary with more history than all of it."""
    repository.git("config", "uploadpack.allowFilter", "true")
    for version in range(3):
        repository.commit({"main.tf": BLOCK + f"# {version}\n", "app.zip": f"{version}" * 1000, "run.sh": f"{version}"})
    repository.git("checkout", "--quiet", "-b", "side")
    repository.commit({"main.tf": BLOCK.replace("large", "xlarge")})
    repository.commit({"main.tf": BLOCK.replace("large", "2xlarge")})
    repository.git("checkout", "--quiet", "main")
    repository.git("merge", "--quiet", "--no-ff", "-m", "Merge pull request #7 from acme/side", "side")
    repository.commit({"deploy.yaml": "kind: NodePool\n"})
    return repository


def _sync(repository, clone="blobless", url=None, **more):
    return sync(
        RepositoryConfig(name="infra", url=url or str(repository.path), clone=clone, **more), repository.state_dir
    )


def _blobs(clone, *revisions):
    """The names that blobs have in a history, as far as they are held."""
    _, output = run(clone.path, ["rev-list", "--objects", "--missing=allow-any", *revisions])
    held = [line.partition(" ")[::2] for line in output.decode().splitlines()]
    kept = sizes(clone, [blob for blob, _ in held])
    return sorted(name for blob, name in held if blob in kept)


def test_only_what_is_read_comes_along(monorepo):
    clone = _sync(monorepo)

    assert _blobs(clone, "--all") == ["deploy.yaml", *["main.tf"] * 5, "run.sh"]
    assert clone.blobless


def test_all_that_a_full_clone_answers_it_answers_without_its_source(monorepo):
    lines = [TrackedLine(str(n), "main.tf", n, header=n == 1) for n in (1, 2)]
    whole = walk(_sync(monorepo, clone="full"), lines)
    clone = _sync(monorepo)
    monorepo.path.rename(monorepo.path.with_name("away"))
    merge = next(c for c in read_commits(clone, [clone.head, *walk(clone, lines).values()]) if len(c.parents) > 1)

    assert walk(clone, lines) == whole
    assert merge.pull_request == 7
    assert line_commit(clone, merge, "main.tf", 2) == merge.parents[1]
    assert [entry.path for entry in list_tree(clone, clone.head)] == ["app.zip", "deploy.yaml", "main.tf", "run.sh"]
    with pytest.raises(RemediatorError, match=r'there is no blob .*; set clone = "full" for it'):
        list(read_blobs(clone, [entry.blob for entry in list_tree(clone, clone.head)]))


def test_no_object_is_fetched_but_by_the_batch(monorepo):
    with served(monorepo.path.parent) as (url, asked):
        _sync(monorepo, url=f"{url}/upstream/.git")
        first = list(asked)
        clone = _sync(monorepo, url=f"{url}/upstream/.git")
        again = asked[len(first) :]
        binary = next(entry.blob for entry in list_tree(clone, clone.head) if entry.path == "app.zip")
        for key, value in (("url", clone.url), ("promisor", "true")):  # as git itself sets up a partial clone
            run(clone.path, ["config", f"remote.origin.{key}", value])
        walk(clone, [TrackedLine("x", "main.tf", 1, header=True)])
        code, _ = run(clone.path, ["cat-file", "-e", binary], accept=(0, 1, 128))

        assert code != 0
        # Twice the refs and what they bring; then the refs alone.
        assert first.count("POST git-upload-pack") == 3
        assert again == ["GET refs", "POST git-upload-pack"]
        assert asked == first + again


def test_what_is_new_is_brought_too(monorepo):
    _sync(monorepo)
    monorepo.commit({"main.tf": BLOCK + "# 8\n", "app.zip": "8"})
    monorepo.commit({"main.tf": BLOCK + "# 9\n", "new.sh": "9"})
    monorepo.git("tag", "v1")

    assert _blobs(_sync(monorepo), "HEAD~2..HEAD") == ["main.tf", "main.tf", "new.sh"]


def test_code_that_was_lost_is_brought_again(monorepo):
    clone = _sync(monorepo)
    blob = next(entry.blob for entry in list_tree(clone, clone.head) if entry.path == "main.tf")
    _drop_blobs(clone)

    assert sizes(clone, [blob]) == {}
    clone = _sync(monorepo)
    assert _blobs(clone, "--all") == ["deploy.yaml", *["main.tf"] * 5, "run.sh"]


def _drop_blobs(clone):
    """Take every blob out of a clone."""
    _, output = run(clone.path, ["cat-file", "--batch-check", "--batch-all-objects"])
    rest = [line.split()[0] for line in output.decode().splitlines() if line.split()[1] != "blob"]
    pack = clone.path / "objects" / "pack"
    run(clone.path, ["pack-objects", "--quiet", str(pack / "rest")], stdin="\n".join(rest).encode())
    (kept,) = pack.glob("rest-*.pack")
    kept.with_suffix(".promisor").write_text("")
    for path in (clone.path / "objects").rglob("*"):
        if path.is_file() and path.stem != kept.stem and "info" not in path.parts:
            path.unlink()


def test_the_other_kind_is_cloned_afresh(monorepo):
    assert "app.zip" not in _blobs(_sync(monorepo), "--all")
    assert "app.zip" in _blobs(_sync(monorepo, clone="full"), "--all")
    assert "app.zip" not in _blobs(_sync(monorepo), "--all")


def test_a_source_that_filters_nothing_gives_all(monorepo):
    monorepo.git("config", "--unset", "uploadpack.allowFilter")

    assert "app.zip" in _blobs(_sync(monorepo), "--all")


def test_changes_are_committed_and_pushed_from_it(monorepo):
    clone = _sync(monorepo)
    sha = commit_files(clone, clone.head, {"main.tf": b"# new\n"}, "Resize", datetime(2026, 1, 1, tzinfo=UTC))
    push(clone, sha, "remediator/one")

    assert remote_head(clone, "remediator/one") == sha
    assert monorepo.git("show", "--stat", "--format=", sha).split()[0] == "main.tf"
    assert monorepo.git("fsck", "--connectivity-only") == ""


def test_it_outlives_housekeeping(monorepo):
    clone = _sync(monorepo)
    before = _blobs(clone, "--all")
    run(clone.path, ["config", "gc.autoPackLimit", "1"])
    for version in "89":
        monorepo.commit({"main.tf": f"a = {version}\n", "app.zip": version})
        clone = _sync(monorepo)

    assert _blobs(clone, "--all") == sorted([*before, "main.tf", "main.tf"])
    assert len(list((clone.path / "objects" / "pack").glob("*.pack"))) < 6  # which three times refs and blobs brought
