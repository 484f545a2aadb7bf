"""Makes a repository from a fast-import stream."""

from pathlib import Path

from remediator.git.process import run


def fast_import(path: Path, stream: bytes) -> None:
    """Create a bare repository with the commits of a `git fast-import` stream; `main` is its default branch."""
    path.parent.mkdir(parents=True, exist_ok=True)
    run(None, ["init", "--quiet", "--bare", "--initial-branch=main", str(path)])
    run(path, ["fast-import", "--quiet"], stdin=stream)
