"""What readers are shown, by who they are: the one decision, and the one place where text is masked; pure."""

import re
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum
from functools import lru_cache
from typing import Final

from remediator.config import DisclosureConfig
from remediator.model import BY_HISTORY, TEAM, Change, Commit, Origin, Owner, Plan, Unattributed
from remediator.planfile.text import clean, without_accounts, without_addresses, without_secrets

_ARN = re.compile(r"arn:aws[a-z-]{0,20}:[^\s\"'<>,;()]+")
_AWS_ID = re.compile(r"(?<![A-Za-z0-9-])[a-z]{1,12}-(?:[0-9a-f]{17}|[0-9a-f]{8})(?![A-Za-z0-9-])")
"""An id such as i-0abc…, in both lengths:
https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/resource-ids.html"""

_SHORTEST: Final = 3
"""Characters of a resource's own name that is looked for in text: a shorter one is a word of any sentence."""


class Audience(StrEnum):
    """Who reads a text: whoever reads a repository, as its forge calls it, or a tracker."""

    PUBLIC = "public"
    INTERNAL = "internal"
    PRIVATE = "private"
    TRACKER = "tracker"


@dataclass(frozen=True, slots=True)
class Shown:
    """What an audience is shown beside list savings; `names` are the ids of resources that a text may speak of."""

    resource_ids: bool = False
    account_ids: bool = False
    net_rates: bool = False
    addresses: bool = False
    people: bool = False
    names: frozenset[str] = frozenset()

    def of(self, plan: Plan) -> "Shown":
        """The same for a text about a plan, whose resources' names are ids too."""
        if self.resource_ids:
            return self
        given = (name for c in plan.changes for name in (c.resource.id, c.resource.arn) if name)
        cleaned = (clean(name) for name in given)
        return replace(self, names=self.names.union(name for name in cleaned if len(name) >= _SHORTEST))


NOTHING: Final = Shown()
"""What anybody may see; it stands in wherever nothing else is said."""


def shown_to(audience: Audience | None, config: DisclosureConfig) -> Shown:
    """What an audience is shown; one that is not known is the public, which never sees some things."""
    audience = audience or Audience.PUBLIC
    given = {
        Audience.PUBLIC: config.public,
        Audience.INTERNAL: config.internal,
        Audience.PRIVATE: config.private,
        Audience.TRACKER: config.tracker,
    }[audience]
    open_ = audience is not Audience.PUBLIC
    return Shown(
        given.resource_ids,
        given.account_ids and open_,
        given.net_rates and open_,
        given.addresses and open_,
        given.people,
    )


def masked(text: str, shown: Shown) -> str:
    """The text without what is not shown. Tokens never are."""
    text = without_secrets(text)
    if not shown.resource_ids:
        if shown.names:
            text = _named(shown.names).sub("[id]", text)
        text = _AWS_ID.sub("[id]", _ARN.sub("[id]", text))
    if not shown.addresses:
        text = without_addresses(text)
    return text if shown.account_ids else without_accounts(text)


def discreet(plan: Plan, shown: Shown) -> Plan:
    """The plan without net savings and what history tells of people, where they are not shown; by its id the same.

    The owner and the creating author are named to everyone, and so is what was written down on purpose.
    """
    plan = replace(plan, parts=tuple(discreet(part, shown) for part in plan.parts))
    if not shown.net_rates:
        plan = replace(plan, changes=tuple(map(_at_list, plan.changes)))
    if not shown.resource_ids and isinstance(plan.origin, Unattributed):  # to adopt it takes its id
        plan = replace(plan, origin=replace(plan.origin, adoption=()))
    if shown.people:
        return plan
    origin = plan.origin
    if isinstance(origin, Origin):
        changed = origin.changed
        if changed is not None and (origin.created is None or changed.author_name != origin.created.author_name):
            origin = replace(origin, changed=_unsigned(changed))
    return replace(plan, origin=_impersonal(origin))


def unshown_savings(plan: Plan, shown: Shown) -> frozenset[str]:
    """The fingerprints of the changes whose saving is known and not shown."""
    hidden = (c.fingerprint for c in plan.changes if c.saving is not None and _at_list(c).saving is None)
    return frozenset() if shown.net_rates else frozenset(hidden)


def _at_list(change: Change) -> Change:
    """The change without a net saving; of a list saving whose least is net, zero is a least that tells nothing."""
    saving = change.saving
    if saving is None or not saving.basis.startswith("list"):
        return replace(change, saving=None)
    if not saving.net_low:
        return change
    said = "list; what commitments leave of it is not shown here"
    return replace(change, saving=replace(saving, low=Decimal(0), basis=said, net_low=False))


def _impersonal(origin: Origin | Unattributed) -> Origin | Unattributed:
    if origin.launcher is not None and origin.launcher not in {owner.handle for owner in origin.owners}:
        said = (re.sub(rf"^{re.escape(origin.launcher)} ", "somebody ", sentence) for sentence in origin.launch)
        origin = replace(origin, launch=tuple(said), launcher=None)
    return replace(origin, owners=tuple(map(_unread, origin.owners)), passed_over=())


def _unread(owner: Owner) -> Owner:
    hidden = dict.fromkeys(BY_HISTORY, "what history tells, not shown here") | {TEAM: "of somebody not named here"}
    return replace(owner, evidence=tuple(replace(e, text=hidden.get(e.source, e.text)) for e in owner.evidence))


def _unsigned(commit: Commit) -> Commit:
    return replace(commit, author_name="[person]", author_email="")


@lru_cache(maxsize=64)
def _named(names: frozenset[str]) -> re.Pattern[str]:
    longest_first = sorted(names, key=lambda name: (-len(name), name))
    # Keys of addresses are written with escapes, so that a line's end before a name is a letter.
    return re.compile(rf"(?:(?<![\w-])|(?<=\\[nrt]))(?:{'|'.join(map(re.escape, longest_first))})(?![\w-])")
