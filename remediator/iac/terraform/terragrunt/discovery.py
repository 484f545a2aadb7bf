"""Where the states of units are: what their `remote_state` or a generated backend block says."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence

from remediator.config import RootConfig
from remediator.iac.terraform.backends import Known, Unplaced, placed
from remediator.iac.terraform.index import RepositoryIndex, Unit, normal
from remediator.iac.terraform.language.functions.protocol import EvaluationError
from remediator.iac.terraform.language.values import Evaluated, Fields, RefusedError
from remediator.iac.terraform.syntax import Block, parse
from remediator.iac.terraform.terragrunt.file import TerragruntFile
from remediator.iac.terraform.terragrunt.passing import grounded
from remediator.iac.terraform.terragrunt.unit import opened, said
from remediator.iac.terraform.terragrunt.units import files_of
from remediator.model import Role

__all__ = ["units_discovered"]

_BACKEND = re.compile(r'backend\s+\\?"(\w+)')


def units_discovered(
    index: RepositoryIndex,
    read: Callable[[str], bytes],
    roots: Sequence[RootConfig],
    unplaced: Sequence[Unplaced],
    known: Known | None = None,
) -> tuple[tuple[RootConfig, ...], tuple[Unplaced, ...]]:
    """The roots found by backend blocks with those that are units, and the same of what is not placed.

    A module that units take from another folder is no root of its own.
    """
    modules = {unit.module for unit in index.units.values() if unit.module != unit.path}
    others: tuple[RootConfig | Unplaced, ...] = (*roots, *unplaced)
    found: dict[str, list[RootConfig | Unplaced]] = {}
    for one in others:
        if normal(one.path) not in modules:
            found.setdefault(normal(one.path), []).append(one)
    for unit in index.units.values():
        made = _discovered(index, unit, read, known or Known())
        if made is not None:
            found[unit.path] = [made] if isinstance(made, Unplaced) else list(made)
    ordered = [one for path in sorted(found) for one in found[path]]
    return (
        tuple(one for one in ordered if isinstance(one, RootConfig)),
        tuple(one for one in ordered if isinstance(one, Unplaced)),
    )


def _discovered(
    index: RepositoryIndex, unit: Unit, read: Callable[[str], bytes], known: Known
) -> tuple[RootConfig, ...] | Unplaced | None:
    """A unit as a root a workspace; None where only a backend block of its own folder can say where its state is."""
    path = unit.path or "."
    if unit.file not in index.files:
        return Unplaced(path, unit.reason or unit.file)
    try:
        files = files_of(index, read)
        where = _state(opened(index, unit.path, files, files.seen, {}))
    except (EvaluationError, RefusedError) as error:
        return Unplaced(path, said(unit.file, error))
    if where is not None:
        return placed(*where, path, known)
    if unit.module == unit.path:
        return None
    return Unplaced(path, unit.reason or f"{unit.file} has no remote_state; name the unit with its state yourself")


def _state(file: TerragruntFile) -> tuple[str, str, Mapping[str, str | None]] | None:
    """Where it is said, the kind of the backend, and its settings, None for those that are not known."""
    for one in file.nearest():
        for where, settings in _remote_states(one):
            kind = settings.get("backend", Evaluated(None)).data
            return where, kind if isinstance(kind, str) else "remote_state", _texts(settings.get("config"))
    for one in file.nearest():
        for block in one.blocks("generate"):
            contents = block.attribute("contents")
            text = one.value(contents, Role.ATTRIBUTE, "contents") if contents is not None else Evaluated(None)
            found = _backend(text.data) if isinstance(text.data, str) else None
            where = f"{one.position.file}:{block.header.start_line}"
            unread = _BACKEND.search(contents.text) if contents is not None and not text.known else None
            if unread is not None:
                return where, unread[1], {}
            if found is not None:
                return where, found.labels[0], {a.name: a.text.strip('"') for a in found.attributes}
    return None


def _remote_states(file: TerragruntFile) -> Iterator[tuple[str, Mapping[str, Evaluated]]]:
    """Where a file says it, and the settings there: in a block, or in an attribute of the same name."""
    for block in file.blocks("remote_state"):
        settings = {a.name: file.value(a, Role.ATTRIBUTE, "remote_state") for a in block.attributes}
        yield f"{file.position.file}:{block.header.start_line}", settings
    attribute = file.attribute("remote_state")
    if attribute is not None:
        data = file.value(attribute, Role.ATTRIBUTE, "remote_state").data
        yield f"{file.position.file}:{attribute.span.start_line}", data.fields if isinstance(data, Fields) else {}


def _backend(text: str) -> Block | None:
    for top in parse(text.encode("utf-8", "replace")).blocks:
        for block in top.nested("backend") if top.type == "terraform" else ():
            if len(block.labels) == 1:
                return block
    return None


def _texts(config: Evaluated | None) -> Mapping[str, str | None]:
    data = config.data if config is not None else None
    if not isinstance(data, Fields):
        return {}
    values = {name: grounded(value).data for name, value in data.fields.items()}
    return {name: value if isinstance(value, str) else None for name, value in values.items()}
