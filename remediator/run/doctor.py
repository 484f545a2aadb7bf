"""Everything that a run will need, checked beforehand: read only, in parallel, each within a bound of time."""

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from datetime import date, datetime
from functools import partial
from typing import Final, TypeAlias

from remediator.config import AccountConfig, Config, RepositoryConfig, RootConfig
from remediator.deliver.credentials import git_token
from remediator.deliver.places import Places
from remediator.errors import RemediatorError
from remediator.git.failures import GitError
from remediator.git.process import Access
from remediator.git.reaching import has_branch
from remediator.git.version import MERGING, check_version, hole, shown, version
from remediator.iac.terraform.shadow.process import found
from remediator.ledger.ledger import open_ledger
from remediator.model.checks import Check, failed, passed, warned
from remediator.observe.organizations import organized
from remediator.observe.permissions import Asked, check_account
from remediator.observe.states.opening import open_state
from remediator.registry import check_rules, load_planners
from remediator.run.doctor_owners import check_owners

SECONDS: Final = 180.0
"""How long all of it may take; what has not answered by then is said to have not."""

_AT_ONCE: Final = 8
_WHOLE: Final = 5
"""Accounts of an organization whose every action is tried; of the others it is tried whether they can be entered."""

_Work: TypeAlias = Callable[[], Iterable[Check]]


def examine(config: Config, now: datetime, seconds: float = SECONDS) -> tuple[Check, ...]:
    """Every check, in the order of the configuration; what one raises is its own failure."""
    places = Places(config, sleep=lambda _: None)  # a limit is said to be one, not waited for
    work = [*_here(config), *_accounts(config), *_repositories(config), *_services(config, places, now)]
    executor = ThreadPoolExecutor(_AT_ONCE)
    try:
        asked = [(unit, executor.submit(partial(_carried_out, unit, check))) for unit, check in work]
        wait([future for _, future in asked], timeout=seconds)
        return tuple(check for unit, future in asked for check in _answer(unit, future, seconds))
    finally:
        executor.shutdown(wait=False, cancel_futures=True)


def _answer(unit: str, future: Future[tuple[Check, ...]], seconds: float) -> tuple[Check, ...]:
    if future.done():
        return future.result()
    said = f"it has not answered within {seconds:.0f} seconds"
    return (failed(unit, "answer", said, "check the network and its address, and run again"),)


def _carried_out(unit: str, check: _Work) -> tuple[Check, ...]:
    done: list[Check] = []
    try:
        done.extend(check())
    except RemediatorError as error:
        done.append(failed(unit, "answer", str(error)))
    except Exception as error:  # one check that fails hides none of the others
        done.append(failed(unit, "answer", f"an unexpected {type(error).__name__}: {error}", "report it"))
    return tuple(done)


def _here(config: Config) -> Iterator[tuple[str, _Work]]:
    yield "configuration", partial(_rules, config)
    yield "git", _git
    yield "terraform", _terraform
    yield "state_dir", partial(_state_dir, config)


def _rules(config: Config) -> Iterator[Check]:
    rules = load_planners(config.planners, None)
    check_rules(rule for exception in config.exceptions for rule in exception.rule)
    yield passed("configuration", "rules", f"it can be read, and {len(rules)} rules are on")
    if not config.accounts and not config.organizations:
        yield warned(
            "configuration", "accounts", "no account is configured, so nothing is looked at", "add [[accounts]]"
        )
    if not config.run.deliver:
        yield warned(
            "configuration", "deliver", "nothing is delivered", "set run.deliver = true, or run with --deliver"
        )


def _git() -> Iterator[Check]:
    try:
        check_version()
        there = version()
    except GitError as error:
        yield failed("git", "version", str(error))
        return
    if (said := hole()) is not None:
        yield warned("git", "version", said)
    if there is not None and there < MERGING:
        said = f"git {shown(there)} cannot tell whether an open request conflicts"
        yield warned("git", "version", said, f"install git {shown(MERGING)} or newer")
    elif said is None:
        yield passed("git", "version", f"git {shown(there) if there else 'of no number'}")


def _terraform() -> Iterator[Check]:
    binary = found()
    if binary is None:
        said = "neither terraform nor tofu is on PATH: edits are proved without it"
        yield warned("terraform", "binary", said, "install one of them, and put it on PATH")
    else:
        yield passed("terraform", "binary", f"{binary.command[0]} is there")


