"""Plans delivered, most dollars first, by what people answered on the dashboards, which are written anew after it."""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from types import MappingProxyType
from typing import Final

from remediator.config import Config
from remediator.deliver import dashboard, escape
from remediator.deliver.composing import worth
from remediator.deliver.dashboard import NO_ANSWERS, Answers, Entry, Section
from remediator.deliver.disclosure import Shown, discreet, masked
from remediator.deliver.grouping import Joint
from remediator.deliver.markers import branch_name
from remediator.deliver.onboarding import FILE, is_let_in, let_in
from remediator.deliver.orphans import delete_orphans, unwanted
from remediator.deliver.page import title, unsaid_names
from remediator.deliver.places import Places
from remediator.deliver.protocols import IssueDraft
from remediator.deliver.site import Site
from remediator.deliver.standing import Delivered, Hold
from remediator.ledger.ledger import Ledger
from remediator.model import Failure, Outcome, Plan
from remediator.run.codebase import Codebase
from remediator.run.foldering import folders_of
from remediator.run.grouping import Round, delivered, joints_of
from remediator.run.keeping import delivering
from remediator.run.owning import Owned
from remediator.run.planning import first_seen
from remediator.run.stopping import stopped
from remediator.run.sweep import attempt
from remediator.trace.addresses import Key, key_of

_log = logging.getLogger(__name__)

_HELD: Final[Mapping[Hold | None, Section]] = {
    Hold.LIMITED: Section.LIMITED,
    Hold.DECLINED: Section.DECLINED,
    Hold.SNOOZED: Section.SNOOZED,
}


_BROKEN: Final = "configuration"


def deliver_all(
    plans: Sequence[Plan],
    outcomes: Sequence[Outcome],
    codebases: Mapping[str, Codebase],
    config: Config,
    ledger: Ledger,
    places: Places,
    now: datetime,
    owned: Owned,
    narrow: bool = False,
    whole: bool = True,
    environments: Mapping[Key, str | None] = MappingProxyType({}),
) -> tuple[tuple[tuple[Plan, Delivered], ...], tuple[Failure, ...]]:
    """Deliver plan by plan, most dollars first, since limits may stop the later ones; then write the dashboards.

    `environments` are those that resources are in, by which freezes hold.
    A dashboard that cannot be read or written is a failure of its own. A run that was told to be `narrow` leaves it as
    it is, and what is ticked there to the next; one that is not `whole` keeps the ticks it had no plan for.
    """
    first = {f: o.opened_at for o in outcomes for f in o.fingerprints}
    sites: dict[str, Site] = {}
    answers: dict[str, Answers] = {}
    failures: list[Failure] = []
    dashed = ledger.dashboards()
    about = dashed.union((p.repository or "" for p in plans), (o.repository or "" for o in outcomes))
    asked = about if config.run.deliver and config.limits.dashboard else frozenset[str]()
    for name, codebase in ((n, c) for n, c in codebases.items() if n in asked):  # of the others nothing waits
        read = attempt(
            partial(_read, config=owned.disclosing(config, name), ledger=ledger, places=places, now=now), codebase
        )
        if isinstance(read, str):
            failures.append(Failure(f"{name} dashboard", read))
        elif read[0] is not None:
            sites[name], answers[name] = (read[0][0], read[0][1].silent if narrow else read[0][1])
    done: list[tuple[Plan, Delivered]] = []
    dated = [first_seen(p, next((first[f] for f in p.fingerprints if first.get(f)), None)) for p in plans]
    joints: list[tuple[Joint, Round]] = []
    for name in dict.fromkeys(plan.repository or "" for plan in dated):
        own = tuple(plan for plan in dated if (plan.repository or "") == name)
        narrowed = owned.narrowed(config, name)
        frozen = frozenset(
            p.id
            for p in own
            if _within(_in_folders(config, p, owned, codebases), p, environments).limits.is_frozen(now)
        )
        here = Round(name, own, codebases, narrowed, ledger, places, now,
                     answers.get(name, NO_ANSWERS), whole, frozen,
                     owned.disclosing(config, name).disclosure)  # fmt: skip
        joints += [(joint, here) for joint in joints_of(here)]
    for joint, here in sorted(joints, key=lambda pair: worth(pair[0].plan)):
        if stopped(config.run.state_dir, ledger) is not None:  # asked of each, so that it stops a run at work
            config = delivering(config, False)
        own_config = _in_folders(config, joint.plan, owned, codebases)
        done += delivered(joint, replace(here, config=_within(own_config, joint.plan, environments)))
    for name, site in sites.items() if config.run.deliver and not narrow else ():
        its = [(plan, delivered) for plan, delivered in done if plan.repository == name]
        wrote = attempt(partial(_write, answers[name], site, whole), its)
        if isinstance(wrote, str):
            failures.append(Failure(f"{name} dashboard", wrote))
        elif wrote[0] and name not in dashed:
            ledger.keep_dashboard(name)
    if config.run.deliver and whole and not narrow:
        names = frozenset(branch_name(",".join(joint.plan.rules), joint.plan.id) for joint, _ in joints)
        for name, codebase in codebases.items():
            cleared = attempt(partial(_clear, owned.narrowed(config, name), ledger, places, now, names), codebase)
            failures += [Failure(f"{name} branches", cleared)] if isinstance(cleared, str) else []
    told = _tell_broken(owned, codebases, places) if config.run.deliver else ()
    return tuple(done), (*failures, *told)


