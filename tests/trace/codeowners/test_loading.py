import tracemalloc

from remediator.config import Config, ForgeConfig, RepositoryConfig
from remediator.trace.codeowners import load_codeowners
from remediator.trace.codeowners.dialects import MAX_BYTES


def _owners(repository, config=None, path="x"):
    clone = repository.sync()
    return load_codeowners(clone, clone.head, config or Config()).owners(path)


def test_the_first_codeowners_file_counts_and_a_link_does_not(repository):
    repository.commit({"docs/CODEOWNERS": "* @docs\n", "CODEOWNERS": "* @root\n"})
    assert _owners(repository) == ("@root",)

    repository.commit({"CODEOWNERS": None})
    (repository.path / "CODEOWNERS").symlink_to("/etc/passwd")
    repository.commit({})
    assert _owners(repository) == ("@docs",)

    repository.commit({"CODEOWNERS": None, "docs/CODEOWNERS": None})
    assert _owners(repository) == ()


def test_the_dialect_is_the_forges_or_as_configured(repository):
    repository.commit({"CODEOWNERS": "* @a\n[X]\n* @b\n", ".github/CODEOWNERS": "* @c\n"})
    name = repository.sync().name

    def config(**fields):
        forges = {"hub": ForgeConfig(kind="github"), "here": ForgeConfig(kind="local")}
        return Config(forges=forges, repositories=(RepositoryConfig(name=name, url="x", **fields),))

    assert _owners(repository, config(forge="hub")) == ("@c",)
    assert _owners(repository, config(forge="here")) == ("@c",)
    assert _owners(repository, config(forge="hub", codeowners="gitlab")) == ("@a", "@b")


def test_what_is_wrong_is_said_with_the_files_own_path(repository):
    repository.commit({".github/CODEOWNERS": "* @docs\n!x @y\n"})
    clone = repository.sync()

    (problem,) = load_codeowners(clone, clone.head, Config()).problems
    assert problem.startswith(".github/CODEOWNERS line 2 is skipped: ")


def test_of_a_huge_file_no_more_is_held_than_a_file_may_have(repository):
    repository.commit({"CODEOWNERS": b"* @docs\n" + b"#" * (20 * MAX_BYTES)})
    clone = repository.sync()
    tracemalloc.start()
    owners = load_codeowners(clone, clone.head, Config())
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert owners.sections == ()
    assert "3,000,000 bytes or more" in owners.problems[0]
    assert peak < 8 * MAX_BYTES
