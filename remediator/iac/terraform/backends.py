"""Roots found by their backend blocks: which folder Terraform is run in, and where its state is."""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from posixpath import join, normpath
from urllib.parse import urlsplit

from remediator.config import RootConfig
from remediator.iac.terraform.expressions import literal
from remediator.iac.terraform.index import IndexedFile, RepositoryIndex
from remediator.iac.terraform.syntax import Attribute, Block

__all__ = ["COMMITTED", "Known", "Unplaced", "discovered", "placed"]

COMMITTED = "git:"
"""What the reference of a state begins with that is committed beside the code; the rest is its path."""

_HCP = "app.terraform.io"
_STATE_FILE = "terraform.tfstate"
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")
_NAME_IT = "name the root with its state yourself"


@dataclass(frozen=True, slots=True)
class Known:
    """What is known beside the code: the keys of each bucket that was listed, and the configured hosts of states.

    A repository may say what it likes, so that no host is asked which the configuration does not name.
    """

    keys: Mapping[str, Collection[str]] = field(default_factory=dict)
    hosts: Collection[str] = ()


@dataclass(frozen=True, slots=True)
class Unplaced:
    """A root whose state cannot be told from its code: its folder, and a sentence that says why and how to go on."""

    path: str
    reason: str


def discovered(
    index: RepositoryIndex, known: Known | None = None
) -> tuple[tuple[RootConfig, ...], tuple[Unplaced, ...]]:
    """The roots whose state has a place that is written out, by path, and those whose place is not.

    Workspaces other than the default one stand nowhere in the code: they are found in buckets that were listed, and
    among committed states.
    """
    known = known or Known()
    committed = _Committed(index.blobs.keys(), tuple(p for p in index.blobs if f"/{p}".endswith(f"/{_STATE_FILE}")))
    found: dict[tuple[str, str], RootConfig] = {}
    unplaced: list[Unplaced] = []
    for folder in sorted(index.folders):
        backends = [_backend(file, kind, block, folder) for file, kind, block in _blocks(index, folder)]
        made = [_placed(backend, known, committed) for backend in backends]
        for one in made or [committed.roots(folder, _STATE_FILE, f"{_STATE_FILE}.d")]:
            if isinstance(one, Unplaced):
                unplaced.append(one)
            else:
                found |= {(root.path, root.workspace): root for root in one}
    return tuple(found.values()), tuple(unplaced)


def placed(
    where: str, kind: str, settings: Mapping[str, str | None], path: str, known: Known
) -> tuple[RootConfig, ...] | Unplaced:
    """The roots in a folder by its backend, which stands at a place, a root for each workspace that is known.

    A setting that is not written out is None; one inside of a block has the block's name before it:
    `workspaces.name`.
    """
    return _placed(_Backend(path, kind, settings, where), known, _Committed())


@dataclass(frozen=True, slots=True)
class _Backend:
    path: str
    kind: str
    settings: Mapping[str, str | None]
    where: str

    def unwritten(self, needed: Collection[str], others: Collection[str] = ()) -> str:
        """The settings that are not written out, of those that must be there and of others that have a default."""
        given = self.settings
        missing = [name for name in needed if not given.get(name)]
        return " and ".join((*missing, *(name for name in others if name in given and given[name] is None)))

    def unplaced(self, reason: str) -> Unplaced:
        return Unplaced(self.path, f"the {self.kind} backend at {self.where} {reason}")


@dataclass(frozen=True, slots=True)
class _Committed:
    """The files of a repository, and those that are named as states, as where nobody ever set up a backend."""

    files: Collection[str] = ()
    states: tuple[str, ...] = ()

    def roots(self, folder: str, path: str, workspaces: str) -> tuple[RootConfig, ...]:
        folder = "" if folder == "." else folder
        inside, end = f"{normpath(join(folder, workspaces))}/", f"/{_STATE_FILE}"
        named = {p[len(inside) : -len(end)]: p for p in self.states if p.startswith(inside)}
        places = {"default": normpath(join(folder, path))} | {w: p for w, p in named.items() if _NAME.fullmatch(w)}
        return tuple(
            RootConfig(path=folder or ".", state=f"{COMMITTED}{place}", workspace=workspace)
            for workspace, place in sorted(places.items())
            if place in self.files
        )


def _blocks(index: RepositoryIndex, folder: str) -> Iterator[tuple[IndexedFile, str, Block]]:
    for file in index.directory(folder):
        for top in file.blocks("terraform"):
            for block in top.blocks:
                if block.type == "backend" and len(block.labels) == 1:
                    yield file, block.labels[0], block
                elif block.type == "cloud":
                    yield file, "cloud", block


