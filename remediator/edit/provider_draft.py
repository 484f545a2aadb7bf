"""From tags that a provider configuration is to give to all that it makes, to the edit of its block or to doubts."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace

from packaging.version import Version

from remediator.config import RootConfig
from remediator.edit.case import Case
from remediator.edit.default_tags import BLOCK, PATH, added, default_tags
from remediator.edit.doubts import PROVIDER as AWS
from remediator.edit.doubts import place, siblings_doubt, terraform_doubt
from remediator.edit.drafted import Draft
from remediator.edit.ignoring import ignored_doubt
from remediator.edit.new_default_tags import map_of
from remediator.edit.secrecy import secrecy_doubt, secret_lines
from remediator.edit.writing import finished
from remediator.errors import RemediatorError
from remediator.iac.terraform.configuration.blocks import evaluated_block
from remediator.iac.terraform.configuration.code import Code, labelled
from remediator.iac.terraform.configuration.outsiders import outsiders
from remediator.iac.terraform.configuration.root import Instance
from remediator.iac.terraform.language.values import Fields, Items
from remediator.iac.terraform.overrides import is_override
from remediator.iac.terraform.providers import locked_version
from remediator.iac.terraform.sites import find_site, is_provider
from remediator.model import (
    PROVIDER,
    Change,
    ExpectedChange,
    SetAttribute,
    SourceLocation,
    StateAddress,
    StateResource,
    ValueTrace,
)

__all__ = ["draft_provider", "tagged"]

SINCE = Version("3.38.0")
"""https://www.hashicorp.com/blog/default-tags-in-the-terraform-aws-provider"""
_UPDATED = ("update",)


def draft_provider(change: Change, root: RootConfig, code: Code, also: Collection[str] = ()) -> Draft:
    """The edit that adds tags to a provider configuration; the change sets `default_tags.tags.KEY` for each.

    Any doubt leaves no edit, and the last one says what to write. `also` are the configurations (as `labelled` writes
    them) for which the same is wanted. Never raises for what the code holds.
    """
    declared = change.declared
    if declared is None:
        return Draft(doubts=("no state names the provider configuration",))
    prefix = f"{PATH}."
    tags = {
        action.path.removeprefix(prefix): action.target
        for action in change.actions
        if isinstance(action, SetAttribute) and isinstance(action.target, str)
    }
    if not tags:
        return Draft(doubts=change.doubts)
    try:
        case = _case(declared.at, root, code, frozenset(also))
        made = Draft(doubts=(case,)) if isinstance(case, str) else _drafted(case, tags)
    except RemediatorError as error:
        made = Draft(doubts=(str(error),))
    doubts = tuple(map(code.index.mounts.readable, made.doubts))
    return replace(made, doubts=(*doubts, _by_hand(declared.at, tags))) if doubts else made


def tagged(case: Case, keys: Collection[str]) -> Iterator[StateResource]:
    """What the root's state holds that would get tags of these keys: the configuration's own, of which any lacks one.

    What ignores changes of `tags_all` stays as it is.
    """
    at, instances = case.at, case.code.root(case.root).instances
    for one in case.code.states:
        if (one.at.repository, one.at.root, one.at.workspace) != (at.repository, at.root, at.workspace):
            continue
        if one.at.mode != "managed" or one.configured_by != at.address or one.tag_keys is None:
            continue
        instance = instances.get(one.at.address)
        lacking = [key for key in keys if key not in one.tag_keys]
        if any(instance is None or ignored_doubt(instance.declared, f"tags_all.{key}") is None for key in lacking):
            yield one


def _case(at: StateAddress, root: RootConfig, code: Code, also: frozenset[str]) -> Case | str:
    site = find_site(code.index, root.path, at)
    if isinstance(site, str):
        return site
    spot = f"{site.file.path}:{site.block.header.start_line}"
    if at.module:
        return f"{spot}: {at.address} is configured inside a module, which others may call too"
    evaluated = code.root(root)
    if evaluated.refused is not None or evaluated.top is None:
        return f"{root.path}: {evaluated.refused}"
    found = [one for one in evaluated.top.code.providers if is_provider(one.block, at.type, at.name)]
    overridden = [one for one in found if is_override(one.file.seen)]
    if len(found) != 1 or overridden:
        return f"{spot}: {at.address} is configured in several places, as override files do"
    block = evaluated_block(evaluated.top, found[0], at.address, evaluated.top)
    instance = Instance(at.address, None, evaluated.top, evaluated.top, block)
    return Case(at, root, code, site, instance, also)


