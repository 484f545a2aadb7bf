"""Edits of generated roots, each judged by Terraform's own plan before and after.

`python -m bench.generated_edits [--units N]`: one size of every generated piece is given another value the way the
product does it; exactly that entry of that address may differ in the plan.
"""

import argparse
import sys
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal

from bench.oracle.answers import Answer, Answers
from bench.oracle.comparison import TOGETHER, generated
from bench.oracle.judge import Judge, find_terraform
from bench.oracle.trees import Tree, batches
from bench.reasons import reason_class
from bench.table import Row, missed, rendered
from remediator.config import RootConfig
from remediator.edit.edits import apply_edits, draft
from remediator.edit.splice import blob_id
from remediator.errors import RemediatorError
from remediator.iac.terraform.configuration.code import Code
from remediator.iac.terraform.configuration.root import Instance
from remediator.iac.terraform.index import build
from remediator.iac.terraform.language.values import Evaluated, Fields
from remediator.model import (
    Attributes,
    Change,
    Edit,
    Effect,
    Layer,
    Level,
    Resource,
    SetAttribute,
    StateAddress,
    StateResource,
    Value,
)  # fmt: skip

UNITS = 300
TRIES = 4
"""Entries of a unit that are tried before it is left."""
AIM = 0.995
_CODE = (".tf", ".tf.json", ".tfvars", ".tfvars.json")


@dataclass
class Tally:
    """What came of the edits."""

    attempted: int = 0
    right: int = 0
    wrong_address: int = 0
    wrong: list[str] = field(default_factory=list)
    refused: Counter[str] = field(default_factory=Counter)
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Wanted:
    """One edit: the entry of an address that takes another value."""

    address: str
    path: str
    live: Value
    target: Value
    edits: tuple[Edit, ...] = ()


def wanted_in(instance: Instance) -> Iterator[Wanted]:
    """The entries of an instance's input that are plain text or numbers and written somewhere."""
    found = instance.block.attributes.get("input")
    if found is None:
        return
    entries = found.data.fields.items() if isinstance(found.data, Fields) else [("", found)]
    for name, value in entries:
        plain = _plain(value)
        if plain is not None and "." not in name:
            other: Value = f"{plain}-other" if isinstance(plain, str) else int(plain) + 1
            yield Wanted(instance.address, f"input.{name}".rstrip("."), plain, other)


def _plain(value: Evaluated) -> str | int | None:
    data = value.data
    if isinstance(data, str) and data:
        return data
    return int(data) if isinstance(data, Decimal) and data == data.to_integral_value() and abs(data) < 10**9 else None


def drafted(tree: Tree, tally: Tally) -> tuple[list[Wanted], dict[str, str]]:
    """One edit of every unit, and the files with all of them made."""
    code = _code(tree)
    root = code.roots[0]
    by_unit: dict[str, list[Wanted]] = {}
    instances = code.root(root).instances
    for instance in instances.values():
        name = instance.address.replace("module.", "").partition("_")[0].removeprefix("terraform_data.")
        by_unit.setdefault(name, []).extend(wanted_in(instance))
    made: list[Wanted] = []
    taken: set[tuple[str, int]] = set()
    for candidates in by_unit.values():
        for one in candidates[:TRIES]:
            started = time.perf_counter()
            found = draft(_change(instances[one.address], root, one), root, code)
            tally.seconds += time.perf_counter() - started
            tally.attempted += 1
            if not found.edits:
                tally.refused[reason_class(found.doubts[0])] += 1
                continue
            spots = {(edit.path, edit.start) for edit in found.edits}
            if spots & taken:
                tally.attempted -= 1
                continue
            taken |= spots
            made.append(replace(one, edits=found.edits))
            break
    before = {path: text.encode() for path, text in tree.files.items()}
    after = apply_edits(before, [edit for one in made for edit in one.edits])
    return made, {**tree.files, **{path: content.decode() for path, content in after.items()}}


def _code(tree: Tree) -> Code:
    contents = {path: text.encode() for path, text in tree.files.items()}
    blobs = {path: blob_id(content, "0" * 40) for path, content in contents.items()}
    by_blob = {blob: contents[path] for path, blob in blobs.items()}
    index = build(
        "bench",
        "head",
        [(path, blob) for path, blob in blobs.items() if path.endswith(_CODE)],
        lambda wanted: ((blob, by_blob[blob]) for blob in wanted),
        None,
        {path: blob for path, blob in blobs.items() if not path.endswith(_CODE)},
    )
    root = RootConfig(
        path=tree.root,
        state="none",
        var_files=tree.var_files,
        workspace=tree.workspace,
        environment=tuple(tree.environment.items()),
    )
    return Code(index, by_blob.__getitem__, [root])


