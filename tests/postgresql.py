"""A real PostgreSQL server of a test run's own, where its programs and its driver are installed."""

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest


class Postgresql:
    """A server that is reached over a socket in a folder of its own."""

    def __init__(self, folder: Path) -> None:
        self._folder, self._made = folder, 0

    def url(self, database: str = "postgres") -> str:
        return f"postgresql+psycopg://ledger@/{database}?host={self._folder}"

    def make(self) -> str:
        """The URL of a database that nothing is in yet."""
        import psycopg

        self._made += 1
        name = f"made{self._made}"
        with psycopg.connect(f"host={self._folder} user=ledger dbname=postgres", autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name}")
        return self.url(name)


@contextmanager
def serving() -> Iterator[Postgresql]:
    """A server while it is needed; the test is skipped where there is none to be started."""
    pytest.importorskip("psycopg", reason="the postgres extra is not installed")
    initdb, pg_ctl = shutil.which("initdb"), shutil.which("pg_ctl")
    if initdb is None or pg_ctl is None:
        pytest.skip("initdb and pg_ctl of PostgreSQL are not on PATH")
    user = None
    if os.geteuid() == 0:  # PostgreSQL refuses to run as root
        try:
            user = pwd.getpwnam("postgres").pw_name
        except KeyError:
            pytest.skip("running as root, and there is no user 'postgres'")
    with tempfile.TemporaryDirectory() as folder:
        if user is not None:
            shutil.chown(folder, user)
        data = Path(folder, "data")

        def run(*command: str | Path) -> None:
            subprocess.run(command, check=True, stdout=subprocess.DEVNULL, user=user, cwd=folder)

        run(initdb, "-D", data, "-U", "ledger", "-A", "trust", "-N")
        options = f"-k {folder} -c listen_addresses='' -c fsync=off"
        run(pg_ctl, "-D", data, "-w", "-o", options, "-l", Path(folder, "log"), "start")
        try:
            yield Postgresql(Path(folder))
        finally:
            run(pg_ctl, "-D", data, "-w", "-m", "immediate", "stop")
