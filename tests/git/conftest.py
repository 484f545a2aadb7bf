"""A program of an attacker, and whether it ran."""

import pytest


@pytest.fixture
def marked(tmp_path, monkeypatch):
    """Whether an attack has succeeded; commands run in a folder of their own, to which nothing may be written."""
    (tmp_path / "cwd").mkdir()
    monkeypatch.chdir(tmp_path / "cwd")
    return lambda: (tmp_path / "mark").exists() or bool(list((tmp_path / "cwd").iterdir()))


@pytest.fixture
def script(tmp_path):
    """A program that leaves the mark."""
    path = tmp_path / "script"
    path.write_text(f"#!/bin/sh\ntouch {tmp_path / 'mark'}\ncat\n")
    path.chmod(0o755)
    return path
