import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from remediator.agents.apply import apply_plan
from remediator.agents.checkout import MAX_FILE_BYTES
from remediator.errors import RemediatorError
from remediator.planfile.encoding import MAX_BYTES

MAIN = "envs/dev/main.tf"
Written = Callable[..., Path]
Document = dict[str, Any]


@pytest.fixture
def one(swap: Callable[..., object]) -> object:
    return swap(MAIN, b'"p3.2xlarge"', b'"g5.xlarge"')


def redirect(path: str) -> Callable[[Document], None]:
    """Point everything in a plan file at another path."""

    def tamper(document: Document) -> None:
        for part in (*document["edits"], *document["rollback"]["edits"]):
            part["path"] = path
        for condition in document["preconditions"]:
            if "path" in condition:
                condition["path"] = path
        document["constraints"]["allowed_paths"] = [path]

    return tamper


@pytest.mark.parametrize(
    "path",
    [
        "/etc/main.tf",
        "../main.tf",
        "envs/../../main.tf",
        "envs//dev/main.tf",
        "./main.tf",
        "envs/dev/",
        "..\\main.tf",
        "C:/main.tf",
        ".git/config.tf",
        ".GIT/main.tf",
        "envs/.git./main.tf",
        "git~1/../main.tf",
        "hook.sh",
        ".github/workflows/ci.yml",
        "main.tf.sh",
    ],
)
def test_a_path_that_may_not_be_edited_is_refused(repo: Path, written: Written, one: object, path: str) -> None:
    with pytest.raises(RemediatorError, match="would edit"):
        apply_plan(written(one, tamper=redirect(path)), repo)


def test_a_path_outside_allowed_paths_is_refused(repo: Path, written: Written, one: object) -> None:
    plan = written(one, tamper=lambda d: d["constraints"].update(allowed_paths=[]))
    with pytest.raises(RemediatorError, match="not among its allowed_paths"):
        apply_plan(plan, repo)


def test_more_files_than_allowed_are_refused(repo: Path, written: Written, one: object) -> None:
    with pytest.raises(RemediatorError, match="more than its max_files"):
        apply_plan(written(one, tamper=lambda d: d["constraints"].update(max_files=0)), repo)


@pytest.mark.parametrize("conditions", [[], [{"kind": "file_sha256", "path": MAIN, "sha256": "0" * 64}] * 2])
def test_a_file_without_exactly_one_hash_is_refused(
    repo: Path, written: Written, one: object, conditions: list[Document]
) -> None:
    with pytest.raises(RemediatorError, match="exactly one file_sha256"):
        apply_plan(written(one, tamper=lambda d: d.update(preconditions=conditions)), repo)


@pytest.mark.parametrize(
    "edit",
    [
        {"start": 0},
        {"end": 10**9},
        {"start": 10**9, "end": 10**9, "old_text": ""},
        {"start": 20, "end": 10, "old_text": ""},
        {"old_text": '"p3.8xlarge"'},
        {"old_text": ""},
    ],
)
def test_an_edit_that_does_not_fit_its_file_is_refused(
    repo: Path, written: Written, one: object, edit: Document
) -> None:
    before = (repo / MAIN).read_bytes()
    with pytest.raises(RemediatorError, match="does not read what plan"):
        apply_plan(written(one, tamper=lambda d: d["edits"][0].update(edit)), repo)
    assert (repo / MAIN).read_bytes() == before


def test_edits_that_overlap_are_refused(repo: Path, written: Written, one: object) -> None:
    with pytest.raises(RemediatorError, match="does not read what plan"):
        apply_plan(written(one, tamper=lambda d: d["edits"].append(d["edits"][0])), repo)


def test_a_region_that_reads_otherwise_is_refused(repo: Path, written: Written, one: object) -> None:
    region = {"kind": "text_at", "path": MAIN, "start": 0, "end": 1, "text": "!"}
    with pytest.raises(RemediatorError, match="does not read what plan"):
        apply_plan(written(one, tamper=lambda d: d["preconditions"].append(region)), repo)


def test_a_symbolic_link_to_a_file_is_not_followed(repo: Path, written: Written, one: object, tmp_path: Path) -> None:
    plan = written(one)
    outside = tmp_path / "outside.tf"
    (repo / MAIN).rename(outside)
    (repo / MAIN).symlink_to(outside)
    before = outside.read_bytes()
    with pytest.raises(RemediatorError, match="leads through a symbolic link"):
        apply_plan(plan, repo)
    assert outside.read_bytes() == before


def test_a_symbolic_link_to_a_folder_is_not_followed(repo: Path, written: Written, one: object, tmp_path: Path) -> None:
    plan = written(one)
    (repo / "envs").rename(tmp_path / "outside")
    (repo / "envs").symlink_to(tmp_path / "outside", target_is_directory=True)
    with pytest.raises(RemediatorError, match="leads through a symbolic link"):
        apply_plan(plan, repo)


def test_a_folder_swapped_for_a_link_while_it_is_written_leads_nowhere(
    repo: Path, written: Written, one: object, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan, outside, real = written(one), tmp_path / "outside", tmp_path / "real"
    outside.mkdir()
    (outside / "main.tf").write_bytes((repo / MAIN).read_bytes())
    before = (outside / "main.tf").read_bytes()
    fsync = os.fsync

    def swap_then_sync(descriptor: int) -> None:
        if not real.exists():
            (repo / "envs" / "dev").rename(real)
            (repo / "envs" / "dev").symlink_to(outside, target_is_directory=True)
        fsync(descriptor)

    monkeypatch.setattr(os, "fsync", swap_then_sync)
    assert apply_plan(plan, repo) == (MAIN,)
    assert (outside / "main.tf").read_bytes() == before
    assert sorted(p.name for p in outside.iterdir()) == ["main.tf"]
    assert b"g5.xlarge" in (real / "main.tf").read_bytes()


def test_a_link_laid_where_the_partial_file_goes_is_not_written_through(
    repo: Path, written: Written, one: object, tmp_path: Path
) -> None:
    plan, victim = written(one), tmp_path / "victim"
    victim.write_text("precious")
    plan_id = json.loads(plan.read_bytes())["plan_id"]
    (repo / "envs" / "dev" / f".main.tf.{plan_id}.partial").symlink_to(victim)
    assert apply_plan(plan, repo) == (MAIN,)
    assert victim.read_text() == "precious"
    assert sorted(p.name for p in (repo / "envs" / "dev").iterdir()) == ["dev.tfvars", "main.tf"]


@pytest.mark.parametrize("make", [os.mkfifo, os.mkdir])
def test_what_is_no_regular_file_is_not_read(
    repo: Path, written: Written, one: object, make: Callable[[Path], None]
) -> None:
    plan = written(one)
    (repo / MAIN).unlink()
    make(repo / MAIN)
    with pytest.raises(RemediatorError, match=r"not a regular file|cannot be read"):
        apply_plan(plan, repo)


def test_a_huge_file_is_not_read_whole(repo: Path, written: Written, one: object) -> None:
    plan = written(one)
    with (repo / MAIN).open("wb") as file:
        file.truncate(100 * MAX_FILE_BYTES)
    with pytest.raises(RemediatorError, match=f"larger than {MAX_FILE_BYTES} bytes"):
        apply_plan(plan, repo)


def test_a_huge_plan_file_is_not_read_whole(repo: Path, tmp_path: Path) -> None:
    with (tmp_path / "huge.json").open("wb") as file:
        file.truncate(100 * MAX_BYTES)
    with pytest.raises(RemediatorError, match=f"larger than {MAX_BYTES} bytes"):
        apply_plan(tmp_path / "huge.json", repo)
