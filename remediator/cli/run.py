"""`remediator run`: the whole job, once or periodically."""

import re
import time
from datetime import UTC, datetime, timedelta
from typing import Annotated

import typer

from remediator.cli.console import Exit, line, set_up_logging, stderr, stdout
from remediator.cli.options import (
    DEFAULT_CONFIG,
    ConfigPath,
    LogFormat,
    OnlyAccount,
    OnlyRepository,
    OnlyRule,
    OutputFormat,
    Verbose,
)
from remediator.cli.progress import progressing
from remediator.cli.report import print_summary
from remediator.config import Config, load, secret
from remediator.errors import ConfigError, RemediatorError
from remediator.run import Only, run
from remediator.run.summary import Summary

_EVERY = re.compile(r"(\d+)([smhd])")
_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400}


def run_command(
    config: ConfigPath = DEFAULT_CONFIG,
    deliver: Annotated[
        bool | None,
        typer.Option("--deliver/--no-deliver", help="Open requests and tickets; default: run.deliver of the config."),
    ] = None,
    every: Annotated[str | None, typer.Option(help="Repeat at this interval: 30m, 1h, 1d.", metavar="TIME")] = None,
    only: OnlyRule = None,
    account: OnlyAccount = None,
    repo: OnlyRepository = None,
    output: OutputFormat = "text",
    log_format: LogFormat = "text",
    verbose: Verbose = False,
) -> Exit:
    """Do the whole job: observe, trace, plan, edit, deliver, verify.

    Nothing leaves this machine unless run.deliver is true in the configuration or --deliver is given.
    """
    set_up_logging(log_format, verbose)
    settings = load(config)
    check_names(settings, account, repo)
    if settings.run.deliver if deliver is None else deliver:
        check_secrets(settings)
    chosen = Only(only, account, repo)
    if every is None:
        return _once(settings, deliver, chosen, output, log_format)
    pause = interval(every)
    while True:
        begun = datetime.now(UTC)
        try:
            _once(settings, deliver, chosen, output, log_format)
        except RemediatorError as error:
            stderr().print(line(f"This run was left out: {error}"), markup=False)
        time.sleep(max(0.0, (begun + pause - datetime.now(UTC)).total_seconds()))


def _once(settings: Config, deliver: bool | None, only: Only, output: str, log_format: str) -> Exit:
    with progressing(plain=log_format == "json") as progress:
        summary = run(settings, now=datetime.now(UTC), deliver=deliver, only=only, progress=progress)
    print_summary(summary, settings.run.state_dir, stdout(), output)
    return exit_code(summary)


def exit_code(summary: Summary) -> Exit:
    """3 when any unit failed, else 0."""
    return Exit.INCOMPLETE if summary.failures else Exit.DONE


def interval(text: str) -> timedelta:
    """The duration in a text such as 90s, 30m, 1h or 1d; raises ConfigError."""
    match = _EVERY.fullmatch(text.strip())
    if match is None or int(match[1]) == 0:
        raise ConfigError(f"--every {text}: not an interval; write a number and s, m, h or d, such as 30m or 1h")
    return timedelta(seconds=int(match[1]) * _SECONDS[match[2]])


def check_names(settings: Config, account: str | None, repo: str | None) -> None:
    """Raise ConfigError when --account or --repo names nothing that is configured."""
    if account is not None and settings.account(account) is None and not settings.organizations:
        raise ConfigError(f"--account {account} is not configured")
    if repo is not None and settings.repository(repo) is None:
        raise ConfigError(f"--repo {repo} is not configured")


def check_secrets(settings: Config) -> None:
    """Raise ConfigError when a forge or tracker that a repository names needs a secret that is not set."""
    for repository in settings.repositories:
        forge, tracker = settings.forges.get(repository.forge or ""), settings.trackers.get(repository.tracker or "")
        if forge is not None and forge.kind != "local":
            kind = "a private key" if forge.app_id is not None else "a token"
            secret(forge.secret_env, f"forges.{repository.forge}", kind)
        if tracker is not None and tracker.kind != "local":
            if tracker.user_env is not None:
                secret(tracker.user_env, f"trackers.{repository.tracker}", "a user name")
            secret(tracker.token_env, f"trackers.{repository.tracker}")
