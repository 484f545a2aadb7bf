"""The index of a whole repository: every Terraform file parsed once, cached by blob id."""

import json
import re
import sqlite3
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache
from pathlib import Path, PurePosixPath

from remediator.iac.terraform.json_syntax import json_source
from remediator.iac.terraform.mounts import Key, Mounts
from remediator.iac.terraform.syntax import Block, Encoded, SourceFile, decode, decode_blocks, encode

_TOFU = re.compile(r"\.tofu(\.json)?$")
_COPIES = frozenset((".terraform", ".terragrunt-cache"))
"""Folders that `init` fills with copies of modules."""
_CODE = (".tf", ".tf.json", ".tofu", ".tofu.json", ".tfvars", ".tfvars.json")
_MODULE = (".tf", ".tf.json", ".tofu", ".tofu.json")
_VERSION = f"5 {sys.byteorder}"
"""Of the cache: rows of another are not read."""


@dataclass(frozen=True)  # without slots, which leave no room for what is decoded once
class IndexedFile:
    """A file at the indexed commit; its syntax is decoded when it is looked at.

    `link` is the path of the symbolic link by which a folder has it, if it is not the folder it lies in.
    """

    path: str
    blob: str
    encoded: Encoded
    link: str | None = None

    @cached_property
    def source(self) -> SourceFile:
        """Its blocks and attributes."""
        if self.encoded.problem is not None or not self.path.endswith(".json"):
            return decode(self.encoded)
        return json_source(self.path, self.encoded.text)

    def blocks(self, type_: str) -> Iterator[Block]:
        """Its blocks of one type; taken from `source` where that has been decoded."""
        if "source" in self.__dict__ or self.path.endswith(".json"):
            return (block for block in self.source.blocks if block.type == type_)
        return decode_blocks(self.encoded, type_)

    @property
    def source_problem(self) -> str | None:
        """Why it could not be read, where it is written in JSON."""
        return self.source.problem if self.path.endswith(".json") else None

    @property
    def seen(self) -> str:
        """The path that Terraform sees, by whose name and ending it goes."""
        return self.link or self.path

    @property
    def directory(self) -> str:
        """The folder it lies in; empty at the top."""
        return directory_of(self.path)


@dataclass(frozen=True, slots=True)
class Dependency:
    """A unit whose outputs another one reads, None where it may be any; `outputs` are their names, None for any."""

    unit: str | None
    place: str
    outputs: frozenset[str] | None

    def reads(self, unit: str, output: str) -> bool:
        """Whether it may read an output of a unit."""
        return self.unit in (unit, None) and (self.outputs is None or output in self.outputs)


@dataclass(frozen=True, slots=True)
class Unit:
    """A folder that Terragrunt is run in: the file that says how, the folder of its module, and what it reads.

    `module` is None where it is not in the repository; `reason` says why the unit is not followed, where it is not.
    `reads` are the files that its inputs hang on, `includes` those that it includes, `var_files` those that its extra
    arguments name. `elsewhere` is the source and version of a module that is not in the repository.
    """

    path: str
    file: str
    module: str | None
    reason: str | None
    reads: frozenset[str]
    includes: tuple[str, ...] = ()
    var_files: tuple[str, ...] = ()
    depends_on: tuple[Dependency, ...] = ()
    elsewhere: Key | None = None


@dataclass(frozen=True, slots=True, eq=False)
class RepositoryIndex:
    """Every Terraform file of a repository at a commit, by path and by folder; equal only to itself.

    `blobs` are the ids of the regular files that are not code, which functions such as `file()` may read. A folder
    holds the code that links in it lead to as well, and `linked` names those folders by the file's own path;
    `symlinks` are the paths of all links, to files and to folders. `units` are Terragrunt's, by folder. `mounts` are
    the modules from elsewhere, whose files are among `files`, `folders` and `blobs`.
    """

    repository: str
    commit: str
    files: Mapping[str, IndexedFile]
    folders: Mapping[str, tuple[IndexedFile, ...]]
    blobs: Mapping[str, str] = field(default_factory=dict)
    linked: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    symlinks: frozenset[str] = frozenset()
    units: Mapping[str, Unit] = field(default_factory=dict)
    mounts: Mounts = field(default_factory=Mounts)

    def module_folder(self, root: str) -> str:
        """The folder of the module that a root is: its own, save where Terragrunt takes one from elsewhere."""
        unit = self.units.get(normal(root))
        return normal(root) if unit is None or unit.module is None else unit.module

    def folders_of(self, path: str) -> tuple[str, ...]:
        """The folders that a file of code counts in: its own, and those that link to it."""
        return (directory_of(path), *self.linked.get(path, ()))

    def directory(self, path: str) -> tuple[IndexedFile, ...]:
        """The files of one folder that make up one module, by name.

        A `.tofu` file stands in for its `.tf` twin, as in OpenTofu
        (https://opentofu.org/docs/language/files/).
        """
        inside = [f for f in self.folders.get(normal(path), ()) if f.seen.endswith(_MODULE)]
        twins = {_TOFU.sub(r".tf\1", f.seen) for f in inside if _TOFU.search(f.seen)}
        return tuple(f for f in inside if f.seen not in twins)

    def blob(self, path: str) -> str | None:
        """The blob id of any regular file, whether it is code or not."""
        file = self.files.get(path)
        return file.blob if file else self.blobs.get(path)

    @property
    def unparsed(self) -> tuple[IndexedFile, ...]:
        """The files that could not be parsed; each says why."""
        return tuple(f for f in self.files.values() if f.encoded.problem is not None or f.source_problem is not None)


