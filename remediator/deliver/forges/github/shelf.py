"""Pages of GitHub's listings as they were last read, so that what did not change is not sent again."""

import hashlib
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from remediator import files


class Page(BaseModel):
    """One page: its entity tag, its rows as they came, and whether another one follows."""

    model_config = ConfigDict(frozen=True)

    etag: str
    rows: list[Any]
    more: bool


class Shelf:
    """Keeps pages in a folder, or nowhere; there are as many as there are hundreds of requests that were opened.

    https://docs.github.com/rest/using-the-rest-api/best-practices-for-using-the-rest-api#use-conditional-requests
    """

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder

    def read(self, key: str) -> Page | None:
        """The page as it was; None where it is not kept, or cannot be read, so that it is asked for anew."""
        if self._folder is None:
            return None
        try:
            return Page.model_validate_json(self._path(self._folder, key).read_bytes())
        except (OSError, ValidationError):
            return None

    def keep(self, key: str, page: Page) -> None:
        """Keep a page that has an entity tag."""
        if self._folder is not None and page.etag:
            files.write(self._path(self._folder, key), page.model_dump_json().encode())

    def _path(self, folder: Path, key: str) -> Path:
        return folder / f"{hashlib.sha256(key.encode()).hexdigest()[:32]}.json"
