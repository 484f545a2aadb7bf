import pytest

from remediator.config import OwnersConfig
from remediator.git.history import Found
from remediator.model import Authorship
from remediator.trace.authorship import machines
from remediator.trace.credits import credit_commits

BRUNO = "Bruno Keller <7+bruno@users.noreply.github.com>"
CAROL = "Carol <carol@acme.io>"
AGENT = "copilot-swe-agent[bot] <198982749+Copilot@users.noreply.github.com>"
BUMP = "renovate[bot] <29139614+renovate[bot]@users.noreply.github.com>"
FMT = "fmt[bot] <9+fmt[bot]@users.noreply.github.com>"


@pytest.fixture
def merged(repository):
    """A function that merges a branch with the given (content, message, author) commits, pressed by Carol."""

    def merge(*commits):
        repository.commit({"a.tf": "a = 1\nb = 1\n"})
        repository.git("checkout", "--quiet", "-b", "side")
        for content, message, author in commits:
            repository.commit({"a.tf": content}, message, author)
        repository.git("checkout", "--quiet", "main")
        message = "Merge pull request #7 from acme/side"
        repository.git("merge", "--quiet", "--no-ff", "-m", message, "side", author=CAROL)
        return repository.git("rev-parse", "HEAD")

    return merge


def _credit(repository, sha, line=1):
    place = Found(sha, "a.tf", line)
    return credit_commits(repository.sync(), [place], machines(OwnersConfig()))[place]


def test_an_ordinary_commit_is_its_authors(repository):
    sha = repository.commit({"a.tf": "a = 1\n"}, "Add a box (#3)", BRUNO)

    found = _credit(repository, sha)

    assert (found.commit.author_name, found.commit.pull_request) == ("Bruno Keller", 3)
    assert found.person is not None
    assert found.person.login == "bruno"


def test_no_address_in_a_subject_is_shown(repository):
    sha = repository.commit({"a.tf": "a = 1\n"}, "As al.m@mail.acme.io asked, use actions/checkout@v4.1.2 for @acme/ml")

    assert _credit(repository, sha).commit.subject == "As al.m asked, use actions/checkout@v4.1.2 for @acme/ml"


def test_a_merge_is_its_branchs_author_not_of_whoever_pressed_the_button(repository, merged):
    sha = merged(("a = 2\nb = 1\n", "Resize", BRUNO), ("a = 3\nb = 1\n", "Again", BRUNO))

    found = _credit(repository, sha)

    assert (found.commit.sha, found.commit.author_name) == (sha, "Bruno Keller")
    assert found.commit.subject == "Merge pull request #7 from acme/side"
    assert found.commit.pull_request == 7
    assert found.commit.authorship is Authorship.HUMAN


def test_of_several_authors_of_a_merge_the_lines_own_counts(repository, merged):
    sha = merged(("a = 2\nb = 1\n", "A", BRUNO), ("a = 2\nb = 2\n", "B", "Dave <dave@acme.io>"))

    assert _credit(repository, sha, 1).commit.author_name == "Bruno Keller"
    assert _credit(repository, sha, 2).commit.author_name == "Dave"


def test_a_tool_in_any_commit_of_one_persons_branch_took_part(repository, merged):
    tool = "Resize\n\nCo-Authored-By: Claude <noreply@anthropic.com>\n"
    sha = merged(("a = 2\nb = 1\n", tool, BRUNO), ("a = 3\nb = 1\n", "By hand", BRUNO))

    found = _credit(repository, sha)

    assert (found.commit.authorship, found.commit.tool) == (Authorship.HUMAN_WITH_AI, "Claude Code")


def test_what_the_first_commit_of_a_merged_repository_wrote_is_its_authors(repository):
    repository.commit({"README": "ours\n"})
    repository.git("checkout", "--quiet", "--orphan", "theirs")
    repository.commit({"a.tf": "a = 1\n"}, "Begin", BRUNO)
    repository.commit({"b.tf": "b = 1\n"}, "More", "Dave <dave@acme.io>")
    repository.git("checkout", "--quiet", "main")
    repository.git("merge", "--quiet", "--no-ff", "--allow-unrelated-histories", "-m", "Join", "theirs", author=CAROL)

    assert _credit(repository, repository.head).commit.author_name == "Bruno Keller"


def test_a_formatter_in_the_branch_is_not_the_author(repository, merged):
    sha = merged(("a = 2\nb = 1\n", "Resize", BRUNO), ("a  = 2\nb = 1\n", "Format", FMT))

    assert _credit(repository, sha).commit.author_name == "Bruno Keller"


