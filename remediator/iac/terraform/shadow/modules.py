"""A module's folder read whole: JSON and OpenTofu variants, shadowed twins, override files."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from remediator.iac.terraform.shadow.declarations import Declaration, from_block, merged
from remediator.iac.terraform.shadow.json_syntax import declarations
from remediator.iac.terraform.shadow.sources import Sources

__all__ = ["Module", "read_module"]

_NATIVE, _JSON = (".tf", ".tofu"), (".tf.json", ".tofu.json")
_TOFU = (_NATIVE[1], _JSON[1])
_KINDS = frozenset({"resource", "data", "variable", "module", "output"})


@dataclass(frozen=True, slots=True)
class Module:
    """What a folder declares, overrides merged in; each mapping is by name (`aws_instance.x`, `data.aws_ami.y`).

    `problems` are sentences on files that could not be read.
    """

    folder: str
    resources: Mapping[str, Declaration] = field(default_factory=dict)
    variables: Mapping[str, Declaration] = field(default_factory=dict)
    locals: Mapping[str, str] = field(default_factory=dict)
    outputs: Mapping[str, Declaration] = field(default_factory=dict)
    calls: Mapping[str, Declaration] = field(default_factory=dict)
    problems: tuple[str, ...] = ()


def read_module(sources: Sources, folder: str, opentofu: bool = False) -> Module:
    """The module in a folder; `.tofu` files count, and hide their `.tf` twins, where OpenTofu reads it.

    Where Terraform does, they are a problem: it would judge another code than the one that is applied.
    """
    found: dict[tuple[str, str], Declaration] = {}
    local_values: dict[str, str] = {}
    only = [path for path in sources.inside(folder) if path.endswith(_TOFU) and not opentofu]
    problems = [f"{path}: it is for OpenTofu, and Terraform does not read it" for path in only]
    for path in _files(sources, folder, opentofu):
        try:
            declared = _declared(sources, path)
        except ValueError as error:
            problems.append(f"{path}: {error}")
            continue
        overrides = _is_override(path)
        for declaration in declared:
            if declaration.type == "locals":
                local_values.update(declaration.attributes)
            elif declaration.type in _KINDS and (key := _key(declaration)) is not None:
                before = found.get(key)
                if before is None:
                    found[key] = declaration
                elif overrides:
                    found[key] = merged(before, declaration)
                else:
                    problems.append(f"{path}: {key[1]} is declared twice in its module")
    return Module(
        folder,
        {name: d for (kind, name), d in found.items() if kind in ("resource", "data")},
        {name: d for (kind, name), d in found.items() if kind == "variable"},
        local_values,
        {name: d for (kind, name), d in found.items() if kind == "output"},
        {name: d for (kind, name), d in found.items() if kind == "module"},
        tuple(problems),
    )


def _files(sources: Sources, folder: str, opentofu: bool) -> list[str]:
    """The files that make up the module, overrides last, as Terraform and OpenTofu choose and order them."""
    endings = (*_NATIVE, *_JSON) if opentofu else (_NATIVE[0], _JSON[0])
    paths = [p for p in sources.inside(folder) if p.endswith(endings) and not _is_ignored(PurePosixPath(p).name)]
    names = set(paths)
    kept = [p for p in paths if not (opentofu and _twin(p) in names)]
    return sorted(kept, key=lambda path: (_is_override(path), path))


def _twin(path: str) -> str:
    for ending, twin in ((".tf.json", ".tofu.json"), (".tf", ".tofu")):
        if path.endswith(ending):
            return path.removesuffix(ending) + twin
    return ""


def _is_ignored(name: str) -> bool:
    return name.startswith(".") or name.endswith("~") or (name.startswith("#") and name.endswith("#"))


def _is_override(path: str) -> bool:
    name = PurePosixPath(path).name
    for ending in (*_JSON, *_NATIVE):
        if name.endswith(ending):
            stem = name.removesuffix(ending)
            return stem == "override" or stem.endswith("_override")
    return False


def _declared(sources: Sources, path: str) -> tuple[Declaration, ...]:
    if path.endswith(_JSON):
        return declarations(sources.content(path) or b"")
    parsed = sources.parsed(path)
    if parsed.problem is not None:
        raise ValueError(parsed.problem)
    return tuple(from_block(block) for block in parsed.blocks)


def _key(declaration: Declaration) -> tuple[str, str] | None:
    labels = declaration.labels
    if declaration.type in ("resource", "data"):
        if len(labels) != 2:
            return None
        return declaration.type, ".".join(labels if declaration.type == "resource" else ("data", *labels))
    return (declaration.type, labels[0]) if len(labels) == 1 else None
