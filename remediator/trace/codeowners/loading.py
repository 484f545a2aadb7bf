"""Finds a repository's CODEOWNERS file at a commit, and reads it in its dialect."""

from remediator.config import Config
from remediator.git.clones import Clone
from remediator.git.objects import read_paths
from remediator.trace.codeowners.dialects import MAX_BYTES, Dialect, dialect_of, paths_of, read
from remediator.trace.codeowners.rules import CodeOwners

_PIPELINE = ".gitlab-ci.yml"


def load_codeowners(clone: Clone, commit: str, config: Config) -> CodeOwners:
    """The rules of a commit's CODEOWNERS file; none where it has no such file. Raises RemediatorError where git fails.

    The dialect is that of the repository's forge, unless the configuration says otherwise. Of no file more
    than MAX_BYTES are read.
    """
    repository = config.repository(clone.name)
    forge = config.forges.get(repository.forge or "") if repository else None
    everywhere = {path for dialect in Dialect for path in paths_of(dialect)}
    files = read_paths(clone, commit, (*sorted(everywhere), _PIPELINE), MAX_BYTES)
    texts = {path: files[path].decode("utf-8", "replace") for path in everywhere if path in files}
    configured = repository.codeowners if repository else None
    dialect = dialect_of(forge.kind if forge else None, configured, files.keys(), texts.values())
    path = next((path for path in paths_of(dialect) if path in texts), None)
    return read(texts[path], dialect, path) if path else CodeOwners()
