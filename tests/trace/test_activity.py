from datetime import UTC, datetime, timedelta

import pytest

from remediator.config import OwnersConfig
from remediator.git.records import RawCommit
from remediator.git.touches import Touch
from remediator.trace.activity import NOBODY, activity, read_activity, shares
from remediator.trace.authorship import machines

CONFIG = OwnersConfig(commit_half_life_days=90, person_half_life_days=45)
KNOWN = machines(CONFIG)
NOW = datetime(2026, 6, 1, tzinfo=UTC)
BRUNO = "Bruno Keller <7+bruno@users.noreply.github.com>"


def _activity(*commits):
    """The activity of commits, each (days ago, name, paths, trailers)."""
    raw = [
        RawCommit(f"{n:040x}", (), name, f"{name}@acme.io", NOW - timedelta(days=days), "S", tuple(trailers), "")
        for n, (days, name, _, *trailers) in enumerate(commits)
    ]
    touches = [Touch(f"{n:040x}", tuple(paths)) for n, (_, _, paths, *_) in enumerate(commits)]
    return activity(touches, [], raw, NOW, CONFIG, KNOWN)


def test_commits_count_half_after_their_half_life():
    seen = _activity((0, "al", ["envs/a.tf"]), (90, "bo", ["envs/a.tf", "envs/b.tf"]), (180, "bo", ["envs/b.tf"]))

    assert shares(seen.files["envs/a.tf"]) == pytest.approx({"al@acme.io": 2 / 3, "bo@acme.io": 1 / 3})
    assert seen.folders["envs"] == pytest.approx({"al@acme.io": 1, "bo@acme.io": 0.75})
    assert seen.repository == seen.folders["envs"]


def test_co_authors_count_half_and_automation_nothing():
    trailer = ("Co-authored-by", "Bo <bo@acme.io>")
    seen = _activity((0, "al", ["a.tf"], trailer), (0, "fmt[bot]", ["a.tf"]))

    assert seen.folders[""] == {"al@acme.io": 1.0, "bo@acme.io": 0.5}


def test_an_account_that_a_trailer_gives_somebody_is_not_taken_for_theirs_beside_their_own():
    forged = ("Co-authored-by", "Al Moro <torvalds@users.noreply.github.com>")
    raw = [
        RawCommit("1" * 40, (), "Bo", "bo@acme.io", NOW, "S", (forged,), ""),
        RawCommit("2" * 40, (), "Al Moro", "3+al@users.noreply.github.com", NOW - timedelta(days=9), "S", (), ""),
    ]
    people = activity([Touch(c.sha, ("a.tf",)) for c in raw], [], raw, NOW, CONFIG, KNOWN).people

    assert people.handle(people.key("al moro")) == "@al"


def test_colleagues_are_those_who_work_where_the_committers_of_a_folder_do():
    seen = _activity((0, "al", ["a/x.tf"]), (1, "al", ["b/x.tf"]), (2, "bo", ["b/x.tf"]), (3, "cy", ["c/x.tf"]))

    assert set(seen.colleagues("a")) == {"al@acme.io", "bo@acme.io"}
    assert seen.colleagues("c") == seen.colleagues("nowhere") == {}


def test_around_a_folder_is_all_below_the_folder_above():
    seen = _activity(
        (0, "al", ["envs/dev/a.tf", "envs/dev/b.tf"]), (0, "bo", ["envs/prod/db/a.tf"]), (0, "cy", ["c.tf"])
    )

    assert seen.around("envs/dev") == {"al@acme.io": 1, "bo@acme.io": 1}
    assert seen.around("envs") == seen.around("") == seen.repository
    assert seen.around("modules/x") == {}


def test_who_has_not_committed_for_long_is_fainter_but_never_gone():
    seen = _activity((0, "al", ["a.tf"]), (45, "bo", ["a.tf"]), (4_000, "cy", ["a.tf"]))

    fresh = {key: seen.freshness(key, 45) for key in ("al@acme.io", "bo@acme.io", "cy@acme.io", "never seen")}
    assert fresh == pytest.approx({"al@acme.io": 1, "bo@acme.io": 0.5, "cy@acme.io": 0.05, "never seen": 1})


def test_a_date_in_the_future_does_not_age_the_rest():
    seen = _activity((-9_000, "al", ["a.tf"]), (0, "bo", ["a.tf"]), (45, "cy", ["a.tf"]))

    assert seen.folders[""]["al@acme.io"] == seen.folders[""]["bo@acme.io"] == 1
    assert seen.freshness("cy@acme.io", 45) == pytest.approx(0.5)


def test_a_merge_is_its_authors_not_of_whoever_pressed_the_button(repository):
    repository.commit({"envs/a.tf": "1\n"}, author=BRUNO)
    repository.git("checkout", "--quiet", "-b", "side")
    repository.commit({"envs/a b\n.tf": "2\n", "notes.md": "x"}, author=BRUNO)
    repository.git("checkout", "--quiet", "main")
    repository.git("merge", "--quiet", "--no-ff", "-m", "Merge", "side", author="Carol <carol@acme.io>")

    seen = read_activity(repository.sync(), CONFIG, KNOWN)

    assert set(seen.repository) == {seen.people.key("@bruno")}
    assert set(seen.merges) == {"carol@acme.io"}
    assert seen.freshness("carol@acme.io", 45) == 1
    assert set(seen.files) == {"envs/a.tf", "envs/a b\n.tf"}


def test_merges_of_other_things_than_code_and_those_of_automation_are_nobodys(repository):
    for name, path, author in (("docs", "a.md", "Carol <carol@acme.io>"), ("bump", "a.tf", "bump[bot] <b@acme.io>")):
        repository.commit({f"{name}.tf": "1\n"}, author=BRUNO)
        repository.git("checkout", "--quiet", "-b", name)
        repository.commit({path: "2\n"}, author=BRUNO)
        repository.git("checkout", "--quiet", "main")
        repository.git("merge", "--quiet", "--no-ff", "-m", "Merge", name, author=author)

    assert read_activity(repository.sync(), CONFIG, KNOWN).merges == {}


def test_of_nobody_nothing_is_known():
    assert NOBODY.colleagues("x") == NOBODY.around("x/y") == {}
    assert NOBODY.freshness("x", 45) == 1
