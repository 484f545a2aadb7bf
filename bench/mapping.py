"""Live resources to the blocks that declare them, on an estate whose truth is known: how many right, wrong, unknown.

The estate has repositories with shared modules, roots of one repository that declare blocks of the same names, moves
that nobody applied, and resources that two states claim, which are right where they are mapped to none.
"""

import argparse
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path

from bench.estates import Block, Estate, generate
from bench.table import Row, missed
from remediator.config import Config, RepositoryConfig, RootConfig
from remediator.iac.terraform.sites import traced_site
from remediator.model import StateResource
from remediator.run.codebase import Codebase, read_codebase
from remediator.trace.addresses import Key, conflicts, declare, key_of
from remediator.trace.holders import holders


def measured(arguments: Sequence[str] | None = None) -> tuple[Row, ...]:
    """Print each case's counts, and hand back the rows with their aims."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--resources", type=int, default=10_000)
    options.add_argument("--states", type=int, default=50)
    options.add_argument("--repositories", type=int, default=20)
    chosen = options.parse_args(arguments)
    estate = generate(chosen.resources, chosen.states, chosen.repositories)
    with tempfile.TemporaryDirectory() as folder:
        codebases = _read(estate, Path(folder))
        begun = time.perf_counter()
        found = _mapped(estate, codebases)
        seconds = time.perf_counter() - begun
    right, wrong, unknown = (Counter[str]() for _ in range(3))
    for live in estate.live:
        block = found.get(key_of(live.resource))
        counted = right if block == live.truth else unknown if block is None else wrong
        counted[live.case] += 1
    print(f"{len(estate.live):,} live resources, {chosen.states} states, {chosen.repositories} repositories")
    print(f"{'case':<24} {'right':>7} {'wrong':>7} {'unknown':>8}")
    for case in sorted({live.case for live in estate.live}):
        print(f"{case:<24} {right[case]:>7,} {wrong[case]:>7,} {unknown[case]:>8,}")
    share = right.total() / len(estate.live)
    return (
        Row("live resources mapped to the right block", f"{share:.2%} of {len(estate.live):,}", "100 %", share == 1),
        Row("mapped to a wrong block", f"{wrong.total():,}", "0", wrong.total() == 0),
        Row("seconds to map them", f"{seconds:.1f}"),
    )


def _read(estate: Estate, folder: Path) -> list[Codebase]:
    config = Config.model_validate({"run": {"state_dir": str(folder / "state")}})
    codebases: list[Codebase] = []
    for name, files in sorted(estate.files.items()):
        upstream = folder / name
        subprocess.run(["git", "init", "--quiet", "--initial-branch=main", str(upstream)], check=True)
        for path, file in files.items():
            place = upstream / path
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_text("\n".join(file.lines))
        git = ["git", "-C", str(upstream), "-c", "user.name=Bench", "-c", "user.email=bench@acme.io"]
        subprocess.run([*git, "add", "--all"], check=True)
        subprocess.run([*git, "commit", "--quiet", "-m", "Estate"], check=True)
        roots: list[RootConfig] = []
        for repository, root in sorted(estate.states):
            if repository == name:
                state = folder / f"{name}-{root.replace('/', '-')}.tfstate"
                state.write_bytes(estate.state(name, root))
                roots.append(RootConfig(path=root, state=str(state)))
        codebases.append(read_codebase(RepositoryConfig(name=name, url=str(upstream), roots=tuple(roots)), config))
    return codebases


def _mapped(estate: Estate, codebases: Sequence[Codebase]) -> Mapping[Key, Block]:
    resources = [live.resource for live in estate.live]
    states = [state for codebase in codebases for state in codebase.states]
    entries: dict[Key, StateResource] = dict(declare(resources, states))
    entries |= {key: holder.entry for key, holder in holders(resources, states, [], []).items()}
    for contested in conflicts(resources, states):  # which is shown with all that claim it, and mapped to none
        entries.pop(contested, None)
    by_name = {codebase.config.name: codebase for codebase in codebases}
    found: dict[Key, Block] = {}
    for key, entry in entries.items():
        codebase = by_name[entry.at.repository]
        root = codebase.root(entry.at)
        site = traced_site(codebase.index, root.path, entry.at) if root else ""
        if not isinstance(site, str):
            found[key] = Block(entry.at.repository, site.file.path, site.block.header.start_line)
    return found


def main(arguments: Sequence[str] | None = None) -> int:
    """Exit code 1 where an aim is missed."""
    return missed(measured(arguments))


if __name__ == "__main__":
    sys.exit(main())