def directory_of(path: str) -> str:
    """The folder of a path; empty at the top."""
    return normal(str(PurePosixPath(path).parent))


@lru_cache(maxsize=65536)
def normal(path: str) -> str:
    """A folder's path without `./` and trailing slashes; empty for the top."""
    text = str(PurePosixPath(path))
    return "" if text in (".", "/") else text


def build(
    repository: str,
    commit: str,
    entries: Sequence[tuple[str, str]],
    read: Callable[[Sequence[str]], Iterator[tuple[str, bytes]]],
    cache: Path | None,
    others: Mapping[str, str] | None = None,
    links: Mapping[str, str] | None = None,
) -> RepositoryIndex:
    """Index the given (path, blob id) pairs; only blobs that the cache does not hold are read and parsed.

    `others` are the blob ids of files that are not code, which committed copies of modules that `init` made are
    not either; `links` lead from the path of a link to where it points.

    `read` gives the content of many blobs at once. The cache is one SQLite file that is whole at any instant.
    """
    copies = {path: blob for path, blob in entries if not _COPIES.isdisjoint(path.split("/"))}
    entries = [(path, blob) for path, blob in entries if path not in copies]
    others = {**(others or {}), **copies}
    blobs = {blob for _, blob in entries}
    known = _load(cache, blobs) if cache else {}
    paths = {blob: path for path, blob in entries}
    new = {blob: reencoded(paths[blob], content) for blob, content in read(sorted(blobs - known.keys()))}
    if cache and new:
        _store(cache, new)
    known |= new
    files = {path: IndexedFile(path, blob, known[blob]) for path, blob in sorted(entries)}
    folders: dict[str, list[IndexedFile]] = {}
    for file in files.values():
        folders.setdefault(file.directory, []).append(file)
    linked: dict[str, tuple[str, ...]] = {}
    for path, target in sorted((links or {}).items()):
        if target in files:
            folders.setdefault(directory_of(path), []).append(replace(files[target], link=path))
            linked[target] = (*linked.get(target, ()), directory_of(path))
        elif path.endswith(_CODE):
            problem = f"it is a symbolic link to {target}, which is not followed; put a file in its place"
            folders.setdefault(directory_of(path), []).append(IndexedFile(path, "", Encoded(b"", b"", problem), path))
    inside = {path: tuple(found) for path, found in folders.items()}
    return RepositoryIndex(repository, commit, files, inside, others, linked, frozenset(links or ()))


def reencoded(path: str, content: bytes) -> Encoded:
    """A file parsed anew; one written in JSON is kept as it is until it is looked at."""
    return Encoded(content, b"", None) if path.endswith(".json") else encode(content)


def _load(cache: Path, blobs: set[str]) -> dict[str, Encoded]:
    if not cache.exists():
        return {}
    try:
        with closing(sqlite3.connect(cache, timeout=30)) as connection:
            rows = connection.execute(
                "SELECT blob, text, offsets, problem FROM json_each(?) JOIN parsed ON blob = value WHERE version = ?",
                (json.dumps(sorted(blobs)), _VERSION),
            )
            return {blob: Encoded(text, offsets, problem) for blob, text, offsets, problem in rows}
    except sqlite3.OperationalError:
        return {}
    except sqlite3.DatabaseError:
        cache.unlink(missing_ok=True)  # a cache may be lost, never be wrong
        return {}


def _store(cache: Path, new: Mapping[str, Encoded]) -> None:
    """Keep parse results, all or none of them; a cache that cannot be written is done without."""
    with suppress(OSError, sqlite3.Error):
        cache.parent.mkdir(parents=True, exist_ok=True)
        with closing(sqlite3.connect(cache, timeout=30)) as connection, connection:
            connection.execute(
                "CREATE TABLE IF NOT EXISTS parsed (blob TEXT PRIMARY KEY, version TEXT, text BLOB, offsets BLOB, "
                "problem TEXT)"
            )
            connection.execute("DELETE FROM parsed WHERE version != ?", (_VERSION,))
            connection.executemany(
                "INSERT OR REPLACE INTO parsed VALUES (?, ?, ?, ?, ?)",
                ((blob, _VERSION, e.text, e.offsets, e.problem) for blob, e in new.items()),
            )
