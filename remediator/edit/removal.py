"""What goes so that a resource goes: the call of its module, one entry of a `for_each`, or its own block.

Tried from the outside in: the outermost of these with which nothing goes but what is wanted gone.
"""

import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from decimal import Decimal

from remediator.edit.by_hand import by_hand
from remediator.edit.case import Case
from remediator.edit.cutting import cuts
from remediator.edit.documents import member_removed, remove_from_document
from remediator.edit.doubts import listed, prevented_doubt, provisioned_doubt, repeated_by
from remediator.edit.elsewhere import declared_elsewhere, written_elsewhere
from remediator.edit.literals import written
from remediator.edit.members import without_member
from remediator.edit.placement import enclosing, present
from remediator.edit.references import mentions, named_from_outside, unread
from remediator.edit.rewrite import Rewrite, block_keys
from remediator.edit.serving import Part, along, named_outside, outputs_of
from remediator.edit.suffixes import is_document
from remediator.edit.writing import finished, rewrites
from remediator.errors import RemediatorError
from remediator.iac.terraform.configuration.code import labelled
from remediator.iac.terraform.configuration.instance import ModuleInstance
from remediator.iac.terraform.configuration.module import Declared
from remediator.iac.terraform.configuration.outsiders import outsiders
from remediator.iac.terraform.configuration.repetition import Key
from remediator.iac.terraform.configuration.traces import located
from remediator.iac.terraform.language.functions.protocol import EvaluationError
from remediator.iac.terraform.language.places import Place
from remediator.iac.terraform.language.scope import RefusedError
from remediator.iac.terraform.language.values import Fields, Items, Unknown
from remediator.iac.terraform.modules import blocks_in, called_folder, own_provider
from remediator.model import Role, SourceLocation

__all__ = ["Found", "removal"]

_DATA = re.compile(r'(?:module\.[^.\[]+(?:\["(?:[^"\\]|\\.)*"\]|\[\d+\])?\.)*data\.')
"""The address of a data source, which may go: it holds nothing."""


@dataclass(frozen=True, slots=True)
class Found:
    """What each file loses, where that stands, and the other addresses that go with it."""

    rewrites: Mapping[str, Rewrite]
    locations: tuple[SourceLocation, ...]
    together: tuple[str, ...] = ()
    whole: bool = False
    """Whether a block goes, rather than one of its instances."""


@dataclass(frozen=True, slots=True)
class _Step:
    """A call on the way to the resource, or the resource: who declares it, with which key, and its address."""

    owner: ModuleInstance
    declared: Declared
    key: Key
    address: str

    @property
    def spot(self) -> str:
        """Where it is declared, and its name in the module."""
        return f"{self.declared.file.path}:{self.declared.block.header.start_line}: {self.declared.block.address}"


def removal(case: Case) -> Found:
    """What each file loses so that the resource goes; raises RemediatorError with the reason why it cannot.

    `case.also` are the addresses that may go with it.
    """
    reasons: list[str] = []
    for step in _steps(case):
        for way in (_whole, _member):
            try:
                meant = way(case, step)
                if meant is not None:
                    return replace(meant, together=_going(case, step, meant))
            except (RemediatorError, EvaluationError, RefusedError) as error:
                reasons.append(f"{step.spot}: {error}" if not isinstance(error, RemediatorError) else str(error))
    raise RemediatorError(reasons[-1] if reasons else f"{case.at.address} is not declared in a way that can be undone")


def _steps(case: Case) -> Iterator[_Step]:
    inward: list[_Step] = []
    module = case.instance.module
    while module.call is not None:
        inward.append(_Step(module.caller, module.call, module.key, module.address))
        module = module.caller
    yield from reversed(inward)
    yield _Step(case.instance.module, case.instance.declared, case.instance.key, case.at.address)


