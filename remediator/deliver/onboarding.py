"""Nothing is opened in a repository before its people have merged a first pull request that says what will come.

Where CODEOWNERS gives folders to teams, each folder is asked for by itself, so that one team's no is not everyone's.
"""

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from itertools import takewhile
from pathlib import PurePosixPath

from remediator.deliver import escape
from remediator.deliver.branches import publish
from remediator.deliver.choice import newest
from remediator.deliver.contacts import reviewers_of
from remediator.deliver.markers import LABEL, Marker
from remediator.deliver.protocols import BranchCommit, PullDraft, PullRequest
from remediator.deliver.render import onboarding_body
from remediator.deliver.site import Site
from remediator.deliver.style import typed
from remediator.git.clones import Clone
from remediator.git.objects import TreeEntry, list_tree
from remediator.git.ours import TRAILER
from remediator.git.revisions import blobs_at
from remediator.ledger.invitations import Invitation, Kind
from remediator.model import Origin, Plan, RequestState

FILE = ".remediator.toml"
BRANCH = "remediator/configure"
TITLE = "Configure remediator"
RULE = "onboarding"
FINGERPRINT = "0" * 16

_CONTENT = b"""\
# remediator opens requests here for cloud resources that cost money and do no work.
# This file being on the base branch is what allows it to; without it nothing is opened.
#
# It can narrow what is opened, never widen it:
#
# [limits]
# open_per_repo = 2                 # at a time
# freeze = ["2030-12-20/2031-01-03"]
#
# [planners.ebs_gp3]
# enabled = false
#
# [[exceptions]]
# resource = "aws_instance.demo"
# reason = "kept warm for demonstrations"
#
# [requests]
# draft = true
"""
_WILD = re.compile(r"[*?\[\]\\!]")


@dataclass(frozen=True, slots=True)
class Unit:
    """What is onboarded at once: a whole repository, or the `folder` that CODEOWNERS gives somebody."""

    folder: str = ""

    @property
    def file(self) -> str:
        """The file that lets us in."""
        return f"{self.folder}/{FILE}" if self.folder else FILE

    @property
    def fingerprint(self) -> str:
        """What its request is known by."""
        return hashlib.sha256(f"onboarding\0{self.folder}".encode()).hexdigest()[:16] if self.folder else FINGERPRINT

    @property
    def branch(self) -> str:
        """The branch of its request."""
        return f"{BRANCH}-{self.fingerprint}" if self.folder else BRANCH

    @property
    def title(self) -> str:
        """The title of its request."""
        return f"{TITLE} in {escape.plain(self.folder, 60)}" if self.folder else TITLE


def units_of(plan: Plan, site: Site) -> tuple[Unit, ...]:
    """The units that a plan's code belongs to: for each file the folder of the line of CODEOWNERS that decides."""
    return tuple(dict.fromkeys(_unit(path, site) for path in _paths(plan))) or (Unit(),)


def _unit(path: str, site: Site) -> Unit:
    return Unit(max((folder_of(rule.pattern, path) for rule in site.owners().rules(path)), key=len, default=""))


def folder_of(pattern: str, path: str) -> str:
    """The folder that a pattern of CODEOWNERS names for a path it matches; empty where it names none.

    `/teams/ml/` and `/teams/ml/*.tf` name `teams/ml`; `*.tf` and `ml/`, which match at any depth, name none.
    """
    parts = pattern.lstrip("/").rstrip("/").split("/")
    anchored = pattern.startswith("/") or len(parts) > 1
    literal = "/".join(takewhile(lambda part: part and not _WILD.search(part), parts)) if anchored else ""
    if literal == path:
        literal = _folder(PurePosixPath(path).parent)
    return literal if path.startswith(f"{literal}/") else ""


def _folder(path: PurePosixPath) -> str:
    return "" if str(path) == "." else str(path)


def is_onboarded(site: Site, unit: Unit | None = None) -> bool:
    """Whether the people of a unit, or of what it lies in, have let us in, or need not be asked; reads the clone alone.

    Without a unit it is that of the whole repository.
    """
    kind = site.config.forges[site.repository.forge or ""].kind
    if not site.config.limits.onboarding or kind == "local":
        return True
    folder = (unit or Unit()).folder
    within = [folder, *map(_folder, PurePosixPath(folder).parents)] if folder else [""]
    return bool(blobs_at(site.clone, site.clone.head, {Unit(name).file for name in within}))


def is_let_in(site: Site) -> bool:
    """Whether the people of any unit have let us in; reads the clone alone."""
    return is_onboarded(site) or bool(files_of(site.clone))


def files_of(clone: Clone) -> tuple[TreeEntry, ...]:
    """The files of folders that let us in, by one process; that of the repository itself is not among them."""
    return tuple(entry for entry in list_tree(clone, clone.head) if entry.path.endswith(f"/{FILE}"))


def let_in(plans: Sequence[Plan], site: Site) -> frozenset[str]:
    """The plans, by name, of which the people of all units have let us in; each unit is looked at once."""
    if is_onboarded(site):
        return frozenset(plan.id for plan in plans)
    units = {plan.id: units_of(plan, site) for plan in plans}
    open_ = {unit for unit in {u for own in units.values() for u in own} if is_onboarded(site, unit)}
    return frozenset(plan_id for plan_id, own in units.items() if open_.issuperset(own))


