"""What each source says of who owns a resource: CODEOWNERS, tags, authors, recent committers, the account."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from posixpath import dirname

from remediator.config import OwnersConfig, WeightsConfig
from remediator.model import LAUNCH, Attributes, Evidence, LaunchRecord
from remediator.trace.activity import Activity, Weights, shares
from remediator.trace.codeowners import CodeOwners, Rule
from remediator.trace.people import Person, shown, unaddressed

_HANDLE = 100  # characters of a tag's value that are kept
_ADDRESS = re.compile(r"[^\s<>@,;]{1,100}@[^\s<>@,;]{1,255}")
_LEAST = 0.005
"""What weighs less is left out: it would be shown as nothing."""


@dataclass(frozen=True, slots=True)
class Places:
    """The files that ownership is asked for: where the edit goes, the root's module call, the block.

    `controller` is where what launched it is configured, `named` a file that has its name and perhaps nothing else.
    """

    edited: tuple[str, ...] = ()
    call: str | None = None
    block: str | None = None
    controller: str | None = None
    named: str | None = None

    @property
    def nearest(self) -> tuple[str, ...]:
        """The files whose committers are asked: where the edit goes, else the call, else the block."""
        return self.edited or tuple(path for path in (self.call or self.block or self.controller,) if path)


@dataclass(frozen=True, slots=True)
class Author:
    """A person behind a commit: what they did to the resource (`created`, `changed`, `wrote_module`), and where.

    `beside` tells a co-author, who counts half.
    """

    person: Person
    deed: str
    sha: str
    beside: bool = False


@dataclass(frozen=True, slots=True)
class Labels:
    """Tags and where they stand: on the live resource, in the state, in a provider's `default_tags`."""

    where: str
    tags: Attributes


@dataclass(frozen=True, slots=True)
class Claim:
    """Somebody named as an owner: the names they may be known by, the one that may be shown, and the evidence.

    `person` is set where history names them; `speaks` where it says something of their team as well.
    """

    names: tuple[str, ...]
    shown: str
    evidence: Evidence
    person: Person | None = None
    speaks: bool = True


def by_codeowners(rules: CodeOwners, places: Places, weights: WeightsConfig) -> Iterator[Claim]:
    """The owners that CODEOWNERS gives the edited file, the root's module call and the block's file."""
    asked = [(path, "the edited file", weights.edited_file) for path in places.edited]
    asked += [(places.call, "the root's module call", weights.module_call)] if places.call else []
    asked += [(places.block, "the block's file", weights.block_file)] if places.block else []
    asked += [(places.controller, "its controller's code", weights.controller)] if places.controller else []
    asked += [(places.named, "which has its name", weights.named_file)] if places.named else []
    for path, what, weight in asked:
        for rule in rules.rules(path):
            for owner in rule.owners:
                text = f"line {rule.line}{_section(rule)} for {path}, {what}"
                weighs = min(weight, weights.role) if owner.startswith("@@") else weight
                yield Claim((owner,), shown(owner), Evidence("CODEOWNERS", text, weighs))


def _section(rule: Rule) -> str:
    if rule.section is None:
        return ""
    approvals = f" ({rule.approvals} approvals)" if rule.approvals > 1 and not rule.optional else ""
    return f", {'optional ' if rule.optional else ''}section {unaddressed(rule.section[:_HANDLE])}{approvals},"


def by_tags(labels: Sequence[Labels], config: OwnersConfig) -> Iterator[Claim]:
    """The owners that tags name, the configured tags in their order; an earlier one weighs a little more."""
    for label in labels:
        names = {name.lower(): name for name in sorted(label.tags, reverse=True)}
        for at, wanted in enumerate(config.tags):
            name = names.get(wanted.lower())
            value = (label.tags.text(name) or "").strip()[:_HANDLE] if name else ""
            if name and value:
                text = f"tag {name[:_HANDLE]} {label.where} is {shown(value)}"
                weight = config.weights.tag * 0.95**at
                yield Claim((value, f"@{value}", *_ADDRESS.findall(value)), shown(value), Evidence("tag", text, weight))


def by_authors(authors: Sequence[Author], weights: WeightsConfig, forge: str | None) -> Iterator[Claim]:
    """Who created it, who changed it, who wrote the module it is an instance of; by their accounts on that forge."""
    verbs = {
        "created": ("created", "created it", weights.created),
        "changed": ("changed", "last changed it", weights.changed),
        "wrote_module": ("module", "wrote the module's block", weights.wrote_module),
    }
    for author in authors:
        source, verb, weight = verbs[author.deed]
        text = f"{'helped to: ' if author.beside else ''}{verb} in {author.sha[:12]}"
        yield _of(author.person, Evidence(source, text, weight / 2 if author.beside else weight), True, forge)


def by_activity(activity: Activity, places: Places, weights: WeightsConfig) -> Iterator[Claim]:
    """Who commits lately to the file, its directory, around it, with those and to the repository, and who merges."""
    folders = dict.fromkeys(map(dirname, places.nearest))
    asked: list[tuple[str, str, float, Weights]] = [
        ("file", f"recent commits to {path}", weights.file, activity.files.get(path, {})) for path in places.nearest
    ]
    for folder in folders:
        what = folder or "the repository's top"
        asked.append(("directory", f"recent commits to {what}", weights.directory, activity.folders.get(folder, {})))
        beside = f"recent commits to the other folders of those who work in {what}"
        asked.append(("colleagues", beside, weights.colleagues, activity.colleagues(folder)))
        above = dirname(folder) or "the repository's top"
        text = f"recent commits to {above} and below"
        asked.append(("around", text, weights.around, activity.around(folder)))
    if folders:
        asked.append(("repository", "recent commits to the repository", weights.repository, activity.repository))
        asked.append(("merges", "recent merges into the repository", weights.merges, activity.merges))
    for source, text, weight, given in asked:
        for key, share in shares(given).items():
            if weight * share >= _LEAST:
                yield _of(activity.shown[key], Evidence(source, text, weight * share), False, activity.people.forge)


def _of(person: Person, evidence: Evidence, speaks: bool, forge: str | None) -> Claim:
    handle = person.handle(forge) or shown(person.name).lstrip("@") or "unnamed"  # a name is no account
    return Claim(person.names(forge), handle, evidence, person, speaks)


def by_launch(record: LaunchRecord | None, weights: WeightsConfig) -> Iterator[Claim]:
    """The person who launched a resource, by its launch record."""
    if record is not None and record.person:
        name = record.person[:_HANDLE]
        text = f"called {record.event} on {record.at:%Y-%m-%d}"
        names = (name, *((f"@{name}",) if "@" not in name else ()))
        yield Claim(names, shown(name).lstrip("@"), Evidence(LAUNCH, text, weights.launched))


def by_account(account: str, owner: str | None, weights: WeightsConfig) -> Iterator[Claim]:
    """The owner whom the configuration gives an account."""
    if owner:
        yield Claim((owner,), shown(owner), Evidence("account", f"owns account {account}", weights.account))
