"""Where a state's resource is declared: the calls that lead to its module, and its block."""

from dataclasses import dataclass

from remediator.iac.terraform.expressions import literal
from remediator.iac.terraform.index import IndexedFile, RepositoryIndex
from remediator.iac.terraform.modules import Call, blocks_in, call_chain
from remediator.iac.terraform.moved import moved_address
from remediator.iac.terraform.overrides import is_override
from remediator.iac.terraform.syntax import Block
from remediator.model import PROVIDER, StateAddress


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


def is_provider(block: Block, name: str, alias: str) -> bool:
    """Whether a `provider` block is the one of a local name and an alias (empty: the one without)."""
    written = block.attribute("alias")
    known = literal(written.text) if written is not None else None
    return block.labels == (name,) and (known.value if known else written and "?") == (alias or None)


def find_site(index: RepositoryIndex, root: str, at: StateAddress) -> Site | str:
    """The block that declares a state's resource, or a sentence that says why none could be found."""
    found = _declared(index, root, at)
    after = moved_address(index, root, at) if isinstance(found, str) else None
    site = _declared(index, root, after) if after is not None else None
    if after is None or site is None or isinstance(site, str):
        return found
    return (
        f"a moved block makes {at.address} {after.address} ({site.file.path}:{site.block.header.start_line}), which is "
        "not applied yet: apply its root first"
    )


def traced_site(index: RepositoryIndex, root: str, at: StateAddress) -> Site | str:
    """The same, of what was moved and not yet applied too: whose it is, is known, though it cannot be changed yet."""
    found = _declared(index, root, at)
    after = moved_address(index, root, at) if isinstance(found, str) else None
    site = _declared(index, root, after) if after is not None else found
    return found if isinstance(site, str) else site


def _declared(index: RepositoryIndex, root: str, at: StateAddress) -> Site | str:
    chain = call_chain(index, root, at.module)
    if isinstance(chain, str):
        return chain
    folder = chain[-1].folder if chain else index.module_folder(root)
    if at.mode == PROVIDER:
        found = [(f, b) for f, b in blocks_in(index, folder, PROVIDER) if is_provider(b, at.type, at.name)]
    else:
        type_ = "data" if at.mode == "data" else "resource"
        found = [(f, b) for f, b in blocks_in(index, folder, type_) if b.labels == (at.type, at.name)]
    for file, block in sorted(found, key=lambda pair: is_override(pair[0].seen)):
        return Site(chain, file, block)
    broken = next((f for f in index.directory(folder) if f.source.problem), None)
    if broken is not None:
        return f"{broken.path} could not be read: {broken.source.problem}"
    if at.mode == PROVIDER:
        return f"no file in {folder or '.'} has a block for {at.address}"
    return f"no file in {folder or '.'} declares {at.type}.{at.name}; it may have been removed or renamed without apply"