def _whole(case: Case, step: _Step) -> Found:
    """The block gone, with what served nothing but it."""
    folder, file, block = step.owner.code.folder, step.declared.file, step.declared.block
    role = Role.MODULE_CALL if block.type == "module" else Role.BLOCK
    where = located(case.code, step.declared.place(role, step.owner.address))
    foreign = declared_elsewhere(case, step.declared)
    if foreign is not None:
        raise RemediatorError(foreign)
    repeated = repeated_by(block)
    if repeated is not None and step.key is None:
        raise RemediatorError(f"{step.spot} has {repeated}, and which instances that makes is not known")
    for other, twin in blocks_in(case.index, folder, block.type):
        if twin.labels == block.labels and (other.path, twin.span.start) != (file.path, block.span.start):
            raise RemediatorError(f"{step.spot} is declared at {other.path}:{twin.header.start_line} as well")
    own = own_provider(case.index, called_folder(case.index, block, folder)) if block.type == "module" else None
    if own is not None:
        raise RemediatorError(f"{step.spot} brings a provider of its own ({own}), without which nothing in it can go")
    broken = unread(case.index, folder)
    if broken is not None:
        raise RemediatorError(broken)
    named = r"\s*\.\s*".join(map(re.escape, (("module",) if block.type == "module" else ()) + block.labels))
    gone = Part(folder, file, block)
    outside = named_outside(case.code, gone) if step.owner.call is not None else ()
    if is_document(file.path):
        reading = [m.place for m in mentions(case.index, folder, rf"(?<![\w.-]){named}(?![\w-])")]
        if reading:
            raise RemediatorError(f"{step.spot} is still referred to at {listed(reading)}")
        with by_hand(file.path):
            made = remove_from_document(file.path, case.read(file.blob), block.span.start)
        return Found({file.path: made}, (where,), whole=True)
    outputs = outputs_of(case.code, gone, rf"(?<![\w.-]){named}(?![\w-])", step.spot)
    parts = (gone, *outside, *outputs, *along(case.code, (gone, *outputs)))
    return Found(cuts(case.code, parts), (where,), whole=True)


def _member(case: Case, step: _Step) -> Found | None:
    """One entry of the collection that the block is repeated by gone; None where it is not repeated."""
    if step.key is None:
        return None
    reading = _reading(case, step)
    if reading:
        raise RemediatorError(f"{step.spot}[{step.key}] is still referred to at {listed(reading)}")
    if isinstance(step.key, int):
        return _last(case, step, step.key)
    *nearer, last = _written(step, step.key)
    for place in nearer:
        with suppress(RemediatorError):
            return _cut(case, step, step.key, place)
    return _cut(case, step, step.key, last)


def _cut(case: Case, step: _Step, name: str, place: Place) -> Found:
    """What stands at a place gone, or the entry `name` of the object there; raises RemediatorError."""
    foreign = written_elsewhere(case, located(case.code, place))
    if foreign is not None:
        raise RemediatorError(foreign)
    source = case.code.text(place.path)
    if is_document(place.path):
        return Found({place.path: member_removed(place.path, source, place, name)}, (located(case.code, place),))
    file = case.index.files.get(place.path)
    found = enclosing(file, place.start, place.end) if file else None
    if file is None or found is None:
        raise RemediatorError(f"{step.spot}: its key {name} is written in {place.path}, which is not edited")
    block, attribute = found
    key = block_keys(file.source)[block.span.start][0] if block else ()
    with by_hand(place.path):
        made = without_member(source, attribute, key, place.start, place.end, name)
    return Found({place.path: made}, (located(case.code, place),))


def _reading(case: Case, step: _Step) -> list[str]:
    """The places that refer to one instance, and the `import` blocks that may lead to it by a key that is computed."""
    folder, named = step.owner.code.folder, r"\s*\.\s*".join(map(re.escape, step.declared.block.address.split(".")))
    key = re.escape(written(step.key)) if isinstance(step.key, str) else rf'"?{step.key}"?'
    own, computed = rf"{named}\s*\[\s*{key}\s*\]", rf"{named}\s*\[\s*[^\W\d]"
    found = [*mentions(case.index, folder, rf"(?<![\w.-]){own}")]
    found += [m for m in mentions(case.index, folder, rf"(?<![\w.-]){computed}") if m.block.type == "import"]
    if step.owner.call is not None:
        found += named_from_outside(case.index, rf"(?:{own}|{computed}.*)")
    return [*dict.fromkeys(mention.place for mention in found)]