def test_a_line_that_automation_made_in_somebodys_branch_is_not_theirs(repository, merged):
    sha = merged(("a = 2\nb = 1\n", "Resize", BRUNO), ("a = 2\nb = 2\n", "Bump", BUMP))

    bumped, resized = _credit(repository, sha, 2), _credit(repository, sha, 1)

    assert (bumped.commit.author_name, bumped.commit.authorship) == ("renovate[bot]", Authorship.AUTOMATION)
    assert (bumped.person, [one.name for one in bumped.others]) == (None, ["Bruno Keller"])
    assert (resized.commit.author_name, resized.commit.authorship) == ("Bruno Keller", Authorship.HUMAN)


def test_a_line_that_an_agent_made_in_somebodys_branch_is_by_both(repository, merged):
    sha = merged(("a = 2\nb = 1\n", "Resize", BRUNO), ("a = 2\nb = 2\n", "Add", AGENT))

    added, resized = _credit(repository, sha, 2), _credit(repository, sha, 1)

    assert (added.commit.author_name, added.commit.authorship) == ("Bruno Keller", Authorship.HUMAN_WITH_AI)
    assert (added.commit.tool, added.person.login) == ("GitHub Copilot", "bruno")
    assert (resized.commit.authorship, resized.commit.tool) == (Authorship.HUMAN, None)


def test_a_branch_by_automation_alone_has_no_person(repository, merged):
    sha = merged(("a = 2\nb = 1\n", "Bump", FMT))

    found = _credit(repository, sha)

    assert (found.commit.author_name, found.commit.authorship) == ("fmt[bot]", Authorship.AUTOMATION)
    assert found.person is None


def test_an_agents_commit_shows_the_person_it_worked_for(repository):
    sha = repository.commit({"a.tf": "1"}, "Add\n\nCo-authored-by: Bruno Keller <b@acme.io>\n", AGENT)

    found = _credit(repository, sha)

    assert (found.commit.author_name, found.commit.authorship) == ("Bruno Keller", Authorship.HUMAN_WITH_AI)
    assert found.commit.tool == "GitHub Copilot"


def test_co_authors_of_a_squash_are_known(repository):
    message = "Add (#4)\n\nCo-authored-by: Dave <dave@acme.io>\nCo-authored-by: fmt[bot] <x@y.io>\n"
    sha = repository.commit({"a.tf": "1"}, message, BRUNO)

    assert [person.name for person in _credit(repository, sha).others] == ["Dave"]


def test_a_line_of_a_branch_too_long_to_read_whole_is_its_own_authors(repository):
    repository.commit({"a.tf": "a = 1\nb = 1\n"})
    repository.git("checkout", "--quiet", "-b", "side")
    repository.commit({"a.tf": "a = 2\nb = 1\n"}, "A", "Dave <dave@acme.io>")
    commits = "".join(
        f"commit refs/heads/side\ncommitter {BRUNO} {repository.clock + n} +0000\ndata 1\nx\n"
        + ("from refs/heads/side^0\n" if n == 1 else "")
        for n in range(1, 206)
    )
    repository.git("fast-import", "--quiet", stdin=commits.encode())
    repository.git("checkout", "--quiet", "main")
    repository.git("merge", "--quiet", "--no-ff", "-m", "Merge", "side", author=CAROL)

    assert _credit(repository, repository.git("rev-parse", "HEAD")).commit.author_name == "Dave"


def test_what_a_merge_within_a_branch_wrote_is_its_authors(repository):
    repository.commit({"a.tf": "a = 1\n"})
    repository.git("checkout", "--quiet", "-b", "side")
    repository.commit({"b.tf": "b = 1\n"}, "B", BRUNO)
    repository.git("checkout", "--quiet", "-b", "deep")
    repository.commit({"c.tf": "c = 1\n"}, "C", "Dave <dave@acme.io>")
    repository.git("checkout", "--quiet", "side")
    repository.git("merge", "--quiet", "--no-ff", "--no-commit", "deep")
    repository.commit({"a.tf": "a = 2\n"}, "Merge deep", "Erin Roe <erin@acme.io>")
    repository.git("checkout", "--quiet", "main")
    repository.git("merge", "--quiet", "--no-ff", "-m", "Merge", "side", author=CAROL)

    assert _credit(repository, repository.git("rev-parse", "HEAD")).commit.author_name == "Erin Roe"