def _change(instance: Instance, root: RootConfig, wanted: Wanted) -> Change:
    labels = instance.declared.block.labels
    at = StateAddress(
        "bench", root.path, "none", root.workspace, "l", 1, instance.module.address, "managed",
        labels[0], labels[1], instance.key,
    )  # fmt: skip
    declared = StateResource(at, "id", None, Attributes({wanted.path: wanted.live}))
    resource = Resource("aws", "a", "r", labels[0], "id", None, Attributes(), Attributes(), None)
    return Change(
        "bench", "size", Layer.CONFIGURATION, resource, declared, "t", "r",
        (SetAttribute(wanted.path, wanted.live, wanted.target),),
        (), (), None, Level.LOW, Level.LOW, Effect.IN_PLACE, 1.0,
    )  # fmt: skip


def judged(before: Answers, after: Answers, made: Sequence[Wanted], tally: Tally) -> None:
    """Count each edit as right where just its entry differs, to the value that was wanted."""
    differing = {address for address in before.keys() | after.keys() if before.get(address) != after.get(address)}
    meant = {one.address for one in made}
    for address in sorted(differing - meant):
        tally.wrong_address += 1
        tally.wrong.append(f"{address} differs and was not meant to")
    for one in made:
        if _as_wanted(before.get(one.address), after.get(one.address), one):
            tally.right += 1
        else:
            tally.wrong.append(f"{one}: {before.get(one.address)} became {after.get(one.address)}"[:400])


def _as_wanted(old: Answer, new: Answer, one: Wanted) -> bool:
    name = one.path.partition(".")[2]
    if not name:
        return _same(new, one.target)
    if not isinstance(old, Mapping) or not isinstance(new, Mapping):
        return False
    others = {key for key in old.keys() | new.keys() if key != name and old.get(key) != new.get(key)}
    return not others and _same(new.get(name), one.target)


def _same(value: Answer, target: Value) -> bool:
    return str(value) == str(target) or (isinstance(value, Decimal) and value == target)


def measured(arguments: Sequence[str] | None = None) -> tuple[Row, ...]:
    """Print what came of the edits; the rows for the table of all benches."""
    options = argparse.ArgumentParser(prog="python -m bench.generated_edits", description=__doc__)
    options.add_argument("--units", type=int, default=UNITS, help="each is about two modules, and one edit")
    options.add_argument("--seed", type=int, default=2)
    chosen = options.parse_args(arguments)
    command = find_terraform()
    if command is None:
        return (Row("edits of generated roots", "not measured: no terraform", f"{AIM:.1%}", False),)
    judge, tally = Judge(command), Tally()
    for number, batch in enumerate(batches(generated(chosen.units, chosen.seed), TOGETHER)):
        before = judge.judge(batch, number)
        try:
            made, files = drafted(before.tree, tally)
        except RemediatorError as error:
            tally.wrong.append(f"batch {number}: {error}")
            continue
        after = judge.plan(replace(before.tree, files=files))
        if isinstance(after, tuple):
            tally.wrong += [f"terraform refuses the edited root: {problem.text[:300]}" for problem in after[:2]]
            continue
        judged(before.answers, after, made, tally)
    total = tally.attempted - sum(tally.refused.values())
    each = 1000 * tally.seconds / max(1, tally.attempted)
    print(f"{tally.attempted} edits attempted, {total} made, {tally.right} exactly right, {each:.0f} ms each")
    for reason, count in tally.refused.most_common(10):
        print(f"  {count:5} refused: {reason}")
    for sentence in tally.wrong[:5]:
        print(f"  wrong: {sentence}")
    share = tally.right / total if total else 0.0
    return (
        Row("edits of generated roots", f"{share:.2%} of {total} exactly right", f"{AIM:.1%}", share >= AIM),
        Row("edits at a wrong address", f"{tally.wrong_address}", "0", tally.wrong_address == 0),
    )


if __name__ == "__main__":
    found_rows = measured()
    print(f"\n{rendered(found_rows)}")
    sys.exit(missed(found_rows))
