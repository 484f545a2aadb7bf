from datetime import UTC, datetime

from remediator.git.revisions import committed_at


def test_a_date_beyond_the_calendar_stops_nothing(repository):
    repository.commit({"a.tf": "a = 1\n"})
    raw = repository.git("cat-file", "commit", "HEAD").replace(f" {repository.clock} +0000", " 999999999999999 +0000")
    sha = repository.git("hash-object", "-t", "commit", "-w", "--literally", "--stdin", stdin=f"{raw}\n".encode())
    repository.git("update-ref", "HEAD", sha)

    assert committed_at(repository.sync(), sha) == datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)