def _state_dir(config: Config) -> Iterator[Check]:
    place = config.run.state_dir.absolute()
    nearest = next(folder for folder in (place, *place.parents) if folder.exists())
    if not nearest.is_dir() or not os.access(nearest, os.W_OK | os.X_OK):
        yield failed("state_dir", "folder", f"{nearest} cannot be written to", "make it writable, or set run.state_dir")
        return
    yield passed("state_dir", "folder", f"{place} {'can be written to' if place == nearest else 'can be made'}")
    if config.run.ledger is None and not (place / "ledger.sqlite").exists():
        yield passed("state_dir", "ledger", "there is none yet; the first run makes one")
        return
    with open_ledger(config.run.ledger, place) as ledger:
        yield passed("state_dir", "ledger", f"it holds {len(ledger.outcomes())} outcomes")


def _accounts(config: Config) -> Iterator[tuple[str, _Work]]:
    for account in config.accounts:
        yield f"account {account.name}", partial(check_account, account, _asked(config, account))
    if config.organizations:
        yield "organizations", partial(_members, config)


def _members(config: Config) -> Iterator[Check]:
    whole = organized(config)
    for failure in whole.failures:
        yield failed(failure.unit, "members", failure.reason)
    yield passed("organizations", "members", f"{len(whole.accounts)} accounts are found in them")
    with ThreadPoolExecutor(_AT_ONCE) as executor:
        asked = [_asked(config, account) if at < _WHOLE else Asked(()) for at, account in enumerate(whole.accounts)]
        for checks in executor.map(lambda pair: tuple(check_account(*pair)), zip(whole.accounts, asked, strict=True)):
            yield from checks


def _asked(config: Config, account: AccountConfig) -> Asked:
    wanted = ["Inventory", "Metrics", "LaunchRecords"]
    wanted += ["Buckets"] if config.run.max_bucket_calls else []
    wanted += ["SecondOpinions"] if config.run.second_opinion else []
    asks_prices = config.prices.account or next((a.name for a in config.accounts if a.endpoint_url is None), None)
    wanted += ["Prices"] if config.prices.source == "api" and account.name == asks_prices else []
    return Asked(tuple(wanted), account.state_buckets)


def _repositories(config: Config) -> Iterator[tuple[str, _Work]]:
    for repository in config.repositories:
        yield f"repository {repository.name}", partial(_repository, repository, config)
        for root in repository.roots:
            unit = f"state of {repository.name}/{root.path}"
            yield unit, partial(_state, unit, root, config)


def _repository(repository: RepositoryConfig, config: Config) -> Iterator[Check]:
    unit, forge = f"repository {repository.name}", config.forges.get(repository.forge or "")
    access = Access(repository.url, forge.token_env if forge else None, git_token(config, repository))
    if has_branch(access, repository.branch):
        yield passed(unit, "clone", f"git reaches it, and it has {repository.branch}")
    else:
        said = f"git reaches it, and it has no branch {repository.branch}"
        yield failed(unit, "clone", said, "set branch to the one that is applied from")
    for key, name in (("forge", repository.forge), ("tracker", repository.tracker)):
        if name is None:
            yield warned(unit, key, f"it has no {key}", f"name one with {key} = …")


def _state(unit: str, root: RootConfig, config: Config) -> Iterator[Check]:
    with open_state(root, config) as stream:
        next(iter(stream.chunks), b"")
    yield passed(unit, "read", f"the state of workspace {root.workspace} can be read")


def _services(config: Config, places: Places, now: datetime) -> Iterator[tuple[str, _Work]]:
    for name in config.forges:
        slugs = tuple(dict.fromkeys(r.forge_slug for r in config.repositories if r.forge == name))
        yield f"forge {name}", partial(_forge, name, slugs, places, now.date())
    yield "owners", partial(check_owners, config, places)
    for name in config.trackers:
        yield f"tracker {name}", partial(_tracker, name, config, places)


def _forge(name: str, slugs: Sequence[str], places: Places, today: date) -> Iterator[Check]:
    if not slugs:
        yield warned(f"forge {name}", "use", "no repository names it", f'set forge = "{name}" for one, or take it out')
    yield from places.check_forge(name, slugs, today)


def _tracker(name: str, config: Config, places: Places) -> Sequence[Check]:
    return places.check_tracker(name, tuple(config.owners.teams.values()))
