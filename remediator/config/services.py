"""The forges and trackers that are delivered to."""

from decimal import Decimal
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import BeforeValidator, Field, WithJsonSchema, model_validator

from remediator.config.table import Section

_PUBLIC = {"github": "https://api.github.com", "gitlab": "https://gitlab.com", "local": ""}
_HERE = ("localhost", "127.0.0.1", "::1")


def is_safe(url: str) -> bool:
    """Whether a token may go there: over https, or to this machine, and no user in the address."""
    parts = urlsplit(url)
    loopback = parts.scheme == "http" and parts.hostname in _HERE
    return "@" not in parts.netloc and bool(parts.netloc) and (parts.scheme == "https" or loopback)


def pairs(table: object) -> object:
    """A table as pairs, in its order."""
    return tuple(table.items()) if isinstance(table, dict) else table


class ForgeConfig(Section):
    """`[forges.NAME]`: where pull requests are opened.

    `api_url` is that of github.com or gitlab.com unless given. A token goes over https, or to this machine. In
    place of one a GitHub App has an `app_id`, and its private key, in PEM, in the variable `private_key_env` names.
    """

    kind: Literal["github", "gitlab", "local"]
    api_url: str | None = None
    token_env: str | None = None
    app_id: Annotated[int, Field(gt=0)] | None = None
    private_key_env: str | None = None

    @property
    def api(self) -> str:
        """Where its API is: as configured, else that of the public service.

        Enterprise Server has it below /api/v3, which may be left out.
        """
        url = (self.api_url or _PUBLIC[self.kind]).rstrip("/")
        parts = urlsplit(url)
        is_server = self.kind == "github" and parts.scheme == "https" and not (parts.hostname or "").startswith("api.")
        return f"{url}/api/v3" if is_server and not parts.path else url

    @property
    def secret_env(self) -> str | None:
        """The variable that holds its token or private key."""
        return self.private_key_env if self.app_id is not None else self.token_env

    @model_validator(mode="after")
    def _one_login(self) -> "ForgeConfig":
        if (self.app_id is None) != (self.private_key_env is None):
            raise ValueError("a GitHub App is known by app_id and private_key_env together")
        if self.app_id is not None and (self.kind != "github" or self.token_env is not None):
            raise ValueError("app_id is for GitHub, and in place of token_env")
        return self

    @property
    def host(self) -> str | None:
        """The host that its accounts are on; None where it is on this machine, and may stand for any."""
        host = urlsplit(self.api).hostname
        return None if host in (None, *_HERE) else host.removeprefix("api.") if self.kind == "github" else host

    @model_validator(mode="after")
    def _token_is_safe(self) -> "ForgeConfig":
        if self.kind == "local" or self.api_url is None:
            return self
        if not is_safe(self.api_url):
            raise ValueError("api_url is written as https://host, without a user; the token would be read on the way")
        return self


DECLINED = (
    "Won't Do", "Won't Fix", "Wont Do", "Wont Fix", "Declined", "Rejected", "Cancelled", "Canceled", "Duplicate",
)  # fmt: skip
"""Jira's own resolutions and statuses that say no; any other end says that it was done."""


class TrackerConfig(Section):
    """`[trackers.NAME]`: where tickets are opened.

    `priorities` maps a priority to the monthly saving from which a ticket has it; `fields` sets further fields by id or
    name; `declined` are the resolutions and statuses that mean no, whatever their case. `close_by` and `reopen_by` are
    transitions, or the statuses they lead to, in the order in which they are tried; `close_fields` what a transition
    that closes is given besides, by id or name. `epics` maps a rule, or `*` for every other, to the key of the epic of
    its campaign; with `experiment_epics` the tickets of one abandoned experiment are given an epic of their own. `api`
    is the version of the API: 2 takes wiki markup, 3 the document format of Jira Cloud.
    """

    kind: Literal["jira", "local"]
    url: str | None = None
    project: Annotated[str, Field(pattern=r"^[A-Za-z][A-Za-z0-9_]{0,254}$")] = "FIN"
    user_env: str | None = None
    token_env: str | None = None
    issue_type: str = "Task"
    priorities: Annotated[
        tuple[tuple[str, Decimal], ...],
        BeforeValidator(pairs),
        WithJsonSchema({"type": "object", "additionalProperties": {"type": "number"}}),
    ] = ()
    due_days: Annotated[int, Field(ge=0, le=3650)] = 0
    fields: Annotated[
        tuple[tuple[str, str], ...],
        BeforeValidator(pairs),
        WithJsonSchema({"type": "object", "additionalProperties": {"type": "string"}}),
    ] = ()
    epics: Annotated[
        tuple[tuple[str, str], ...],
        BeforeValidator(pairs),
        WithJsonSchema({"type": "object", "additionalProperties": {"type": "string"}}),
    ] = ()
    experiment_epics: bool = True
    epic_type: str = "Epic"
    api: Literal[2, 3] = 2
    declined: tuple[str, ...] = DECLINED
    close_by: tuple[str, ...] = ("Done", "Close Issue", "Resolve Issue", "Closed", "Resolved")
    close_fields: Annotated[
        tuple[tuple[str, str], ...],
        BeforeValidator(pairs),
        WithJsonSchema({"type": "object", "additionalProperties": {"type": "string"}}),
    ] = ()
    reopen_by: tuple[str, ...] = ("Reopen Issue", "Reopen", "To Do", "Open", "Backlog")

    @model_validator(mode="after")
    def _token_is_safe(self) -> "TrackerConfig":
        if self.kind == "jira" and self.url is not None and not is_safe(self.url):
            raise ValueError("url is written as https://host, without a user; the token would be read on the way")
        return self
