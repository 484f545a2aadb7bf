"""Reasons why a person must decide: each a sentence that names the file and line to look at, or None."""

import re
from collections.abc import Sequence

from remediator.edit.case import Case
from remediator.iac.terraform.configuration.module import Declared
from remediator.iac.terraform.configuration.traces import LIFECYCLE, Followed
from remediator.iac.terraform.expressions import literal
from remediator.iac.terraform.modules import blocks_in
from remediator.iac.terraform.overrides import is_override
from remediator.iac.terraform.providers import in_lock, locked_version, long_needed, needed
from remediator.iac.terraform.syntax import Block
from remediator.iac.terraform.versions import allows_from
from remediator.model import SetAttribute, Value, ValueTrace

PROVIDER = "hashicorp/aws"
LANGUAGE = "0.12.0"
"""The Terraform that brought the language as it is evaluated and written here: expressions without quotation marks,
`null`, `for_each` (https://github.com/hashicorp/terraform/blob/v0.12.0/CHANGELOG.md). Nothing that an edit writes
needs a newer one.
"""
_SHOWN = 5
_LONGEST = 80
"""Characters of a value that a sentence shows."""


def value_doubt(trace: ValueTrace, action: SetAttribute, stated: Value) -> str | None:
    """Whether code, state and live tell the same story; `stated` is None where the state does not say.

    A live value that is already the target while code is not is no doubt: the edit aligns the code with it.
    """
    spot = place(trace)
    absent = trace.value is None
    code, live, target = trace.value, action.live, action.target
    shown = (
        f"{spot}: {action.path} is {_shown(code)} in the code, {_shown(stated)} in the state and {_shown(live)} live"
    )
    if not absent and same(code, target):
        return f"{shown}; code is ahead of live: apply is pending"
    if live is not None and same(live, target):
        agreed = stated is None or same(stated, live) or same(stated, code)
        return None if agreed else f"{shown}; find out who sets it before it is changed"
    known = [value for value in (code, stated, live) if value is not None]
    if any(not same(known[0], value) for value in known[1:]):
        return f"{shown}; a -var, CI variable, another workspace or drift is at work"
    if not absent and len(known) == 1:
        return f"{shown}; nothing confirms that the code is what runs"
    return None


def settled(followed: Followed, action: SetAttribute, stated: Value) -> bool:
    """Whether an attribute needs no edit: code and live (the state, where live is unknown) say the target.

    What is to go needs none where the code does not have it, whatever the provider computes for it; what Terraform is
    told of a resource's life is in the code alone.
    """
    if action.target is None:
        return bool(followed.missing)
    if action.path.split(".")[0] == LIFECYCLE:
        return followed.trace.value is not None and same(followed.trace.value, action.target)
    trace, seen = followed.trace, action.live if action.live is not None else stated
    return trace.value is not None and same(trace.value, action.target) and same(seen, action.target)


def prevented_doubt(declared: Declared, what: str = "removal") -> str | None:
    """Whether the block's `lifecycle.prevent_destroy` forbids its removal, or its replacement."""
    for lifecycle in (inner for inner in declared.nested if inner.block.type == "lifecycle"):
        prevent = lifecycle.settings.get("prevent_destroy")
        if prevent is not None and prevent.attribute.text != "false":
            where = f"{prevent.file.path}:{prevent.attribute.span.start_line}"
            return f"{where}: lifecycle.prevent_destroy forbids the {what}"
    return None


def provisioned_doubt(declared: Declared) -> str | None:
    """Whether the block has a provisioner for its own end, which would go with it and not be run.

    https://developer.hashicorp.com/terraform/language/resources/provisioners/syntax#destroy-time-provisioners
    """
    for inner in declared.nested:
        when = inner.settings.get("when") if inner.block.type == "provisioner" else None
        if when is not None and when.attribute.text.strip('"') != "create":
            where = f"{when.file.path}:{when.attribute.span.start_line}"
            return f"{where}: its provisioner for when it is destroyed would go with it, and not be run"
    return None


