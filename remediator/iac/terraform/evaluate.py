"""The one evaluator: from an attribute of a resource to the literal that it takes its value from."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from posixpath import basename, join, normpath

from remediator.config import RootConfig
from remediator.iac.terraform.expressions import described, literal, reference
from remediator.iac.terraform.index import IndexedFile, RepositoryIndex, normal
from remediator.iac.terraform.modules import Call, blocks_in, call_chain
from remediator.iac.terraform.syntax import Attribute, Block, Span
from remediator.model import Role, SourceLocation, StateAddress, Value, ValueTrace

_MAX_HOPS = 64


@dataclass(frozen=True, slots=True)
class Site:
    """Where a resource is declared: the calls that lead to its module, outermost first, its file and its block."""

    calls: tuple[Call, ...]
    file: IndexedFile
    block: Block

    @property
    def folder(self) -> str:
        """The folder of the module it stands in."""
        return self.file.directory


def find_site(index: RepositoryIndex, root: str, at: StateAddress) -> Site | str:
    """The block that declares a state's resource, or a sentence that says why none could be found."""
    chain = call_chain(index, root, at.module)
    if isinstance(chain, str):
        return chain
    folder = chain[-1].folder if chain else normal(root)
    type_ = "data" if at.mode == "data" else "resource"
    for file, block in blocks_in(index, folder, type_):
        if block.labels == (at.type, at.name):
            return Site(chain, file, block)
    broken = next((f for f in index.directory(folder) if f.source.problem), None)
    if broken is not None:
        return f"{broken.path} could not be read: {broken.source.problem}"
    return f"no file in {folder or '.'} declares {at.type}.{at.name}; it may have been removed or renamed without apply"


@dataclass(frozen=True, slots=True)
class _Step:
    """Where an expression stands: in the module reached by `calls`, as an attribute of a file."""

    calls: tuple[Call, ...]
    file: IndexedFile
    attribute: Attribute
    role: Role
    address: str


def trace_value(index: RepositoryIndex, root: RootConfig, site: Site, path: str) -> ValueTrace:
    """Follow an attribute (`instance_type`, `root_block_device.volume_type`) to the literal it takes its value from.

    An absent attribute gives the block it would stand in. Variables are followed through module arguments, tfvars in
    Terraform's own order, and defaults; plain locals too; whatever else is met is named in `unresolved`.
    """
    locate = _Locator(index)
    *outer, name = path.split(".")
    block = site.block
    for type_ in outer:
        inside = block.nested(type_)
        if len(inside) != 1:
            where = locate.at(site.file, site.block.span, Role.BLOCK, site.block.address, path)
            problem = f"{site.block.address} has {len(inside)} {type_} blocks" if inside else None
            return ValueTrace(path, None, (where,), unresolved=problem)
        block = inside[0]
    attribute = block.attribute(name)
    if attribute is None:
        return ValueTrace(path, None, (locate.at(site.file, block.span, Role.BLOCK, site.block.address, path),))
    step = _Step(site.calls, site.file, attribute, Role.ATTRIBUTE, site.block.address)
    passed: list[SourceLocation] = []
    for _ in range(_MAX_HOPS):
        here = locate.at(step.file, step.attribute.value, step.role, step.address, path)
        found = literal(step.attribute.text)
        if found is not None:
            role = Role.LITERAL if step.role is Role.ATTRIBUTE else step.role
            return ValueTrace(path, found.value, (*passed, replace(here, role=role)))
        passed.append(here)
        onward = _follow(index, root, step)
        if isinstance(onward, str):
            return ValueTrace(path, None, tuple(passed), unresolved=onward)
        step = onward
    return ValueTrace(path, None, tuple(passed), unresolved=f"{path} refers to itself")


@dataclass(frozen=True, slots=True)
class _Locator:
    index: RepositoryIndex

    def at(self, file: IndexedFile, span: Span, role: Role, address: str, attribute: str) -> SourceLocation:
        return SourceLocation(
            self.index.repository,
            self.index.commit,
            file.path,
            file.blob,
            span.start,
            span.end,
            span.start_line,
            span.end_line,
            role,
            address,
            attribute,
        )


def _follow(index: RepositoryIndex, root: RootConfig, step: _Step) -> _Step | str:
    where = f"{step.file.path}:{step.attribute.value.start_line}"
    parts = reference(step.attribute.text)
    if parts is None or len(parts) != 2 or parts[0] not in ("var", "local"):
        return f"{step.attribute.name} is {described(step.attribute.text)} ({where})"
    folder = step.calls[-1].folder if step.calls else normal(root.path)
    if parts[0] == "local":
        found = next(
            (
                _Step(step.calls, file, attribute, Role.LOCAL, f"local.{parts[1]}")
                for file, block in blocks_in(index, folder, "locals")
                if (attribute := block.attribute(parts[1])) is not None
            ),
            None,
        )
        return found or f"local.{parts[1]} is not declared ({where})"
    return _variable(index, root, step, folder, parts[1]) or (
        f"var.{parts[1]} has no value in the repository; it is given by -var, the environment or a service ({where})"
    )


def _variable(index: RepositoryIndex, root: RootConfig, step: _Step, folder: str, name: str) -> _Step | None:
    address = f"var.{name}"
    if step.calls:
        call = step.calls[-1]
        argument = call.block.attribute(name)
        if argument is not None:
            return _Step(step.calls[:-1], call.file, argument, Role.MODULE_ARGUMENT, call.block.address)
    else:
        given = [_Step((), f, a, Role.TFVARS, address) for f in tfvars(index, root) for a in _named(f, name)]
        if given:
            return given[-1]
    for file, block in blocks_in(index, folder, "variable"):
        default = block.attribute("default") if block.labels == (name,) else None
        if default is not None and default.text != "null":
            return _Step(step.calls, file, default, Role.VARIABLE_DEFAULT, address)
    return None


def _named(file: IndexedFile, name: str) -> Iterator[Attribute]:
    return (a for a in file.source.attributes if a.name == name)


def tfvars(index: RepositoryIndex, root: RootConfig) -> Sequence[IndexedFile]:
    """The variable files of a root in Terraform's order, the last one winning.

    `terraform.tfvars`, then `*.auto.tfvars` by name, then the root's own `var_files`
    (https://developer.hashicorp.com/terraform/language/values/variables#variable-definition-precedence).
    """
    inside = [f for f in index.folders.get(normal(root.path), ()) if f.path.endswith(".tfvars")]
    automatic = sorted((f for f in inside if f.path.endswith(".auto.tfvars")), key=lambda f: f.path)
    plain = [f for f in inside if basename(f.path) == "terraform.tfvars"]
    named = [index.files.get(normpath(join(normal(root.path), name))) for name in root.var_files]
    return (*plain, *automatic, *(f for f in named if f is not None))


def converted(value: Value, like: Value) -> Value:
    """A value as Terraform converts it to the type of another: "3000" like 3000 is 3000."""
    if isinstance(value, str) and isinstance(like, bool):
        return {"true": True, "false": False}.get(value, value)
    if isinstance(value, str) and isinstance(like, int | float):
        try:
            return float(value) if "." in value else int(value)
        except ValueError:
            return value
    if isinstance(like, str) and isinstance(value, int | float):
        return str(value).lower() if isinstance(value, bool) else f"{value:g}"
    return value
