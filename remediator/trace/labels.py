"""The tags that may name an owner: on the live resource, in its state, and in the `default_tags` of its root."""

from collections.abc import Iterator

from remediator.config import RootConfig
from remediator.iac.terraform.index import RepositoryIndex
from remediator.iac.terraform.language.grammar import ExpressionError, compiled
from remediator.iac.terraform.language.nodes import Literal, Object
from remediator.iac.terraform.modules import blocks_in
from remediator.iac.terraform.syntax import Block
from remediator.model import Attributes, Change
from remediator.trace.claims import Labels

_TAGS = "tags."


def labels_of(
    change: Change, index: RepositoryIndex | None = None, root: RootConfig | None = None
) -> tuple[Labels, ...]:
    """All tags of a change's resource, with where each stands; of the defaults those that it does not override."""
    found = [Labels("on the resource", change.resource.tags)]
    if change.declared is not None:
        attributes = change.declared.attributes.items()
        stated = {name.removeprefix(_TAGS): value for name, value in attributes if name.startswith(_TAGS)}
        found.append(Labels("in the state", Attributes(stated)))
    if index is not None and root is not None:
        own = {name for label in found for name in label.tags}  # a resource's own tag replaces the default
        written = (pair for block in _providers(index, root) for pair in _written(block))
        defaults = {name: value for name, value in written if name not in own}
        found.append(Labels(f"in default_tags of {root.path or '.'}", Attributes(defaults)))
    return tuple(label for label in found if label.tags)


def _providers(index: RepositoryIndex, root: RootConfig) -> Iterator[Block]:
    # Providers of other accounts or regions carry an alias; what they say is not said of all.
    for _, block in blocks_in(index, index.module_folder(root.path), "provider"):
        if block.attribute("alias") is None:
            yield from block.nested("default_tags")


def _written(block: Block) -> Iterator[tuple[str, str]]:
    """The tags that are written out; what is computed is left to the live tags."""
    attribute = block.attribute("tags")
    try:
        node = compiled(attribute.text) if attribute else None
    except ExpressionError:
        return
    for entry in node.entries if isinstance(node, Object) else ():
        if isinstance(entry.key, Literal) and isinstance(entry.value, Literal):
            name, value = entry.key.value, entry.value.value
            if isinstance(name, str) and isinstance(value, str):
                yield name, value
