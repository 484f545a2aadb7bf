"""What a host is told so that it shows a state, and no other host ever is."""

import os
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from remediator.config import StateHostConfig
from remediator.errors import RemediatorError

__all__ = ["Access", "access", "host_of", "origin_of", "shown"]


@dataclass(frozen=True, slots=True)
class Access:
    """Headers that only URLs of one origin are given, and the variable that the token in them is from."""

    origin: tuple[str, str]
    token_env: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)


def access(url: str, host: StateHostConfig | None, where: str) -> Access:
    """The access to a URL's origin; `where` names the state in errors.

    Raises RemediatorError where a variable is not set, and where a token would go out unencrypted.
    """
    if host is None or host.token_env is None:
        return Access(origin_of(url))
    token = _variable(host.token_env, where)
    parts = urlsplit(url)
    if parts.scheme != "https" and parts.hostname not in ("localhost", "127.0.0.1", "::1"):
        raise RemediatorError(f"{where}: a token is not sent over plain http; write the URL with https")
    if host.user_env:
        pair = f"{_variable(host.user_env, where)}:{token}"
        headers = {"Authorization": f"Basic {b64encode(pair.encode()).decode()}"}
    elif "/api/v4/projects/" in parts.path:  # GitLab: https://docs.gitlab.com/api/rest/authentication/
        headers = {"PRIVATE-TOKEN": token}
    else:
        headers = {"Authorization": f"Bearer {token}"}
    return Access(origin_of(url), host.token_env, headers)


def host_of(url: str) -> str:
    """The host of a URL, with its port where one is written."""
    return urlsplit(url).netloc.rpartition("@")[2].lower()


def origin_of(url: str) -> tuple[str, str]:
    """Scheme and host of a URL."""
    return urlsplit(url).scheme, host_of(url)


def shown(url: str) -> str:
    """A URL without user, password and query, for people to read."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{host_of(url)}{parts.path}"


def _variable(name: str, where: str) -> str:
    value = os.environ.get(name, "")
    if not (value and value.isascii() and value.isprintable()):
        raise RemediatorError(f"{where}: the environment variable {name} is not set, or holds no token; set it")
    return value
