"""Files that are whole or absent, whoever is killed while writing them."""

import os
import tempfile
from pathlib import Path

from remediator.errors import RemediatorError


def write(path: Path, content: bytes) -> bool:
    """Give a file its content in one step; False where it had it already. Raises RemediatorError."""
    try:
        if path.is_file() and path.read_bytes() == content:
            return False
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            Path(name).chmod(0o644)
            Path(name).replace(path)
        finally:
            Path(name).unlink(missing_ok=True)
    except OSError as error:
        raise RemediatorError(f"{path} cannot be written ({error.strerror}); make its folder writable") from error
    return True