def reason_to_wait(plan: Plan, site: Site) -> str | None:
    """None where all units of a plan are onboarded, else a sentence; asks for one that was not asked, within limits."""
    if is_onboarded(site):
        return None
    closed = (unit for unit in units_of(plan, site) if not is_onboarded(site, unit))
    return next((_reason_to_wait(unit, plan, site) for unit in closed), None)


def _reason_to_wait(unit: Unit, plan: Plan, site: Site) -> str:
    forge, slug = site.forge, site.slug
    found = newest(_asked(site), (unit.fingerprint,), unit.branch)
    wait = _limit(site) if found is None else None
    if wait is not None and site.ledger.invitations.of(Kind.REPOSITORY, site.repository.name, unit.fingerprint) is None:
        return wait  # without a call for each finding of a folder that nobody was asked for yet
    found = found or forge.find(slug, (unit.fingerprint,), unit.branch)
    if found is None and wait is not None:
        return wait
    if found is None or _was_cut_short(found, unit, site):
        theirs = [p for p in site.plans if unit in units_of(p, site)] or [plan]
        sha = _published(unit, site) if found is None else found.marker.commit
        found = forge.ensure_pull(_draft(unit, theirs, sha, site))
    _keep(found, site)
    if found.state is RequestState.MERGED:
        return f"{found.reference}, '{unit.title}', was merged, but the base has no {unit.file}, which lets us in"
    if found.state is RequestState.CLOSED:
        return f"its people opted out by closing {found.reference}, '{unit.title}'"
    return f"waiting for '{unit.title}' ({found.where}) to be merged"


def _was_cut_short(found: PullRequest, unit: Unit, site: Site) -> bool:
    """Whether a request was opened by a killed run: it lacks the labels by which it is listed, and we do not know it.

    One that we know was refused them, and is left as it is, so that nobody is asked to review it run after run.
    """
    if found.state is not RequestState.OPEN or found.reference in {request.reference for request in _asked(site)}:
        return False
    known = site.ledger.invitations.of(Kind.REPOSITORY, site.repository.name, unit.fingerprint)
    return known is None or known.reference != found.reference


def _published(unit: Unit, site: Site) -> str:
    message = f"{_title(unit, site)}\n\n{TRAILER}: {unit.fingerprint}\n"
    commit = BranchCommit(site.clone.head, ((unit.file, _CONTENT),), message, site.config.requests.author)
    return publish(site.forge, site.slug, site.clone, unit.branch, commit)


def _title(unit: Unit, site: Site) -> str:
    return typed(unit.title) if site.conventional else unit.title


def open_in_all(site: Site) -> int:
    """How many requests of all repositories ask to be let in; of this one as its listing shows, which is kept."""
    asked, known, name = _asked(site), site.ledger.invitations, site.repository.name
    mine = sum(1 for request in asked if request.state is RequestState.OPEN)
    if known.open(Kind.REPOSITORY, name) != mine:
        for request in asked:
            _keep(request, site)
    return known.open(Kind.REPOSITORY)


def _asked(site: Site) -> list[PullRequest]:
    return [request for request in site.forge.ours(site.slug) if request.marker.rule == RULE]


def _keep(request: PullRequest, site: Site) -> None:
    at, unit = request.opened_at or site.now, request.marker.plan_id
    site.ledger.invitations.keep(
        Invitation(Kind.REPOSITORY, site.repository.name, unit, request.reference, request.state, at, at)
    )


def _limit(site: Site) -> str | None:
    """Why the next unit is not asked for yet: in a large repository not every team hears of us on one day."""
    limits, now = site.config.limits, site.now
    asked = _asked(site)
    recent = sum(1 for r in asked if r.opened_at is not None and r.opened_at > now - timedelta(hours=1))
    if limits.is_frozen(now) or not limits.is_open(now):
        return "limits.freeze or limits.schedule: nobody is asked now"
    in_all = site.ledger.open_pulls() + open_in_all(site)
    if in_all >= limits.open_total:
        return f"limits.open_total: {in_all} pull requests are open in all repositories, so nobody else is asked yet"
    if sum(1 for r in asked if r.state is RequestState.OPEN) >= limits.open_per_repo:
        return f"limits.open_per_repo: others of this repository are still asked to merge '{TITLE}'"
    if recent >= limits.opened_per_hour:
        return f"limits.opened_per_hour: others of this repository were asked in the last hour to merge '{TITLE}'"
    return None


def _draft(unit: Unit, plans: Sequence[Plan], sha: str | None, site: Site) -> PullDraft:
    marker = Marker(unit.fingerprint, RULE, False, (unit.fingerprint,), sha)
    worth = sorted(plans, key=lambda p: (-(p.monthly_saving or Decimal(0)), p.id))
    most = site.config.limits.open_per_repo
    body = onboarding_body(worth, unit.file, unit.folder, most, marker, site.shown_of_all, site.asks_by)
    asked = site.config.requests
    return PullDraft(
        site.slug,
        site.clone.branch,
        unit.branch,
        _title(unit, site),
        body,
        marker,
        tuple(dict.fromkeys((LABEL, *asked.given))),
        asked.reviewers or reviewers_of(worth),
        quiet_label=asked.disable_autoplan_label,
    )


def _paths(plan: Plan) -> tuple[str, ...]:
    """The files that a plan is about: those that it edits, else where its resource or its value is written."""
    if plan.edits:
        return tuple(edit.path for edit in plan.edits)
    chain = plan.origin.call_chain if isinstance(plan.origin, Origin) else ()
    places = [*reversed(chain), *(at for trace in plan.traces for at in trace.locations)]
    return tuple(at.path for at in places if at.repository == plan.repository and at.ref is None)[:1]
