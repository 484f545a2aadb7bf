"""How a request says which findings it is about: a hidden first line of its body, its branch name, its labels."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

LABEL = "remediator"
"""The label that every request and ticket of ours carries."""

_ID = "[0-9a-f]{16}"
_MARKER = re.compile(
    rf"\A\s*<!-- remediator: plan=({_ID}) rule=([a-z0-9_]{{1,64}}(?:,[a-z0-9_]{{1,64}}){{0,20}}) removes=(yes|no) "
    rf"fingerprints=({_ID}(?:,{_ID})*)(?: commit=([0-9a-f]{{40,64}}))?"
    rf"(?: code=({_ID}) target=({_ID}))?(?: monthly=(-?\d{{1,12}}\.\d\d))?(?: owner=({_ID}(?:,{_ID})*))?"
    rf"(?: group=({_ID}))?(?: declined=({_ID}(?:,{_ID})*))?"
    r"(?: merge=(asked))?(?: withdrawn=([a-z]{1,20}))?(?: ticket=([!-;=?-~]{1,300}))? -->"
)
_BRANCH = re.compile(rf"remediator/([a-z0-9-]{{1,64}})/({_ID})")
_TICKET_LABEL = re.compile(rf"{LABEL}-({_ID})")


@dataclass(frozen=True, slots=True)
class Basis:
    """Digests of what a request stands on: the code that its edit replaces with the values on the way; its targets."""

    code: str
    target: str


@dataclass(frozen=True, slots=True)
class Marker:
    """What identifies a request: the plan and its fingerprints; `commit` is what was pushed for it, where known.

    `basis` is what it was made from, `monthly` the saving that its readers were told of, and `owners` are digests of
    whom it asks. `withdrawn` says in a word why we closed it ourselves, so that it counts as nobody's decline. `ticket`
    is the address, or the key, of the ticket that asked for it before. `group` is a digest of what its findings share,
    where more may join them; `declined` are the fingerprints of those that people left out of it; `merge` is that the
    forge was asked to merge it. `rule` is one, or several, joined by commas.
    """

    plan_id: str
    rule: str
    removes: bool
    fingerprints: tuple[str, ...]
    commit: str | None = None
    basis: Basis | None = None
    monthly: Decimal | None = None
    owners: tuple[str, ...] = ()
    withdrawn: str | None = None
    ticket: str | None = None
    group: str | None = None
    declined: tuple[str, ...] = ()
    merge: bool = False

    @property
    def rules(self) -> tuple[str, ...]:
        """The rules that want what it asks for."""
        return tuple(self.rule.split(","))

    def __str__(self) -> str:
        removes = "yes" if self.removes else "no"
        more = (
            f" commit={self.commit}" if self.commit else "",
            f" code={self.basis.code} target={self.basis.target}" if self.basis else "",
            f" monthly={self.monthly:.2f}" if self.monthly is not None else "",
            f" owner={','.join(self.owners)}" if self.owners else "",
            f" group={self.group}" if self.group else "",
            f" declined={','.join(self.declined)}" if self.declined else "",
            " merge=asked" if self.merge else "",
            f" withdrawn={self.withdrawn}" if self.withdrawn else "",
            f" ticket={self.ticket}" if self.ticket else "",
        )
        return (
            f"<!-- remediator: plan={self.plan_id} rule={self.rule} removes={removes} "
            f"fingerprints={','.join(self.fingerprints)}{''.join(more)} -->"
        )


def read_marker(body: str) -> Marker | None:
    """The marker that a body begins with, or None; one further down is somebody's text and counts for nothing."""
    found = _MARKER.match(body)
    if found is None:
        return None
    plan, rule, removes, fingerprints, commit, code, target, monthly, owner, group, declined, *last = found.groups()
    merge, withdrawn, ticket = last
    return Marker(
        plan,
        rule,
        removes == "yes",
        tuple(fingerprints.split(",")),
        commit,
        Basis(code, target) if code else None,
        Decimal(monthly) if monthly else None,
        tuple(owner.split(",")) if owner else (),
        withdrawn,
        ticket,
        group,
        tuple(declined.split(",")) if declined else (),
        merge is not None,
    )


def with_marker(body: str, marker: Marker) -> str:
    """The body with another marker in place of the one that it begins with."""
    found = _MARKER.match(body)
    return f"{marker}{body[found.end() :]}" if found else f"{marker}\n{body}"


def branch_name(rule: str, fingerprint: str) -> str:
    """The branch of a plan: `remediator/idle-gpu/<fingerprint>`; what several rules want is in `remediator/several`."""
    rule = "several" if "," in rule else rule
    return f"{LABEL}/{_dashed(rule)}/{fingerprint}"


def read_branch(name: str) -> Marker | None:
    """What a branch name of ours says, or None for a branch that is not ours."""
    found = _BRANCH.fullmatch(name)
    if found is None:
        return None
    return Marker(found[2], found[1].replace("-", "_"), False, (found[2],))


def identify(body: str, head: str) -> Marker | None:
    """What a pull request is about, by its body, else by its branch; None where neither is ours."""
    return read_marker(body) or read_branch(head)


def ticket_label(fingerprint: str) -> str:
    """The label that names a fingerprint on a ticket."""
    return f"{LABEL}-{fingerprint}"


def read_labels(labels: Iterable[str]) -> tuple[str, ...]:
    """The fingerprints that a ticket's labels name."""
    return tuple(found[1] for label in labels if (found := _TICKET_LABEL.fullmatch(label)))


def _dashed(rule: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", rule.lower()).strip("-") or "change"
