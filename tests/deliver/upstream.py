"""A repository with real history that deliveries are pushed to."""

import os
import subprocess
from pathlib import Path

from tests.deliver.volume_plans import MAIN
from tests.quiet_git import QUIET


class Upstream:
    """A bare repository that is pushed to for real, and a work tree of somebody else's."""

    def __init__(self, folder: Path) -> None:
        self.bare, self.work = folder / "infra.git", folder / "work"

    def make(self) -> None:
        for path, kind in ((self.bare, ["--bare"]), (self.work, [])):
            path.mkdir(parents=True)
            self._run(path, "init", "--quiet", "--template=", "--initial-branch=main", *kind)
        self.git("remote", "add", "origin", "../infra.git")
        self.commit({"main.tf": MAIN})
        for path in (self.bare, self.work):
            self._run(path, "gc", "--quiet", "--prune=now")
        self.bare_git("config", "receive.autogc", "false")  # a process more for every push

    def _run(self, folder: Path, *arguments: str, env: dict[str, str] | None = None, stdin: bytes = b"") -> str:
        person = {
            f"GIT_{r}_{k}": v for r in ("AUTHOR", "COMMITTER") for k, v in (("NAME", "Al"), ("EMAIL", "al@acme.io"))
        }
        settings = os.environ | person | QUIET | (env or {})
        done = subprocess.run(
            ["git", *arguments], cwd=folder, env=settings, input=stdin, capture_output=True, check=False
        )
        assert done.returncode == 0, done.stderr.decode()
        return done.stdout.decode().strip()

    def git(self, *arguments: str) -> str:
        return self._run(self.work, *arguments)

    def commit(self, files: dict[str, str], branch: str = "main") -> None:
        self.git("checkout", "--quiet", "-B", branch)
        for name, text in files.items():
            (self.work / name).write_text(text)
        self.git("add", "--all")
        self.git("commit", "--quiet", "--message", "Work")
        self.git("push", "--quiet", "--force", "origin", branch)

    def merge(self, branch: str, *options: str) -> None:
        self.git("fetch", "--quiet", "origin")
        self.git("checkout", "--quiet", "main")
        self.git("merge", "--quiet", *options, f"origin/{branch}")
        if "--squash" in options:
            self.git("commit", "--quiet", "--message", "Squashed")
        self.git("push", "--quiet", "origin", "main")

    def check_out(self, branch: str) -> None:
        """Take a branch that was pushed into the work tree."""
        self.git("fetch", "--quiet", "origin")
        self.git("checkout", "--quiet", "-B", branch, f"origin/{branch}")

    def bare_git(self, *arguments: str) -> str:
        return self._run(self.bare, *arguments)

    def commit_in_bare(
        self, base: str, files: dict[str, bytes], message: str, author: tuple[str, str], committer: tuple[str, str]
    ) -> str:
        """A commit that nobody's work tree sees, as a forge makes one."""
        index = {"GIT_INDEX_FILE": str(self.bare / "scratch-index")}
        self._run(self.bare, "read-tree", base, env=index)
        for path, content in files.items():
            blob = self._run(self.bare, "hash-object", "-w", "--stdin", stdin=content)
            self._run(self.bare, "update-index", "--add", "--cacheinfo", f"100644,{blob},{path}", env=index)
        tree = self._run(self.bare, "write-tree", env=index)
        people = {
            f"GIT_{role}_{key}": value
            for role, person in (("AUTHOR", author), ("COMMITTER", committer))
            for key, value in zip(("NAME", "EMAIL"), person, strict=True)
        }
        return self._run(self.bare, "commit-tree", tree, "-p", base, "-m", message, env=people)

    def branches(self) -> dict[str, str]:
        lines = self._run(self.bare, "for-each-ref", "--format=%(refname:lstrip=2) %(objectname)", "refs/heads")
        return dict(line.split() for line in lines.splitlines())

    def read(self, branch: str, path: str = "main.tf") -> str:
        return self._run(self.bare, "show", f"{branch}:{path}")
