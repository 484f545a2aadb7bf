"""All that a run does with a repository, as far as git is concerned."""

from datetime import UTC, datetime

from remediator.git.commits import commit_files
from remediator.git.history import TrackedLine, walk
from remediator.git.objects import list_tree, read_blobs, read_paths
from remediator.git.records import line_commit, merged_commits, read_commits
from remediator.git.revisions import blob_at, changed_files
from remediator.git.touches import read_touches

BLOCK = 'resource "aws_instance" "web" {\n  instance_type = "m5.large"\n}\n'
WHEN = datetime(2026, 1, 1, tzinfo=UTC)


def everything(repository, path="a.tf", **options):
    """All that a run does with a repository, as far as git is concerned; the commit of its file's first line."""
    clone = repository.sync(**options)
    entries = list_tree(clone, clone.head)
    list(read_blobs(clone, [entry.blob for entry in entries]))
    found = walk(
        clone, [TrackedLine("x", path, 1, header=True), TrackedLine("y", path, 2, header=False, header_key="x")]
    )
    for commit in read_commits(clone, sorted({clone.head, *found.values()})):
        merged_commits(clone, commit)
        changed_files(clone, commit.sha)
        if len(commit.parents) > 1:
            line_commit(clone, commit, path, 2)
    list(read_touches(clone))
    read_paths(clone, clone.head, [path])
    blob_at(clone, clone.head, path)
    commit_files(clone, clone.head, {path: b"# changed\n", "new.tf": b"# new\n"}, "Change", WHEN)
    return found.get("x")


def merged(repository, files):
    """A branch and its merge, each with the files changed; the repository's head."""
    repository.commit(files)
    repository.git("checkout", "--quiet", "-b", "side")
    repository.commit({name: text.replace("large", "xlarge") for name, text in files.items() if text.startswith("res")})
    repository.git("checkout", "--quiet", "main")
    repository.git("merge", "--quiet", "--no-ff", "-m", "Merge", "side")
