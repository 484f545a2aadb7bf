"""Files of folders are written by whoever can commit, so that only so many of them are read."""

import pytest

from remediator.errors import ConfigError
from remediator.git.clones import sync
from remediator.run import foldering


def test_more_of_them_than_are_read_is_said(site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(foldering, "FILES", 2)
    for folder in "abc":
        (site.upstream.path / folder).mkdir()
    site.upstream.commit({f"{folder}/.remediator.toml": "" for folder in "abc"}, "Configure")
    clone = sync(site.config.repositories[0], site.state_dir)

    with pytest.raises(ConfigError, match="3 folders have a "):
        foldering.read_all_folders(clone)
    monkeypatch.setattr(foldering, "FILES", 3)
    assert list(foldering.read_all_folders(clone)) == ["a", "b", "c"]
