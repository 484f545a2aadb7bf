"""The forges and trackers that are delivered to."""

from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import Field, model_validator

from remediator.config.table import Section

_PUBLIC = {"github": "https://api.github.com", "gitlab": "https://gitlab.com", "local": ""}


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

    @model_validator(mode="after")
    def _token_is_safe(self) -> "ForgeConfig":
        if self.kind == "local" or self.api_url is None:
            return self
        parts = urlsplit(self.api_url)
        loopback = parts.scheme == "http" and parts.hostname in ("localhost", "127.0.0.1", "::1")
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
