"""Every bench in turn, as `make bench` runs them: `python -m bench [--quick] [--repo PATH]`."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from bench import history_speed, index_speed, run_speed


def main(arguments: Sequence[str] | None = None) -> int:
    """Print each bench's table under its title; exit code 1 where an answer differs or an aim is missed."""
    options = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    options.add_argument("--quick", action="store_true", help="smaller inputs, some minutes in all")
    options.add_argument("--repo", type=Path, help="also measure history and index on this git repository")
    chosen = options.parse_args(arguments)
    commits = ["1000"] if chosen.quick else ["1000", "5000", "20000"]
    repository = [] if chosen.repo is None else ["--repo", str(chosen.repo)]
    wrong = 0
    print("(a) history: one backward walk beside git blame per file\n", flush=True)
    wrong += history_speed.main(["--commits", *commits, *repository])
    print("\n(b) index: 5,000 files, beside the bare parse\n", flush=True)
    wrong += index_speed.main([])
    if repository:
        wrong += index_speed.main(repository)
    print("\n(c) a whole run over an emulated account, beside the bare calls\n", flush=True)
    wrong += run_speed.main(["--instances", "200"] if chosen.quick else [])
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
