from datetime import UTC, datetime

import pytest

from remediator.errors import RemediatorError
from remediator.git.records import RawCommit, line_commit, merged_commits, read_commits

BRUNO = "Bruno Keller <bruno@acme.io>"


@pytest.mark.parametrize(
    ("subject", "body", "number"),
    [
        ("Merge pull request #7 from acme/side", "Title", 7),
        ("Resize trainers (#12)", "", 12),
        ('Revert "Resize trainers (#12)" (#15)', "", 15),
        ('Revert "Resize trainers (#12)"', "", None),
        ("Merge branch 'x' into 'main'", "Resize\n\nSee merge request acme/infra!31", 31),
        ("Merge branch 'x' into 'main'", "See merge request !32", 32),
        ("Fix #9 by hand", "see #10", None),
        ("Merge pull request #7", "", None),
    ],
)
def test_the_request_is_read_from_merges_and_squashes(subject, body, number):
    commit = RawCommit("a" * 40, (), "A", "a@b", datetime(2026, 1, 1, tzinfo=UTC), subject, (), body)

    assert commit.pull_request == number


def test_commits_are_read_in_the_order_asked_for(repository):
    one = repository.commit({"a.tf": "1"}, "One\n\nWhy.\n\nSigned-off-by: A <a@b>\nCo-authored-by: Bo <bo@acme.io>\n")
    two = repository.commit({"a.tf": "2"}, "Two", BRUNO)
    clone = repository.sync()

    second, first = read_commits(clone, [two, one])

    assert (second.sha, second.author_name, second.author_email) == (two, "Bruno Keller", "bruno@acme.io")
    assert first.subject == "One"
    assert first.committed_at == datetime.fromtimestamp(1_700_003_600, UTC)
    assert first.trailers == (("Signed-off-by", "A <a@b>"), ("Co-authored-by", "Bo <bo@acme.io>"))
    assert second.parents == (one,)
    assert "Why." in first.body
    assert read_commits(clone, []) == ()


def test_of_a_long_message_the_end_is_read_too(repository):
    sha = repository.commit(
        {"a.tf": "1"}, f"Merge branch 'x'\n\nWhy.\n{'long ' * 20_000}\n\nSee merge request acme/infra!42"
    )

    (commit,) = read_commits(repository.sync(), [sha])

    assert commit.pull_request == 42
    assert commit.body.startswith("Why.")
    assert len(commit.body) < 30_000


def test_names_follow_the_mailmap_of_the_followed_branch(repository):
    sha = repository.commit({"a.tf": "1"}, author="bk <old@acme.io>")
    repository.commit({".mailmap": "Bruno Keller <bruno@acme.io> <old@acme.io>\n"})

    (commit,) = read_commits(repository.sync(), [sha])

    assert (commit.author_name, commit.author_email) == ("Bruno Keller", "bruno@acme.io")


def test_messages_of_strangers_stay_data(repository):
    nasty = "Subject \x1f \x01 $(id) {{ x }}\n\nCo-authored-by: no address\nX:\n\nbody\xff"
    sha = repository.commit({"a.tf": "1"}, nasty)
    last = repository.commit({"a.tf": "2"}, "x" * 50_000 + "\n\n" + "y" * 50_000)

    first, second = read_commits(repository.sync(), [sha, last])

    assert first.subject.startswith("Subject")
    assert second.sha == last
    assert len(second.body) <= 20_000


def test_a_date_beyond_the_calendar_is_still_a_date(repository):
    repository.commit({"a.tf": "1"})
    raw = repository.git("cat-file", "commit", "HEAD").replace("1700003600", "99999999999999")
    sha = repository.git("hash-object", "-w", "-t", "commit", "--stdin", stdin=raw.encode() + b"\n")
    repository.git("update-ref", "HEAD", sha)

    (commit,) = read_commits(repository.sync(), [sha])

    assert commit.committed_at.year in (1970, 9999)


def test_commits_that_do_not_exist_are_an_error(repository):
    repository.commit({"a.tf": "1"})

    with pytest.raises(RemediatorError):
        read_commits(repository.sync(), ["0" * 40])
    with pytest.raises(RemediatorError, match="object id"):
        read_commits(repository.sync(), ["HEAD"])


def test_what_a_merge_brought_in_and_who_wrote_its_lines(repository):
    repository.commit({"a.tf": "a = 1\nb = 1\nc = 1\n"})
    repository.git("checkout", "--quiet", "-b", "side")
    by_alice = repository.commit({"a.tf": "a = 2\nb = 1\nc = 1\n"})
    by_bruno = repository.commit({"a.tf": "a = 2\nb = 2\nc = 1\n"}, author=BRUNO)
    repository.git("checkout", "--quiet", "main")
    repository.git("merge", "--quiet", "--no-ff", "--no-commit", "side")
    repository.write({"a.tf": "a = 2\nb = 2\nc = 3\n"})
    merge_sha = repository.commit({}, "Merge pull request #3 from acme/side", "Carol <carol@acme.io>")
    clone = repository.sync()
    merge, ordinary = read_commits(clone, [merge_sha, by_bruno])

    assert [commit.sha for commit in merged_commits(clone, merge)] == [by_bruno, by_alice]
    assert merged_commits(clone, ordinary) == ()
    assert [line_commit(clone, merge, "a.tf", line) for line in (1, 2, 3)] == [by_alice, by_bruno, merge_sha]
