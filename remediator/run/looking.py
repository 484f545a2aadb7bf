"""The first half of the pipeline: repositories, states and clouds read, and put together as an estate."""

from collections.abc import Callable, Collection, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from operator import attrgetter

from remediator.config import AccountConfig, Config, RepositoryConfig
from remediator.errors import RemediatorError
from remediator.git.version import hole
from remediator.model import CallCount, Estate, Failure, Resource, StateResource
from remediator.observe import prices
from remediator.observe.affording import Ration, rations
from remediator.observe.kinds import ALWAYS, KINDS, Kind
from remediator.observe.listing import Listing, list_unit
from remediator.observe.measuring import Gpus
from remediator.observe.naming import named, settled
from remediator.observe.opinions.hub import read_hub
from remediator.observe.organizations import organized
from remediator.observe.pricing import Priced, price_book
from remediator.observe.prometheus.gpus import read_gpus
from remediator.observe.series import grid
from remediator.observe.sighting import Sighting, Unit, listed, sight
from remediator.observe.succession import Successions
from remediator.registry import load_planners
from remediator.run.buckets import list_buckets, read_elsewhere
from remediator.run.codebase import Codebase, read_code, read_codebase
from remediator.run.estate import assemble, doubtful, gone
from remediator.run.membership import with_recent_types
from remediator.run.mounting import with_mounts
from remediator.run.succeeding import successions
from remediator.run.sweep import attempt, start
from remediator.trace.addresses import Key
from remediator.trace.holders import Holder, holders

PROMETHEUS = "prometheus"
"""The unit under which it fails, which is of every account and region."""


@dataclass(frozen=True, slots=True)
class Only:
    """What a run is restricted to; None is no restriction. What it leaves out, it neither opens nor closes."""

    rule: str | None = None
    account: str | None = None
    repository: str | None = None


@dataclass(frozen=True, slots=True)
class Looked:
    """What a run saw; `unread` are the repositories, files and states that could not be read.

    `config` is the configuration with the accounts that were found in organizations, `calls` what finding
    them took, and what asking other stores of metrics did.
    `left_out` are the repositories that it was told to leave, of which it knows as little though nothing failed;
    `contested` says why a person must look at resources that states do not agree on; `holders` are what states know of
    resources that are not declared; `notes` are what people should be told of states and code.
    """

    config: Config
    units: tuple[str, ...]
    codebases: Mapping[str, Codebase]
    sightings: tuple[Sighting, ...]
    estate: Estate
    priced: Priced
    unseen: tuple[Failure, ...]
    unread: tuple[Failure, ...]
    left_out: tuple[Failure, ...] = ()
    contested: Mapping[Key, tuple[str, ...]] = field(default_factory=dict)
    holders: Mapping[Key, Holder] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    calls: tuple[CallCount, ...] = ()

    @property
    def listed(self) -> frozenset[tuple[str, str, str]]:
        """What was listed whole: account, region and kind."""
        return listed(self.sightings)


def _kinds(config: Config) -> tuple[Kind, ...]:
    """What the rules that are on look at, so that nothing else is asked of an account."""
    wanted = ALWAYS.union(*(planner.kinds for planner in load_planners(config.planners, None)))
    return tuple(kind for kind in KINDS if kind.name in wanted)


