"""Clones without blobs, save those that are read: every version of code, and the files of the followed branch.

For repositories whose history is full of large binaries. What is read comes in one batch after a fetch, and git never
fetches an object by itself: a promisor is named to the commands here alone, so to all others a missing object is an
error, and besides they may use no transport.
"""

import re
from collections.abc import Collection
from pathlib import Path

from remediator.files import write
from remediator.git.diffs import unquoted
from remediator.git.failures import GitError
from remediator.git.names import redact
from remediator.git.process import NETWORK_SECONDS, Access, run, stream

__all__ = ["REMOTE", "bring_code", "promisor"]

REMOTE = "source"
"""What the repository is called in the options of `promisor`, which no file of the clone holds."""

_CODE = (
    "*.tf", "*.tf.*", "*.tfvars", "*.tfvars.*", "*.tofu", "*.tofu.*", "*.hcl", "*.yaml", "*.yml", "*.json", "*.tpl",
    "*.template",
)  # fmt: skip
"""Files whose history is walked or that are searched, by name in any folder."""

_BINARY = re.compile(
    r".*\.("
    r"7z|a|apk|avi|bin|bmp|bz2|ckpt|class|dll|dmg|dylib|eot|exe|flac|gif|gz|h5|heic|ico|iso|jar|jpe?g|lib|mkv|mov|mp[34]|"
    r"msi|np[yz]|o|obj|ogg|onnx|otf|parquet|pb|pdf|pkl|png|pptx?|psd|pth?|pyc|rar|rpm|deb|safetensors|so|tar|tgz|tiff?|"
    r"ttf|war|wasm|wav|web[mp]|whl|woff2?|xlsx?|xz|zip|zst)",
    re.IGNORECASE | re.DOTALL,
)
"""Names of files that no code is read from; all else at the head is small in practice."""

_BROUGHT = "remediator-brought"
"""The file in a clone with the commits up to which all code was brought."""


def promisor(access: Access) -> list[str]:
    """The options by which one command knows the source of a blobless clone; without them it has none."""
    settings = {"url": access.where, "promisor": "true", "partialclonefilter": "blob:none"}
    return [part for key, value in settings.items() for part in ("-c", f"remote.{REMOTE}.{key}={value}")]


def bring_code(path: Path, access: Access, head: str) -> None:
    """Fetches what is read and not yet held, in one batch: all versions of code, and the other text files at `head`.

    Raises GitError where the repository does not give it.
    """
    tips = run(path, ["for-each-ref", "--format=%(objectname)", "refs/heads", "refs/tags"])[1].decode().split()
    code, others = _at(path, head)
    fresh = _versions(path, tips, _brought(path))
    lacking = _lacking(path, fresh | code | others)
    if lacking & code - fresh:  # lost since it was brought, and so may others be
        lacking = _lacking(path, _versions(path, tips, ()) | code | others)
    if lacking:
        run(
            path,
            [
                *promisor(access), "-c", "fetch.negotiationAlgorithm=noop", "fetch", "--quiet", "--no-tags",
                "--no-write-fetch-head", "--no-recurse-submodules", "--filter=blob:none", "--stdin", "--", REMOTE,
            ],
            access,
            "".join(f"{blob}\n" for blob in sorted(lacking)).encode(),
            timeout=NETWORK_SECONDS,
        )  # fmt: skip
        if left := len(_lacking(path, lacking)):
            raise GitError(f'{redact(access.where)} did not give {left:,} of its files; set clone = "full" for it')
    write(path / _BROUGHT, "".join(f"{tip}\n" for tip in tips).encode())


def _versions(path: Path, tips: Collection[str], brought: Collection[str]) -> set[str]:
    """The blobs of code in all commits behind the tips that are not behind what was brought."""
    command = [
        "-c", "log.showRoot=true", "log", "--diff-merges=first-parent", "--no-renames", "--diff-filter=d", "--raw",
        "--no-abbrev", "--format=", "--ignore-missing", "--stdin", "--", *_CODE,
    ]  # fmt: skip
    revisions = "".join([*(f"{tip}\n" for tip in tips), *(f"^{tip}\n" for tip in brought)])
    found: set[str] = set()
    with stream(path, command, revisions.encode()) as output:
        for line in output:
            if line.startswith(b":"):
                mode, blob = line.split(b" ", 4)[1:4:2]
                if mode != b"160000":
                    found.add(blob.decode())
    return found


def _at(path: Path, head: str) -> tuple[set[str], set[str]]:
    """The blobs of code at the head, and those of its other files that may be text."""
    _, output = run(path, ["ls-tree", "-r", "--full-tree", head])
    code: set[str] = set()
    others: set[str] = set()
    endings = tuple(pattern.removeprefix("*") for pattern in _CODE if not pattern.endswith(".*"))
    for line in output.splitlines():
        facts, _, quoted = line.partition(b"\t")
        mode, kind, blob = facts.decode().split()
        name = unquoted(quoted)
        if kind != "blob":
            continue
        if name.endswith(endings):
            code.add(blob)
        elif mode == "120000" or not _BINARY.fullmatch(name):
            others.add(blob)
    return code, others


def _lacking(path: Path, blobs: Collection[str]) -> set[str]:
    questions = "".join(f"{blob}\n" for blob in blobs).encode()
    _, output = run(path, ["cat-file", "--batch-check=%(objectname)"], stdin=questions)
    return {line.split()[0].decode() for line in output.splitlines() if line.endswith(b" missing")}


def _brought(path: Path) -> tuple[str, ...]:
    try:
        return tuple((path / _BROUGHT).read_text().split())
    except (OSError, UnicodeDecodeError):
        return ()