def _last(case: Case, step: _Step, key: int) -> Found:
    """A `count` lowered by one, where the instance is the last."""
    count = step.declared.settings["count"]
    value = step.owner.defined(count, Role.ATTRIBUTE, step.declared.block.address)
    spot = f"{count.file.path}:{count.attribute.span.start_line}"
    if value.origin is None or value.data != Decimal(key + 1):
        raise RemediatorError(f"{spot}: only the last of what a literal count makes can go; lower it by hand")
    lowered = present(case, value.origin, key)
    if isinstance(lowered, str):
        raise RemediatorError(lowered)
    return Found(rewrites(case, (lowered,)), (lowered.location,))


def _written(step: _Step, key: str) -> tuple[Place, ...]:
    """Where a key of the `for_each` may be taken out: the object that holds it, and where its value is written.

    That object comes first only where the value is written outside it, which is then referred to there.
    """
    each = step.declared.settings["for_each"]
    value = step.owner.defined(each, Role.FOR_EACH, step.declared.block.address)
    data = value.data
    if isinstance(data, Unknown):
        raise RemediatorError(f"{step.spot} has a for_each that is not known: {data.reason}")
    found: tuple[Place | None, ...] = ()
    if isinstance(data, Fields) and key in data.fields:
        own, whole = data.fields[key].origin, value.origin
        found = (whole, own) if own and whole and not _holds(whole, own) else (own or whole,)
    elif isinstance(data, Items):
        found = (next((item.origin for item in data.items if item.data == key), None),)
    places = tuple(place for place in found if place is not None)
    if not places:
        line = each.attribute.span.start_line
        raise RemediatorError(
            f"{each.file.path}:{line}: for_each does not write out the key {key}; take it out by hand"
        )
    return places


def _holds(whole: Place, own: Place) -> bool:
    """Whether a value is written inside a collection; what a document refers to is shared and counts as that."""
    return is_document(whole.path) or (own.path == whole.path and whole.start <= own.start and own.end <= whole.end)


def _going(case: Case, step: _Step, found: Found) -> tuple[str, ...]:
    """What goes beside the resource itself, all of it wanted gone.

    Raises RemediatorError where these cuts would do more than let go what is wanted gone, or less.
    """
    _, contents, doubts = finished(case, found.rewrites)
    if doubts:
        raise RemediatorError(doubts[0])
    reached = case.code.reached(contents)
    if isinstance(reached, str):
        raise RemediatorError(f"{step.spot}: what else would go is not known: {reached}")
    after = case.code.edited(contents)
    going: dict[str, None] = {}
    others: dict[str, None] = {}
    for root, difference in reached:
        address = labelled(root, difference.address, case.root)
        is_gone = not difference.attribute and difference.address not in after.root(root).instances
        if is_gone and (address == case.at.address or address in case.also):
            going[address] = None
            declared = case.code.root(root).instances[difference.address].declared
            kept = prevented_doubt(declared) or (provisioned_doubt(declared) if found.whole else None)
            if kept is not None:
                raise RemediatorError(kept)
        elif not (is_gone and _DATA.match(difference.address)):
            others[address] = None
    for location in found.locations:
        others |= dict.fromkeys(outsiders(case.index, case.code.roots, location))
    if others:
        raise RemediatorError(f"{step.spot}: without it {listed([*others])} would change or go as well")
    before, left = case.code.root(case.root).outputs(), after.root(case.root).outputs()
    failing = next((n for n, value in left.items() if isinstance(value, str) and not isinstance(before[n], str)), None)
    if failing is not None:
        raise RemediatorError(f"{step.spot}: without it the output {failing} would fail: {left[failing]}")
    if case.at.address not in going:
        raise RemediatorError(f"{step.spot}: {case.at.address} would still be there without it")
    return tuple(address for address in going if address != case.at.address)
