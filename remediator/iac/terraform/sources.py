"""Sources of modules outside the repository: git URLs and registry addresses, and the repository that each means.

https://developer.hashicorp.com/terraform/language/modules/sources
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import parse_qs, unquote, urlsplit

from remediator.config import RepositoryConfig, is_remote

__all__ = ["Address", "address_of", "meant"]

_WORD = r"[0-9A-Za-z](?:[\w-]{0,62}[0-9A-Za-z])?"
_REGISTRY = re.compile(
    rf"(?:(?P<host>[\w-]+(?:\.[\w-]+)*\.[\w-]+(?::\d+)?|localhost(?::\d+)?)/)?"
    rf"(?P<space>{_WORD})/(?P<name>{_WORD})/(?P<provider>[0-9a-z]{{1,64}})(?://(?P<folder>[^?]*))?"
)
_FORGES = ("github.com", "bitbucket.org", "gitlab.com")
"""Hosts whose repositories may be named without a scheme."""
_SCP = re.compile(r"(?:(?P<user>[\w.-]+)@)?(?P<host>[\w.-]+):(?P<path>(?!//).+)")
MAX_LENGTH = 2_000
"""Characters of a source that are read; no URL that works is longer."""


@dataclass(frozen=True, slots=True)
class Address:
    """A module elsewhere: `path` is its repository's on `host`, which is None where any host may have it.

    `folder` is the module's in the repository; `ref` is None where none is named; `registry` says whether a version
    constraint chooses among the tags.
    """

    host: str | None
    path: str
    folder: str
    ref: str | None = None
    registry: bool = False


def address_of(source: str) -> Address | None:
    """What a source means; None for a local one, and for what is neither git nor a registry."""
    if len(source) > MAX_LENGTH or source.startswith(("./", "../")) or not source.isprintable():
        return None
    found = _REGISTRY.fullmatch(source)
    if found and (found["host"] or "") not in _FORGES:
        path = f"{found['space']}/terraform-{found['provider']}-{found['name']}"
        return _address(None, path, found["folder"] or "", None, registry=True)
    forced = source.startswith("git::")
    base, _, query = source.removeprefix("git::").partition("?")
    if re.match(r"\w+::", base):
        return None
    ref = next(iter(parse_qs(query).get("ref", [])), None)
    scheme, there, rest = base.partition("://")
    if there:
        host, _, path = rest.partition("/")
        return _split(_host(host) if scheme != "file" else None, f"/{path}", ref) if forced else None
    if base.startswith("/"):
        return _split(None, base, ref) if forced else None
    host, _, path = base.partition("/")
    if host in _FORGES:
        return _split(host, f"/{path}", ref)
    found = _SCP.fullmatch(base)
    if found and (forced or found["user"]):
        return _split(_host(found["host"]), f"/{found['path'].removeprefix('/')}", ref)
    return None


def _split(host: str | None, path: str, ref: str | None) -> Address | None:
    whole, _, folder = path.partition("//")
    return _address(host, whole if host is None else whole[1:], folder, ref)


def _address(host: str | None, path: str, folder: str, ref: str | None, registry: bool = False) -> Address | None:
    steps = [step for step in unquote(folder).split("/") if step not in ("", ".")]
    if ".." in steps or not path.strip("/"):
        return None
    return Address(host, _plain(unquote(path)), "/".join(steps), ref or None, registry)


def _plain(path: str) -> str:
    return path.rstrip("/").removesuffix(".git").rstrip("/")


def _host(place: str) -> str:
    """A host without user and port, which differ between the ways to reach it."""
    return place.rpartition("@")[2].partition(":")[0].lower()


def meant(address: Address, repositories: Iterable[RepositoryConfig]) -> RepositoryConfig | None:
    """The configured repository that an address means: by host and path of its URL, or by its slug."""
    return next((one for one in repositories if _is_meant(address, one)), None)


def _is_meant(address: Address, repository: RepositoryConfig) -> bool:
    if not is_remote(repository.url) or repository.url.startswith("file:"):
        path = _plain(repository.url.removeprefix("file://"))
        return address.path == path or _same(address.path, repository.slug)
    if "://" in repository.url:
        parts = urlsplit(repository.url)
        host, path = _host(parts.netloc), parts.path
    else:
        place, _, path = repository.url.partition(":")
        host = _host(place)
    known = (_plain(path).removeprefix("/"), repository.slug)
    return address.host in (None, host) and any(_same(address.path, one) for one in known)


def _same(path: str, other: str | None) -> bool:
    return other is not None and path.lower() == other.lower()
