"""What a commit holds: the code of a folder, and where links lead."""

from pathlib import Path

from remediator.run.trees import tree_at


def test_the_code_of_a_module_and_of_what_its_links_lead_to(repository) -> None:
    repository.write(
        {
            "live/a/main.tf": "a",
            "live/a/b.tfvars": "b",
            "live/a/notes.md": "c",
            "live/a/deep/main.tf": "d",
            "shared/common.tf": "e",
            "shared/notes.md": "f",
            "vars/only.tfvars": "g",
        }
    )
    for name, target in (
        ("common.tf", "../../shared/common.tf"),
        ("notes.tf", "../../shared/notes.md"),
        ("out.tf", "../../../../../etc/passwd"),
        ("long.tf", "x" * 4_000),
    ):
        (Path(repository.path) / "live/a" / name).symlink_to(target)
    repository.commit({})
    clone = repository.sync()

    tree = tree_at(clone, clone.head)

    assert {path for path in tree.blobs if path.startswith("live/a/")} == {
        "live/a/main.tf",
        "live/a/b.tfvars",
        "live/a/notes.md",
        "live/a/deep/main.tf",
    }
    assert tree.links["live/a/common.tf"] == "shared/common.tf"
    code, links = tree.code_in("live/a")
    assert [path for path, _ in code] == ["live/a/b.tfvars", "live/a/main.tf", "shared/common.tf"]
    assert set(links) == {"live/a/common.tf", "live/a/notes.tf", "live/a/out.tf", "live/a/long.tf"}
    assert links["live/a/out.tf"].startswith("..")
    assert tree.code_in("vars") == ([], {})  # values alone are no module
    assert tree.code_in("nowhere") == ([], {})
