"""Whether those whom the configuration names as owners are still there: by its own `left`, and by the forges."""

from collections.abc import Iterator, Mapping

from remediator.config import Config
from remediator.deliver.places import Places
from remediator.model import is_handle
from remediator.model.checks import Check, passed, warned
from remediator.run.inquiring import ask_any, knowing
from remediator.trace.absence import Absence
from remediator.trace.people import all_left, folded

_UNIT = "owners"


def check_owners(config: Config, places: Places) -> Iterator[Check]:
    """A warning for each who left, is on no forge, or could not be asked after; each says where they are named."""
    named = _named(config)
    left = all_left(config.owners.left)
    for name, where in named.items():
        if folded(name) in left:
            said = f"{name} ({', '.join(where)}) is among owners.left, so that nobody asks them"
            yield warned(_UNIT, "left", said, "name somebody else there, or take them out of left")
    handles = frozenset(folded(name) for name in named if is_handle(name) and folded(name) not in left)
    if not handles or not knowing(config):
        return
    told = ask_any(config, places, handles)
    for name, where in named.items():
        why = told.absences.get(folded(name))
        if isinstance(why, Absence) and not why.unsure:
            said = f"{name} ({', '.join(where)}) owns nothing any more: {why.reason}"
            yield warned(_UNIT, "there", said, "name somebody else there")
        elif why is not None:
            yield warned(_UNIT, "there", f"whether {name} ({', '.join(where)}) is there is not known: {why.reason}")
    if not told.absences:
        yield passed(_UNIT, "there", f"everybody whom the configuration names is on a forge ({len(handles)})")


def _named(config: Config) -> Mapping[str, tuple[str, ...]]:
    """Everybody whom the configuration would have asked, each with the settings that do."""
    found: dict[str, list[str]] = {}
    if config.owners.fallback is not None:
        found.setdefault(config.owners.fallback, []).append("owners.fallback")
    for team, settings in config.owners.teams.items():
        for name in settings.reviewers:
            found.setdefault(name, []).append(f"owners.teams.{team}.reviewers")
    for name in config.requests.reviewers:
        found.setdefault(name, []).append("requests.reviewers")
    for account in config.accounts:
        if account.owner is not None:
            found.setdefault(account.owner, []).append(f"the owner of account {account.name}")
    return {name: tuple(where) for name, where in found.items()}