def twice_doubt(case: Case) -> str | None:
    """Whether the module declares the resource twice, override files apart."""
    block = case.instance.declared.block
    files = blocks_in(case.index, case.instance.module.code.folder, block.type)
    spots = [
        f"{file.path}:{twin.header.start_line}"
        for file, twin in files
        if twin.labels == block.labels and not is_override(file.seen)
    ]
    if len(spots) < 2:
        return None
    first, other, *_ = sorted(spots)
    return f"{first}: {block.address} is declared at {other} as well, which Terraform refuses; remove one of them"


def terraform_doubt(case: Case) -> str | None:
    """Whether a module on the way asks for a Terraform whose language is another than the one that is written here."""
    for folder in case.folders:
        for file, block in blocks_in(case.index, folder, "terraform"):
            written = block.attribute("required_version")
            found = literal(written.text) if written is not None else None
            if written is None or found is None or not isinstance(found.value, str):
                continue
            spot = f"{case.index.mounts.shown(file.path)}:{written.span.start_line}"
            try:
                if not allows_from(found.value, LANGUAGE):
                    why = f"code is read as Terraform {LANGUAGE} and newer read it; upgrade, or edit by hand"
                    return f"{spot}: required_version = {written.text}, and {why}"
            except ValueError as error:
                return f"{spot}: required_version: {error}"
    return None


def provider_doubt(case: Case, type_: str, attribute: str | None, value: Value = None) -> str | None:
    """Whether the root's provider is too old, or not known to be new enough, for a type, an attribute or its value."""
    root = case.root
    since, version = needed(type_, attribute, value), locked_version(case.index, root.path, PROVIDER, case.folders)
    if since is None and (locked := in_lock(case.index, root.path, PROVIDER)) is not None:
        since, version = long_needed(type_, attribute, value), locked
    if since is None or (version is not None and version >= since):
        return None
    what = f"{type_}.{attribute}" if attribute else type_
    what = f"{what} = {_shown(value)}" if value is not None and needed(type_, attribute) != since else what
    lock = f"{root.path}/.terraform.lock.hcl".removeprefix("./")
    had = f"has version {version}" if version else "does not say its version"
    return f"{lock}: the {PROVIDER} provider {had}, and {what} needs {since} or newer"


def repeated_by(block: Block) -> str | None:
    """The meta-argument that makes several instances of a block, or None."""
    return next((name for name in ("count", "for_each") if block.attribute(name) is not None), None)


def siblings_doubt(spot: str, what: str, others: tuple[str, ...]) -> str | None:
    """Whether an edit reaches further resources than those it is meant for."""
    if not others:
        return None
    return f"{spot}: {what} would also change {listed(others)}"


def listed(addresses: Sequence[str]) -> str:
    """The first few of some addresses, and how many more there are."""
    more = f" and {len(addresses) - _SHOWN} more" if len(addresses) > _SHOWN else ""
    return f"{', '.join(addresses[:_SHOWN])}{more}"


def place(trace: ValueTrace) -> str:
    """Where a trace ends, as path:line."""
    if not trace.locations:
        return "the code"
    last = trace.locations[-1]
    return last.spot


def same(one: Value, other: Value) -> bool:
    """Whether two values are one to Terraform, which reads "3000" as 3000 and "true" as true; "5.10" is not "5.1"."""
    if isinstance(one, str) and isinstance(other, str):
        return one == other
    return _plain(one) == _plain(other)


def _plain(value: Value) -> str | float | tuple[str, ...] | None:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return float(value)
    if isinstance(value, str) and re.fullmatch(r"-?\d{1,15}(\.\d+)?", value):
        return float(value)
    return value


def _shown(value: Value) -> str:
    if value is None:
        return "absent"
    text = str(value).lower() if isinstance(value, bool) else str(value)[: _LONGEST + 1]
    line = "".join(character if character.isprintable() else " " for character in text)
    return line if len(line) <= _LONGEST else f"{line[:_LONGEST]}…"
