"""The ledger of a run: held by one run at a time, and made anew from the platform where it is empty."""

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, nullcontext
from dataclasses import replace
from datetime import datetime
from functools import partial

from filelock import FileLock, Timeout

from remediator import files
from remediator.config import Config, RepositoryConfig
from remediator.deliver.places import Places
from remediator.deliver.rebuilding import Rebuilt, rebuild
from remediator.errors import RemediatorError
from remediator.git.clones import Clone
from remediator.ledger.ledger import Ledger, open_ledger
from remediator.model import Failure
from remediator.run.codebase import Codebase, cloned
from remediator.run.sweep import attempt

UNFILLED = "unfilled.json"
"""The file that names the repositories of which a ledger that was made anew holds nothing yet."""


def delivering(config: Config, deliver: bool) -> Config:
    """The configuration with delivery on or off."""
    return config.model_copy(update={"run": config.run.model_copy(update={"deliver": deliver})})


def rebuild_ledger(config: Config, *, now: datetime) -> Rebuilt:
    """Keep what the platform says of requests and tickets that the ledger does not know.

    A repository that cannot be read is a failure.
    """
    repositories: dict[str, tuple[RepositoryConfig, Clone]] = {}
    failures: list[Failure] = []
    for repository in config.repositories:
        answer = attempt(partial(cloned, config=config), repository)
        if isinstance(answer, str):
            failures.append(Failure(repository.name, answer))
        else:
            repositories[repository.name] = (repository, answer[0])
    with opened_ledger(config) as ledger:
        found = rebuild(repositories, config, Places(config), ledger, now)
    return replace(found, failures=(*failures, *found.failures))


def refilled(
    codebases: Mapping[str, Codebase],
    config: Config,
    places: Places,
    ledger: Ledger,
    now: datetime,
    progress: Callable[[str], None],
) -> Rebuilt:
    """An empty ledger is filled from the platform, since the disk that held it may be gone.

    Of repositories that this run was told to leave it is filled by the first run that reads them.
    """
    later, empty = _unfilled(config), ledger.is_empty()
    own = {n: (c.config, c.clone) for n, c in codebases.items() if empty or n in later}
    if not config.run.deliver or not (own or empty):
        return Rebuilt(0, 0, ())
    found = rebuild(own, config, places, ledger, now)
    if found.whole:
        left = frozenset(r.name for r in config.repositories) if empty else later
        _keep_unfilled(config, left - own.keys())
    if found.requests or found.tickets:
        progress(f"the ledger was empty: took {found.requests} requests and {found.tickets} tickets from the platform")
    if not found.whole:
        progress("the ledger is empty, and what was delivered before is not known: nothing is delivered in this run")
    return found


def _unfilled(config: Config) -> frozenset[str]:
    try:
        return frozenset(json.loads((config.run.state_dir / UNFILLED).read_bytes()))
    except (OSError, ValueError, TypeError):
        return frozenset()  # there are none, or the file was damaged: what they hold is looked up before it is opened


def _keep_unfilled(config: Config, names: frozenset[str]) -> None:
    path = config.run.state_dir / UNFILLED
    if names:
        files.write(path, json.dumps(sorted(names)).encode())
    else:
        path.unlink(missing_ok=True)


@contextmanager
def opened_ledger(config: Config) -> Iterator[Ledger]:
    """The ledger, while this is the only run at work on it and on the state directory."""
    state_dir = config.run.state_dir
    try:
        state_dir.mkdir(parents=True, exist_ok=True)
        lock = FileLock(state_dir / "lock", timeout=0)
        lock.acquire()
    except Timeout as error:
        raise RemediatorError(
            f"another run is at work on {state_dir}; wait for it, or give this one a state_dir of its own"
        ) from error
    except OSError as error:
        raise RemediatorError(f"{state_dir} cannot be written ({error.strerror}); set run.state_dir") from error
    try:
        # What is in the state directory is held by its lock; what a URL names, other machines may use too.
        shared = config.run.ledger is not None
        with open_ledger(config.run.ledger, state_dir) as ledger, ledger.leased() if shared else nullcontext():
            yield ledger
    finally:
        lock.release()