def _drafted(case: Case, tags: Mapping[str, str]) -> Draft:
    spot, here = place(case.of_block()), case.of_block().locations
    doubt = terraform_doubt(case) or _old(case) or _ignoring(case, tags) or _elsewhere(case)
    found = default_tags(case)
    data = found.data if found is not None else None
    if found is not None and (not isinstance(data, Fields) or data.rest is not None):
        doubt = doubt or f"{spot}: which tags {PATH} has is not known from the code alone"
    known = data.fields if isinstance(data, Fields) else {}
    there = [key for key in tags if key in known]
    if there and doubt is None:
        same = all(key in known and known[key].data == value for key, value in tags.items())
        why = "code is ahead of live: apply is pending" if same else "and not on all that is live"
        doubt = f"{spot}: {PATH} has {', '.join(there)} in the code already; {why}"
    if doubt is not None:
        return Draft(doubts=(doubt,), locations=here)
    wanted = added(case, tags)
    edits, contents, doubts = finished(case, wanted.rewrites)
    secret = secret_lines(case, edits)
    bared = secrecy_doubt(case, edits, secret)
    if doubts or bared:
        return Draft(doubts=doubts or (bared or "",), locations=wanted.locations)
    traces = tuple(ValueTrace(f"{PATH}.{key}", None, wanted.locations) for key in tags)
    missed, together = _reach(case, contents, tags, wanted.locations)
    if missed is not None:
        return Draft(traces, doubts=(missed,), locations=wanted.locations)
    getting = tuple(ExpectedChange(one.at.address, _UPDATED, ("tags_all",)) for one in tagged(case, tags))
    shown = (ExpectedChange(case.at.address, _UPDATED, (BLOCK,)),)
    return Draft(
        tuple(replace(trace, siblings=together) for trace in traces),
        edits,
        getting,
        locations=wanted.locations,
        evaluated=shown,
        together=together,
        secret=secret,
    )


def _reach(
    case: Case, contents: Mapping[str, bytes], tags: Mapping[str, str], locations: tuple[SourceLocation, ...]
) -> tuple[str | None, tuple[str, ...]]:
    """What the edit misses or changes beside the tags, and the other configurations that get the same ones."""
    spot = place(case.of_block())
    reached = case.code.reached(contents)
    if isinstance(reached, str):
        return f"{spot}: what the edit changes is not known: {reached}", ()
    meant = {BLOCK, PATH, *(f"{PATH}.{key}" for key in tags)}
    others: dict[str, None] = {}
    for root, difference in reached:
        address = difference.address
        own = root == case.root and address == case.at.address
        if own and difference.attribute not in meant:
            return f"{spot}: the edit would also change {difference.attribute} of {address}", ()
        if not own:
            others[labelled(root, address, case.root)] = None
    others |= dict.fromkeys(name for at in locations for name in outsiders(case.index, case.code.roots, at))
    apart = tuple(name for name in others if name not in case.also)
    after = _case(case.at, case.root, case.code.edited(contents), case.also)
    found = default_tags(after) if isinstance(after, Case) else None
    data = found.data if found is not None else None
    got = {key: one.data for key, one in data.fields.items()} if isinstance(data, Fields) else {}
    wrong = [key for key, value in tags.items() if got.get(key) != value]
    if wrong:
        return f"{spot}: the edit would not give {PATH} the keys {', '.join(wrong)}", ()
    return siblings_doubt(spot, "the edit", apart), tuple(others)


def _ignoring(case: Case, tags: Mapping[str, str]) -> str | None:
    """Whether the configuration may ignore the tags: its `ignore_tags`, by key or by how keys begin.

    https://registry.terraform.io/providers/hashicorp/aws/latest/docs#ignore_tags-configuration-block
    """
    block = case.instance.block
    known = [
        (name, value.data) for inner in block.blocks.get("ignore_tags", ()) for name, value in inner.attributes.items()
    ]
    ends = [(name, item.data) for name, data in known if isinstance(data, Items) for item in data.items]
    sure = "ignore_tags" not in block.attributes and all(isinstance(data, Items) for _, data in known)
    if sure and all(isinstance(text, str) for _, text in ends):
        ignored = [k for k in tags if any(k == t if n == "keys" else k.startswith(str(t)) for n, t in ends)]
        return f"{place(case.of_block())}: its ignore_tags ignores {', '.join(ignored)}" if ignored else None
    return f"{place(case.of_block())}: which tags its ignore_tags ignores is not known"


def _old(case: Case) -> str | None:
    version = locked_version(case.index, case.root.path, AWS, case.folders)
    if version is not None and version >= SINCE:
        return None
    had = f"has version {version}" if version else "does not say its version"
    lock = f"{case.root.path}/.terraform.lock.hcl".removeprefix("./")
    return f"{lock}: the {AWS} provider {had}, and {BLOCK} needs {SINCE} or newer"


def _elsewhere(case: Case) -> str | None:
    """Whether code of the root has a resource made by another configuration than its state says."""
    alias = f"{case.at.type}.{case.at.name}" if case.at.name else case.at.type
    for one in case.code.states:
        made = case.code.root(case.root).instances.get(one.at.address) if one.configured_by == case.at.address else None
        if made is None or one.at.root != case.at.root or made.module.call is not None:
            continue
        setting = made.declared.settings.get("provider")
        if (setting.attribute.text.strip('"') if setting else case.at.type) != alias:
            where = f"{made.declared.file.path}:{made.declared.block.header.start_line}"
            return f"{where}: {one.at.address} has another provider in the code than in the state: apply its root first"
    return None


def _by_hand(at: StateAddress, tags: Mapping[str, str]) -> str:
    alias = f' (alias = "{at.name}")' if at.name else ""
    text = " ".join(map_of(tags, "", "", "\n").replace("\n", ", ").replace("{, ", "{ ").replace(", }", " }").split())
    return f'by hand: in {PROVIDER} "{at.type}"{alias}, write {BLOCK} {{ tags = {text} }}, or add these keys to it'