def _clear(
    config: Config, ledger: Ledger, places: Places, now: datetime, wanted: frozenset[str], codebase: Codebase
) -> None:
    """Delete what killed runs pushed to a repository and nothing asks for."""
    there = unwanted(codebase.clone, wanted)
    forge = places.forge(codebase.config, codebase.clone) if there else None
    if forge is not None:
        for branch in delete_orphans(there, Site(codebase.config, codebase.clone, forge, config, ledger, now)):
            _log.info(
                "%s: deleted the branch %s, which a killed run left without a request", codebase.config.name, branch
            )


def _in_folders(config: Config, plan: Plan, owned: Owned, codebases: Mapping[str, Codebase]) -> Config:
    """The configuration as it holds where a plan's resources are declared and its edits are made."""
    return owned.narrowed(config, plan.repository or "", folders_of(plan, codebases))


def _within(config: Config, plan: Plan, environments: Mapping[Key, str | None]) -> Config:
    """The configuration as it holds in the environments that a plan's resources are in."""
    found = {environments.get(key_of(change.resource)) for change in plan.changes}
    return config.model_copy(update={"limits": config.limits.within(found)})


def _tell_broken(owned: Owned, codebases: Mapping[str, Codebase], places: Places) -> tuple[Failure, ...]:
    """One issue in each repository whose own configuration cannot be used; what cannot be told is a failure."""
    failures: list[Failure] = []
    for name, codebase in codebases.items():
        reason = owned.broken.get(name) if name not in owned.inherited else None  # that is told where the file is
        folders = owned.broken_folders(name) if name not in owned.broken else {}
        told = attempt(partial(_tell, reason=reason, folders=folders, places=places), codebase)
        if isinstance(told, str):
            failures.append(Failure(f"{name} configuration issue", told))
    return tuple(failures)


def _tell(codebase: Codebase, reason: str | None, folders: Mapping[str, str], places: Places) -> None:
    told = [reason] if reason is not None else list(folders.values())
    forge = places.forge(codebase.config, codebase.clone) if told else None
    if forge is not None:
        where = "in this repository" if reason is not None else f"for the roots and the code in {', '.join(folders)}"
        until = "until the base branch has a file that can be read. Close this then."
        reasons = "\n\n".join(escape.markdown(one, 1000) for one in told)
        body = f"{reasons}\n\nNothing is opened {escape.markdown(where, 1000)} {until}"
        forge.ensure_issue(codebase.config.forge_slug, IssueDraft(_BROKEN, f"{FILE} cannot be used", body))


def _read(
    codebase: Codebase, config: Config, ledger: Ledger, places: Places, now: datetime
) -> tuple[Site, Answers] | None:
    """What people answered in a repository; None where nothing is to be written in it yet, or it has no forge."""
    forge = places.forge(codebase.config, codebase.clone) if config.limits.dashboard else None
    if forge is None:
        return None
    owners = partial(places.owners, codebase.clone)
    site = Site(codebase.config, codebase.clone, forge, config, ledger, now, owners=owners)
    if not is_let_in(site):
        return None
    issue = forge.issue(site.slug, dashboard.TOPIC)
    return site, dashboard.read(issue.body) if issue is not None else NO_ANSWERS


def _write(before: Answers, site: Site, whole: bool, delivered: Sequence[tuple[Plan, Delivered]]) -> bool:
    """Write the dashboard, where it is there already or anything on it waits for somebody; whether it is there.

    Of units whose people have not let us in nothing stands on it.
    """
    shown = site.shown
    told = let_in([plan for plan, _ in delivered], site)
    entries = [_entry(plan, done, shown.of(plan)) for plan, done in delivered if plan.id in told]
    issue = site.forge.issue(site.slug, dashboard.TOPIC)
    if issue is None and all(entry.section in (Section.OPEN, Section.WAITING) for entry in entries):
        return False
    later = dashboard.read(issue.body) if issue is not None else NO_ANSWERS
    kept = dashboard.remembered(entries, later, site.now.astimezone(UTC).date(), whole)
    body = dashboard.render(entries, before, site.config.limits.refresh_beyond, later, kept, shown)
    site.forge.ensure_issue(site.slug, IssueDraft(dashboard.TOPIC, dashboard.TITLE, body))
    return True


def _entry(plan: Plan, done: Delivered, shown: Shown) -> Entry:
    section = Section.OPEN
    if done.action == "failed":
        section = Section.ERRORED
    elif done.action == "held":
        section = _HELD.get(done.hold, Section.WAITING)
    return Entry(
        section=section,
        plan_id=plan.id,
        title=masked(f"{title(plan)}{f' ({unsaid})' if (unsaid := unsaid_names(plan)) else ''}", shown),
        monthly=discreet(plan, shown).monthly_saving,
        reference=done.reference,
        where=done.where,
        note=masked(note, shown) if (note := _note(section, done)) else None,
        until=done.until,
        currency=plan.currency,
    )


def _note(section: Section, done: Delivered) -> str | None:
    """Why, in words that do not change while nothing does: of a limit, its name alone."""
    reason = done.reason or ""
    if section is Section.LIMITED:
        return reason.partition(":")[0]
    return reason if section in (Section.ERRORED, Section.WAITING) else None
