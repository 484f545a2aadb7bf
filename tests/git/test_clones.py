import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from remediator.config import RepositoryConfig
from remediator.errors import RemediatorError
from remediator.git.clones import sync
from remediator.git.objects import list_tree
from remediator.git.process import run


def _sync(url, state_dir, branch="main"):
    return sync(RepositoryConfig(name="infra", url=str(url), branch=branch), state_dir)


def test_the_first_sync_clones_and_the_next_fetches(repository, tmp_path):
    first = repository.commit({"a.tf": "a = 1\n"})

    clone = repository.sync()

    assert clone.path == tmp_path / "state" / "clones" / "infra.git"
    assert (clone.branch, clone.head) == ("main", first)

    second = repository.commit({"a.tf": "a = 2\n"})

    assert repository.sync().head == second


def test_a_history_that_was_rewritten_is_followed(repository):
    repository.commit({"a.tf": "a = 1\n"})
    repository.commit({"a.tf": "a = 2\n"})
    repository.sync()
    repository.git("reset", "--quiet", "--hard", "HEAD^")
    rewritten = repository.commit({"a.tf": "a = 3\n"})

    assert repository.sync().head == rewritten


def test_a_branch_that_became_a_folder_of_branches_is_followed(repository):
    repository.commit({"a.tf": "a = 1\n"})
    repository.git("branch", "team")
    repository.sync()
    repository.git("branch", "-D", "team")
    repository.git("branch", "team/x")

    assert repository.sync(branch="team/x").branch == "team/x"


@pytest.mark.parametrize("damage", ["head", "pack", "config"])
def test_a_broken_clone_is_made_again(repository, damage):
    head = repository.commit({"a.tf": "a = 1\n"})
    clone = repository.sync()
    if damage == "head":
        (clone.path / "HEAD").unlink()
    elif damage == "pack":
        shutil.rmtree(clone.path / "objects")
        (clone.path / "objects").mkdir()
    else:
        (clone.path / "config").write_text("[broken")

    clone = repository.sync()

    assert clone.head == head
    assert [entry.path for entry in list_tree(clone, head)] == ["a.tf"]


def test_what_a_killed_run_left_behind_does_not_matter(repository):
    repository.commit({"a.tf": "a = 1\n"})
    clone = repository.sync()
    (clone.path.parent / ".infra~half").mkdir()
    (clone.path / "refs" / "heads" / "main.lock").write_text("")
    (clone.path / "packed-refs.lock").write_text("")
    head = repository.commit({"a.tf": "a = 2\n"})

    assert repository.sync().head == head
    assert {path.name for path in clone.path.parent.iterdir()} == {"infra.git", "infra.lock"}


def test_another_url_under_the_same_name_is_cloned_afresh(make_repository):
    one, two = make_repository("one"), make_repository("two")
    one.commit({"a.tf": "a = 1\n"})
    head = two.commit({"b.tf": "b = 1\n"})
    one.sync()

    assert two.sync().head == head


def test_two_at_once_do_no_harm(repository):
    head = repository.commit({f"f{n}.tf": "a = 1\n" for n in range(50)})

    with ThreadPoolExecutor(4) as threads:
        heads = [clone.head for clone in threads.map(lambda _: repository.sync(), range(4))]

    assert heads == [head] * 4


def test_an_unreachable_repository_costs_no_clone(repository):
    head = repository.commit({"a.tf": "a = 1\n"})
    clone = repository.sync()
    repository.path.rename(repository.path.with_name("away"))
    repository.path.mkdir()

    with pytest.raises(RemediatorError, match="no git repository at"):
        repository.sync()
    assert [entry.path for entry in list_tree(clone, head)] == ["a.tf"]


def test_bad_repositories_are_named_in_sentences(repository, tmp_path):
    with pytest.raises(RemediatorError, match=r"repository 'infra': there is nothing at .*; correct its url"):
        _sync(tmp_path / "none", tmp_path)
    with pytest.raises(RemediatorError, match="is empty; push a first commit"):
        repository.sync()
    repository.commit({"a.tf": "a = 1\n"})
    with pytest.raises(RemediatorError, match=r"there is no branch 'mian' in .*; it has main"):
        repository.sync(branch="mian")
    with pytest.raises(RemediatorError, match="not a branch name"):
        repository.sync(branch="--all")
    with pytest.raises(RemediatorError, match="cannot be reached"):
        _sync("https://127.0.0.1:1/acme/infra.git", tmp_path)


def test_a_shallow_repository_is_refused(repository, tmp_path):
    repository.commit({"a.tf": "a = 1\n"})
    repository.commit({"a.tf": "a = 2\n"})
    repository.git("clone", "--quiet", "--depth=1", f"file://{repository.path}", str(tmp_path / "copy"))

    with pytest.raises(RemediatorError, match=r"is a shallow clone.*run `git fetch --unshallow` in it"):
        _sync(tmp_path / "copy", tmp_path / "other")
    assert not Path(tmp_path / "other" / "clones" / "infra.git").exists()


def test_a_clone_shows_no_token_and_can_be_sent_to_another_process(repository):
    import pickle

    repository.commit({"a.tf": "a = 1\n"})
    clone = repository.sync()

    assert pickle.loads(pickle.dumps(clone)) == clone


def test_a_commit_graph_is_kept_up_to_date(repository) -> None:
    for _ in range(2):
        repository.commit({"main.tf": f"# {repository.clock}\n"})
        clone = repository.sync()

        chain = (clone.path / "objects" / "info" / "commit-graphs" / "commit-graph-chain").read_text().split()
        assert chain
        assert run(clone.path, ["commit-graph", "verify"])[0] == 0