def _backend(file: IndexedFile, kind: str, block: Block, folder: str) -> _Backend:
    inner = {f"{b.type}.{a.name}": _text(a) for b in block.blocks for a in b.attributes}
    settings = {a.name: _text(a) for a in block.attributes} | inner
    return _Backend(folder or ".", kind, settings, f"{file.path}:{block.header.start_line}")


def _text(attribute: Attribute) -> str | None:
    found = literal(attribute.text)
    return found.value if found is not None and isinstance(found.value, str) else None


def _placed(backend: _Backend, known: Known, committed: _Committed) -> tuple[RootConfig, ...] | Unplaced:
    try:
        return _found(backend, known, committed)
    except ValueError:  # no URL, or none that the configuration would take
        return backend.unplaced(f"gives a place that is none; {_NAME_IT}")


def _found(backend: _Backend, known: Known, committed: _Committed) -> tuple[RootConfig, ...] | Unplaced:
    match backend.kind:
        case "s3":
            return _in_s3(backend, known.keys)
        case "http":
            return _at_url(backend, known.hosts)
        case "cloud" | "remote":
            return _in_hcp(backend, known.hosts)
        case "local":
            return _local(backend, committed)
        case _:
            return backend.unplaced(
                f'is not read from; {_NAME_IT}, with state_command = ["terraform", "state", "pull"] and '
                "state_command_dir where `terraform init` was run"
            )


def _in_s3(backend: _Backend, keys: Mapping[str, Collection[str]]) -> tuple[RootConfig, ...] | Unplaced:
    bucket, key = backend.settings.get("bucket"), backend.settings.get("key")
    missing = backend.unwritten(("bucket", "key"), ("workspace_key_prefix",))
    if missing or not bucket or not key:
        return backend.unplaced(f"does not write out its {missing}; name the root's state yourself")
    if not _NAME.fullmatch(bucket):
        raise ValueError(bucket)
    prefix = backend.settings.get("workspace_key_prefix") or "env:"
    listed = keys.get(bucket, ())
    begin, end = f"{prefix}/", f"/{key}"
    inner = (k[len(begin) : -len(end)] for k in listed if k.startswith(begin) and k.endswith(end))
    named = sorted(workspace for workspace in inner if _NAME.fullmatch(workspace))
    default = [] if named and key not in listed else ["default"]
    return tuple(
        RootConfig(path=backend.path, state=f"s3://{bucket}/{key}", workspace_key_prefix=prefix, workspace=workspace)
        for workspace in (*default, *named)
    )


def _at_url(backend: _Backend, hosts: Collection[str]) -> tuple[RootConfig, ...] | Unplaced:
    url = backend.settings.get("address")
    if not url or "@" in urlsplit(url).netloc:
        return backend.unplaced("does not write out its address; name the root's state yourself")
    host = urlsplit(url).netloc.lower()
    if urlsplit(url).scheme not in ("http", "https") or host not in hosts:
        return backend.unplaced(
            f"names a host that is not configured; add [state_hosts.{_quoted(host)}], or {_NAME_IT}"
        )
    return (RootConfig(path=backend.path, state=url),)


def _in_hcp(backend: _Backend, hosts: Collection[str]) -> tuple[RootConfig, ...] | Unplaced:
    if missing := backend.unwritten((), ("hostname",)):
        return backend.unplaced(f"does not write out its {missing}; {_NAME_IT}")
    host, organization = (backend.settings.get("hostname") or _HCP).lower(), backend.settings.get("organization")
    workspace = backend.settings.get("workspaces.name")
    if not organization or not workspace:
        return backend.unplaced(
            "does not write out its organization and the name of one workspace; name a root for each workspace "
            "yourself, with its state as tfc://organization/workspace"
        )
    if not all(_NAME.fullmatch(name) for name in (organization, workspace)) or host not in hosts:
        return backend.unplaced(f"needs a token: add [state_hosts.{_quoted(host)}] with its token_env, or {_NAME_IT}")
    # Inside a `cloud` block terraform.workspace is the workspace's name: it chooses among the values of the code.
    chosen = workspace if backend.kind == "cloud" else "default"
    return (RootConfig(path=backend.path, state=f"tfc://{host}/{organization}/{workspace}", workspace=chosen),)


def _local(backend: _Backend, committed: _Committed) -> tuple[RootConfig, ...] | Unplaced:
    if missing := backend.unwritten((), ("path", "workspace_dir")):
        return backend.unplaced(f"does not write out its {missing}; {_NAME_IT}")
    path, folder = (
        backend.settings.get("path") or _STATE_FILE,
        backend.settings.get("workspace_dir") or f"{_STATE_FILE}.d",
    )
    found = committed.roots(backend.path, path, folder)
    return found or backend.unplaced(f"keeps the state where Terraform is run, and none is committed; {_NAME_IT}")


def _quoted(host: str) -> str:
    return '"' + "".join(c for c in host if c.isalnum() or c in ".:-")[:100] + '"'