def look(config: Config, now: datetime, only: Only, progress: Callable[[str], None]) -> Looked:
    """Read every repository and observe every account region, side by side; each failed unit is a value.

    Raises RemediatorError where it is restricted to an account that is neither configured nor in an organization.
    """
    members = organized(config)
    config = config.model_copy(update={"accounts": (*config.accounts, *members.accounts)})
    if only.account is not None and config.account(only.account) is None:
        raise RemediatorError(f"account '{only.account}' is not configured, nor is it in an organization that is")
    units = [Unit(a, r) for a in config.accounts if only.account in (None, a.name) for r in a.regions]
    repositories = [r for r in config.repositories if only.repository in (None, r.name)]
    others = [r for r in config.repositories if r not in repositories]
    left_out = (Failure(r.name, "--repo leaves it out") for r in others)
    with ThreadPoolExecutor(config.run.workers) as executor:
        progress(f"reading accounts and regions ({len(units)}) and repositories ({len(repositories)})")
        listed = list_buckets(executor, config.accounts)()
        one = partial(read_codebase, config=config, buckets=listed.results)
        reading = start(executor, one, repositories, attrgetter("name"))
        code = partial(read_code, config=config, buckets=listed.results)
        learning = start(executor, code, others, attrgetter("name"))
        listing = start(executor, partial(list_unit, kinds=_kinds(config)), units, str)
        read = reading()
        calling = learning()
        # The roots of what was not read still say which states are theirs.
        seen_roots = (codebase.config for codebase in (*calling.results, *read.results))
        known = {r.name: r for r in (*config.repositories, *seen_roots)}
        elsewhere = read_elsewhere(executor, listed.results, (r for k in known.values() for r in k.roots), config)
        found = listing()
        found = replace(found, results=_with_types(found.results, config, now))
        before, unfollowed = _followed(found.results, read.results, elsewhere.states, config, now)
        progress("reading metrics")
        naming = start(
            executor, partial(named, run=config.run, before=before), found.results, lambda one: str(one.unit)
        )
        by_unit = {str(one.unit): one.resources for one in found.results}
        names = dict(naming().results)
        paid = {str(u): settled(u, config.run, before.get(str(u), {}), names.get(str(u)) or {}) for u in units}
        affordable = rations(by_unit, config.run.max_metric_cost, names, before, paid)
        advising = start(executor, read_hub, _advised(config, only), attrgetter("name"))
        on = grid(now, config.run.metric_period, config.run.lookback_days)
        ended = [former.resource for unit in before.values() for one in unit.values() for former in one.before]
        gpus = read_gpus([*(r for one in found.results for r in one.resources), *ended], config.run, on)
        measure = partial(_sight, config=config, now=now, affordable=affordable, gpus=gpus.by_machine)
        seen = start(executor, measure, found.results, lambda one: str(one.unit))()
        advised = advising()
    codebases = {codebase.config.name: codebase for codebase in read.results}
    out_of_reach = [failure.unit for failure in (*read.failures, *calling.failures)]
    codebases = with_mounts(codebases, config, out_of_reach, calling.results)
    unread = [*listed.failures, *read.failures, *(f for c in codebases.values() for f in c.failures)]
    unread += elsewhere.failures
    states = [state for c in codebases.values() for state in c.states]
    deposed = [state for c in codebases.values() for state in c.deposed]
    resources = [resource for sighting in seen.results for resource in sighting.resources]
    progress("looking up list prices")
    priced = _priced(resources, config, now)
    progress("matching live resources to Terraform states")
    return Looked(
        config=config,
        calls=(*members.calls, *gpus.calls, *(call for a in advised.results for call in a.calls)),
        units=(*map(str, units), *(r.name for r in repositories)),
        codebases=codebases,
        sightings=seen.results,
        estate=assemble(seen.results, states, priced.book, config, [o for a in advised.results for o in a.opinions]),
        priced=priced,
        unseen=(
            *members.failures,
            *found.failures,
            *_failed(PROMETHEUS, gpus.problem),
            *seen.failures,
            *(f for s in seen.results for f in s.failures),
        ),
        unread=tuple(unread),
        left_out=tuple(left_out),
        contested=doubtful(seen.results, states, elsewhere.states),
        holders=holders(resources, states, deposed, elsewhere.states),
        notes=(
            *_narrowed(others),
            *filter(None, [hole() if config.repositories else None]),
            *(n for c in codebases.values() for n in c.notes),
            *(f"Which modules {f.unit} calls is not known: {f.reason}." for f in calling.failures),
            *elsewhere.notes,
            *unfollowed,
            *gone(seen.results, states),
            *priced.notes,
            *(note for s in seen.results for note in s.notes),
            *(note for a in advised.results for note in a.notes),
        ),
    )


def _narrowed(others: Sequence[RepositoryConfig]) -> tuple[str, ...]:
    """A note on repositories that are left out, without whose states nothing is sure to be undeclared."""
    names = ", ".join(repository.name for repository in others)
    what = f"--repo leaves out {names}, so what their states hold counts as undeclared in this run"
    return (f"{what}, and nothing is done about what is undeclared.",) if names else ()


def _sight(
    listing: Listing,
    config: Config,
    now: datetime,
    affordable: Mapping[str, Ration],
    gpus: Gpus,
) -> Sighting:
    return sight(listing, config.run, now, affordable[str(listing.unit)], gpus)


def _followed(
    listings: Sequence[Listing],
    codebases: Sequence[Codebase],
    elsewhere: Sequence[StateResource],
    config: Config,
    now: datetime,
) -> tuple[Mapping[str, Successions], tuple[str, ...]]:
    """What was at the addresses of machines before them, by unit, or a note that it is not known."""
    answer = attempt(partial(successions, listings, codebases, elsewhere, config.run), now)
    if isinstance(answer, str):
        return {}, (f"Each machine is judged by itself, without those before it at its address: {answer}.",)
    return answer[0], ()


def _with_types(listings: Sequence[Listing], config: Config, now: datetime) -> tuple[Listing, ...]:
    """The listings with what is known of the machines that groups had, or as they are."""
    answer = attempt(partial(with_recent_types, run=config.run, now=now), listings)
    return tuple(listings) if isinstance(answer, str) else answer[0]


def _advised(config: Config, only: Only) -> list[AccountConfig]:
    asked = config.accounts if config.run.second_opinion else ()
    return [account for account in asked if account.endpoint_url is None and only.account in (None, account.name)]


def _failed(unit: str, problem: str | None) -> tuple[Failure, ...]:
    return (Failure(unit, problem),) if problem is not None else ()


def _priced(resources: Collection[Resource], config: Config, now: datetime) -> Priced:
    answer = attempt(partial(price_book, config=config, now=now), resources)
    return Priced(prices.load(), (f"prices: {answer}",)) if isinstance(answer, str) else answer[0]
