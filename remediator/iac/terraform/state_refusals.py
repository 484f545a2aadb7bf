"""Why something is no state that can be read, each as a sentence that says how to go on."""

from collections.abc import Mapping

from pydantic import JsonValue

__all__ = ["TELLING", "crowded", "misfit", "no_state", "not_json"]

_PLAN = ("resource_changes", "planned_values")
TELLING = frozenset({"encrypted_data", "format_version", *_PLAN})
"""Names at the top of what is no state, by which it is known."""


def not_json(where: str, problem: str, first: str) -> str:
    """Of what is no JSON; `first` is its first character that is not space, empty where there is none."""
    if not first and "UTF-8" not in problem:
        return f"{where} is empty; check its key and workspace, or run `terraform apply` there first"
    if first == "<":
        return (
            f"{where} is not JSON but a page of HTML or XML, as a sign-in or an error is; check the reference, and the "
            "token or role that reads it"
        )
    if problem == "holds NUL bytes" or first == "\0":
        return f"{where} holds NUL bytes, so it was not written whole; restore a backup or an older version of it"
    if "not JSON" not in problem:
        problem = f"is not JSON that can be read, since it {problem}"
    return f"{where} {problem}; run `terraform state pull`, and restore a backup if that fails"


def no_state(where: str, top: Mapping[str, JsonValue]) -> str:
    """Of JSON that is no state of version 4; `top` holds its version, and has the names that were seen at its top."""
    if "encrypted_data" in top:
        return (
            f'{where} is encrypted by OpenTofu; set state_command = ["tofu", "state", "pull"] for its root, with '
            "state_command_dir the folder where `tofu init` was run, or give the output of `tofu state pull` as a file"
        )
    if "format_version" in top:
        what = "a plan" if any(name in top for name in _PLAN) else "the output of `terraform show -json`"
        return f"{where} is {what}, not a state; give the output of `terraform state pull`"
    version = top.get("version")
    if isinstance(version, bool) or not isinstance(version, int):
        return (
            f"{where} is JSON but no state, since it has no version; check that the reference names a state, not a "
            "file of variables or an error"
        )
    if version < 4:
        return (
            f"{where} has version {version}, of Terraform before 0.12, and only version 4 is read; "
            "upgrade it by an apply with a newer Terraform"
        )
    return f"{where} has version {version}, and only version 4 is read; upgrade remediator"


def crowded(where: str, most: int) -> str:
    """Of a state with more instances than are read."""
    return f"{where} holds more than {most:,} resource instances, which is not read; split its root"


def misfit(where: str, place: str) -> str:
    """Of a state with something at a place that Terraform does not write there."""
    return f"{where} is not a state as Terraform writes it (at {place[:200]}); compare it with `terraform state pull`"
