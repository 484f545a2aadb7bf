"""A resource declared beside another, in its surroundings."""

import re
from collections.abc import Collection
from hashlib import sha256

from remediator.edit.by_hand import by_hand
from remediator.edit.case import Case
from remediator.edit.doubts import provider_doubt, repeated_by
from remediator.edit.elsewhere import declared_elsewhere
from remediator.edit.literals import written
from remediator.edit.references import unread
from remediator.edit.resources import add_after, free_name
from remediator.edit.rewrite import Rewrite
from remediator.edit.suffixes import is_document
from remediator.errors import RemediatorError
from remediator.iac.terraform.configuration.repetition import Key, counted, for_each
from remediator.iac.terraform.language.functions.protocol import EvaluationError
from remediator.iac.terraform.language.scope import RefusedError
from remediator.iac.terraform.language.values import Unknown
from remediator.iac.terraform.modules import blocks_in
from remediator.iac.terraform.syntax import Attribute, Block
from remediator.model import AddResource, ExpectedChange, Role

_NO_WORD = re.compile(r"\W")


def addition(case: Case, action: AddResource) -> tuple[Rewrite, ExpectedChange]:
    """The action's resource below the resource's own block; raises RemediatorError with the reason why not."""
    site, block = case.site, case.site.block
    spot = f"{site.file.path}:{block.header.start_line}"
    _doubt(declared_elsewhere(case, case.instance.declared))
    if is_document(site.file.path):
        raise RemediatorError(f"{spot}: {block.address} is written in JSON; declare {action.type} beside it by hand")
    folders = case.index.folders_of(site.file.path)
    for folder in folders:
        _doubt(unread(case.index, folder))
    _doubt(provider_doubt(case, action.type, None))
    reference, wanted = _instance(case, spot)
    beside = {(f.path, b.span.start): (f, b) for at in folders for f, b in blocks_in(case.index, at, "resource")}
    for file, other in beside.values():
        if other.labels[:1] == (action.type,) and any(
            _names(other, argument, block, case.at.index_key) for argument, _ in action.references
        ):
            raise RemediatorError(
                f"{file.path}:{other.header.start_line}: {other.address} is there for {reference} already; edit it"
            )
    taken = [other.labels[1] for _, other in beside.values() if other.labels[:1] == (action.type,)]
    name = free_name("_".join(filter(None, (wanted, action.name))), taken)
    with by_hand(site.file.path):
        rewrite = add_after(case.read(site.file.blob), block, action, name, reference)
    address = ".".join(filter(None, (case.at.module, action.type, name)))
    return rewrite, ExpectedChange(address, ("create",), ())


def _doubt(sentence: str | None) -> None:
    if sentence is not None:
        raise RemediatorError(sentence)


def _instance(case: Case, spot: str) -> tuple[str, str]:
    """How to refer to the resource's own instance, and a name after it; raises RemediatorError where its key may go."""
    block, key = case.site.block, case.at.index_key
    repeated = repeated_by(block)
    if repeated is None and key is None:
        return block.address, case.at.name
    attribute = block.attribute(repeated) if repeated else None
    if attribute is None or key is None:
        raise RemediatorError(
            f"{spot}: {block.address} is not repeated the way the state has it; run terraform apply first"
        )
    keys = _keys(case, attribute)
    if isinstance(keys, str):
        has = f"{block.address} has {repeated} = {attribute.text[:80]}"
        raise RemediatorError(f"{spot}: {has}, and whether it keeps the key {key} is not known: {keys}")
    return f"{block.address}[{written(key)}]", f"{case.at.name}_{_suffix(str(key), keys)}"


def _suffix(key: str, keys: Collection[Key]) -> str:
    """A key as a part of a name that no other key has."""
    plain = _NO_WORD.sub("_", key)
    is_taken = any(_NO_WORD.sub("_", str(other)) == plain for other in keys if str(other) != key)
    return f"{plain}_{sha256(key.encode()).hexdigest()[:6]}" if is_taken and plain != key else plain


def _keys(case: Case, repeated: Attribute) -> Collection[Key] | str:
    """The keys of the instances as the code alone has them; a sentence where it does not say."""
    module, declared = case.instance.module, case.instance.declared
    try:
        value = module.defined(declared.settings[repeated.name], Role.ATTRIBUTE, declared.block.address)
        made = counted(module, value) if repeated.name == "count" else for_each(module, value)
    except (EvaluationError, RefusedError) as error:
        return str(error)
    return made.reason if isinstance(made, Unknown) else made.keys()


def _names(other: Block, argument: str, block: Block, key: Key) -> bool:
    """Whether an argument of another resource refers to this instance of a block, or to one that is computed."""
    attribute = other.attribute(argument)
    if attribute is None:
        return False
    found = re.finditer(rf"(?<![\w.-]){re.escape(block.address)}(?![\w-])(?:\s*(\[[^\]]*\]))?", attribute.text)
    keys = [re.fullmatch(r'\[\s*("[^"\\$%]*"|\d+)\s*\]', each[1] or "") for each in found]
    return any(one is None or key is None or one[1] in (written(key), f'"{key}"') for one in keys)
