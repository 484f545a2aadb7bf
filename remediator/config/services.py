"""The forges and trackers that are delivered to."""

from typing import Literal
from urllib.parse import urlsplit

from pydantic import model_validator

from remediator.config.table import Section

_PUBLIC = {"github": "https://api.github.com", "gitlab": "https://gitlab.com", "local": ""}
_HERE = ("localhost", "127.0.0.1", "::1")


class ForgeConfig(Section):
    """`[forges.NAME]`: where pull requests are opened.

    `api_url` is that of github.com or gitlab.com unless given. A token goes over https, or to this machine.
    """

    kind: Literal["github", "gitlab", "local"]
    api_url: str | None = None
    token_env: str | None = None

    @property
    def api(self) -> str:
        """Where its API is: as configured, else that of the public service."""
        return self.api_url or _PUBLIC[self.kind]

    @property
    def host(self) -> str | None:
        """The host that its accounts are on; None where it is on this machine, and may stand for any."""
        host = urlsplit(self.api).hostname
        return None if host in (None, *_HERE) else host.removeprefix("api.") if self.kind == "github" else host

    @model_validator(mode="after")
    def _token_is_safe(self) -> "ForgeConfig":
        if self.kind == "local" or self.api_url is None:
            return self
        parts = urlsplit(self.api_url)
        loopback = parts.scheme == "http" and parts.hostname in _HERE
        if "@" in parts.netloc or not parts.netloc or not (parts.scheme == "https" or loopback):
            raise ValueError("api_url is written as https://host, without a user; the token would be read on the way")
        return self


class TrackerConfig(Section):
    """`[trackers.NAME]`: where tickets are opened."""

    kind: Literal["jira", "local"]
    url: str | None = None
    project: str = "FIN"
    user_env: str | None = None
    token_env: str | None = None
    issue_type: str = "Task"
