"""What may be handed to git: branch names, commit ids, paths and URLs that cannot be read as anything else."""

import re
from pathlib import Path
from urllib.parse import urlsplit

from remediator.errors import RemediatorError

_FORBIDDEN = re.compile(r"[\x00-\x20\x7f~^:?*\[\\]|\.\.|@\{|//")
_OBJECT_ID = re.compile(r"[0-9a-f]{40}([0-9a-f]{24})?")
_SCP_LIKE = re.compile(r"(?:[\w.-]+@)?[\w.-]+:(?!//|\\)[^:]")
_SCHEMES = frozenset({"https", "http", "ssh", "git", "file", "git+ssh", "ssh+git"})


def valid_branch(name: str) -> bool:
    """Whether git takes the name for a branch (the rules of git-check-ref-format) and no command for an option."""
    return (
        bool(name)
        and name != "@"
        and not _FORBIDDEN.search(name)
        and not name.startswith(("-", "/"))
        and not name.endswith(("/", "."))
        and not any(part.startswith(".") or part.endswith(".lock") for part in name.split("/"))
    )


def checked_branch(name: str) -> str:
    """The branch name itself; raises RemediatorError where git could not take it for one."""
    if not valid_branch(name):
        raise RemediatorError(f"{name!r} is not a branch name that git accepts; correct it in the configuration")
    return name


def checked_id(object_id: str) -> str:
    """The object id itself; raises RemediatorError unless it is a full one in hexadecimal."""
    if not _OBJECT_ID.fullmatch(object_id):
        raise RemediatorError(f"{object_id!r} is not a full git object id")
    return object_id


def checked_path(path: str) -> str:
    """The path itself; raises RemediatorError unless it stays inside the tree and outside `.git`."""
    parts = path.split("/")
    if "\0" in path or any(p in ("", ".", "..") or p.lower() == ".git" for p in parts):
        raise RemediatorError(f"{path!r} is not a path inside the repository; nothing was written")
    return path


def checked_url(url: str) -> str:
    """The URL as git gets it, a local path made absolute.

    Raises RemediatorError for what git would take for an option or a command, and for a password in the URL.
    """
    if url.startswith("-") or "::" in url.partition("/")[0] or any(ord(c) < 32 for c in url):
        raise RemediatorError(f"the repository URL {url!r} is refused; use https, ssh, or the path of a repository")
    if "://" in url:
        parts = urlsplit(url)
        if parts.scheme not in _SCHEMES or (parts.hostname or "").startswith("-"):
            raise RemediatorError(f"the repository URL {redact(url)} is refused; use https, ssh, file or a path")
        if parts.password:
            raise RemediatorError(
                f"the repository URL {redact(url)} carries a password; "
                "put it into an environment variable and name that in the forge's token_env"
            )
        return url
    return url if _SCP_LIKE.match(url) else str(Path(url).expanduser().absolute())


def is_local(url: str) -> bool:
    """Whether a checked URL is a path on this machine."""
    return url.startswith("/")


def redact(text: str) -> str:
    """The text without the credentials of any URL in it."""
    return re.sub(r"(\w://)[^/@\s]+@", r"\1", text)
