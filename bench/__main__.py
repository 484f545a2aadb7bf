"""Every bench in turn, as `make bench` runs them: `python -m bench [--quick] [--repo PATH]`."""

import argparse
import sys
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path

from bench.table import Row, shown


def main(arguments: Sequence[str] | None = None) -> int:
    """Print each bench's own table, then all figures beside their aims; exit code 1 where an aim is missed."""
    options = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    options.add_argument("--quick", action="store_true", help="smaller inputs, about a minute in all")
    options.add_argument("--repo", type=Path, help="also measure history and index on this git repository")
    chosen = options.parse_args(arguments)
    sizes = ["1000", "5000"] if chosen.quick else ["1000", "5000", "20000"]
    rounds = ["--rounds", "2"] if chosen.quick else []
    given = [] if chosen.repo is None else ["--repo", str(chosen.repo)]
    turns = [
        ("(a) history: one backward walk beside git blame per file", "history_speed", ["--commits", *sizes, *given]),
        ("(b) index: 5,000 files, beside the bare parse", "index_speed", rounds),
        *([("(b) index: the given repository", "index_speed", [*rounds, *given])] if given else []),
        ("(c) a whole run beside the bare calls", "run_speed", ["--instances", "200"] if chosen.quick else []),
        ("(d) the evaluator beside Terraform itself", "evaluator", ["--units", "200"] if chosen.quick else []),
        ("(e) edits of generated roots", "generated_edits", ["--units", "50"] if chosen.quick else []),
        *([("(e) reach and edits in the given repository", "editing", [*given, "--prove", "20"])] if given else []),
        ("(f) a large state beside json.loads", "state_speed", ["--instances", "20000"] if chosen.quick else []),
        *([("(g) owners beside plain guesses in the given repository", "owner_accuracy", given)] if given else []),
        (
            "(h) live resources to blocks, on an estate of known truth",
            "mapping",
            ["--resources", "1000", "--states", "10", "--repositories", "4"] if chosen.quick else [],
        ),
        (
            "(i) the rules on estates whose next thirty days are known",
            "truth.figures",
            ["--machines", "300", "--trainers", "4"] if chosen.quick else ["--seeds", "3"],
        ),
        (
            "(j) bounds of groups and sizes of endpoints whose next thirty days are known",
            "truth.sizes",
            ["--each", "10"] if chosen.quick else [],
        ),
        (
            "(k) a run killed at each of its calls, and run again",
            "kills",
            ["--plans", "4", "--points", "5"] if chosen.quick else [],
        ),
        ("(l) calls to list a thousand of each kind", "listing_calls", ["--each", "200"] if chosen.quick else []),
        (
            "(m) a hundred thousand resources, planned",
            "large_estate",
            ["--resources", "20000"] if chosen.quick else [],
        ),
    ]
    rows: list[Row] = []
    for title, name, wanted in turns:
        print(f"\n{title}\n", flush=True)
        rows += import_module(f"bench.{name}").measured(wanted)  # one at a time: each holds its own libraries
    return shown(rows)


if __name__ == "__main__":
    sys.exit(main())
