"""How often an edit reaches the literal, and is exactly right, in repositories that nobody wrote for this.

`python -m bench.editing --repo PATH [--repo PATH …] [--workspaces '{root}-production,{root}-development']`: every size
in the code, how many are written on the spot, how many are found by following; then an edit of every size of every
resource instance, taking what the code says for live and state, with the reasons of those refused. With `--prove N`
Terraform itself judges N of the edits, spread over all.
"""

import argparse
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import partial
from pathlib import Path

from bench.reasons import reason_class
from bench.repositories import Blobs, read_repository, roots_of
from bench.sites import NAMES, Site, sites
from bench.table import Row, missed, rendered
from remediator.config import RootConfig
from remediator.edit.drafted import Draft
from remediator.edit.edits import apply_edits, draft
from remediator.errors import RemediatorError
from remediator.iac.terraform.configuration.blocks import EvaluatedBlock
from remediator.iac.terraform.configuration.code import Code
from remediator.iac.terraform.configuration.instance import ModuleInstance
from remediator.iac.terraform.configuration.layers import layers
from remediator.iac.terraform.configuration.module import Setting
from remediator.iac.terraform.configuration.root import Instance
from remediator.iac.terraform.index import RepositoryIndex
from remediator.iac.terraform.language.evaluation import evaluate
from remediator.iac.terraform.language.functions.protocol import EvaluationError
from remediator.iac.terraform.language.grammar import ExpressionError, compiled
from remediator.iac.terraform.language.nodes import Expression
from remediator.iac.terraform.language.scope import RefusedError
from remediator.iac.terraform.language.values import Evaluated, Items, Unknown
from remediator.iac.terraform.shadow.evaluation import evaluate_edit
from remediator.iac.terraform.shadow.process import found
from remediator.iac.terraform.shadow.proof import Proof, Verdict, proved
from remediator.iac.terraform.shadow.sources import Sources, tree
from remediator.model import (
    Attributes,
    Change,
    Effect,
    Layer,
    Level,
    Resource,
    Role,
    SetAttribute,
    StateAddress,
    StateResource,
)  # fmt: skip

AIMS = {
    "terraform-aws-eks": 0.89,
    "terraform-aws-components": 0.60,
    "aws-do-eks": 1.0,
    "modernisation-platform-environments": 0.97,
}
"""Reach that is to be beaten, by how the repository is named; of the sites as `bench.sites` counts them."""
EXACT = 0.995

_Key = tuple[str, int, Expression | None]
"""What tells a site apart: its file, where its attribute is written, and the expression inside it."""


@dataclass
class Tally:
    """What one repository came to."""

    kinds: Counter[str] = field(default_factory=Counter)
    literal: int = 0
    reached: int = 0
    unreached: Counter[str] = field(default_factory=Counter)
    attempted: int = 0
    edited: list[tuple[Code, RootConfig, Draft]] = field(default_factory=list)
    refused: Counter[str] = field(default_factory=Counter)
    seconds: float = 0.0


def measure(index: RepositoryIndex, blobs: Blobs, workspaces: Sequence[str]) -> Tally:
    """Reach and edits over one repository."""
    tally = Tally()
    here = {(s.file.path, s.attribute.value.start, s.node): s for s in sites(index)}
    tally.kinds.update(site.kind for site in here.values())
    tally.literal = sum(site.literal for site in here.values())
    got = {key for key, site in here.items() if site.literal}
    why = dict.fromkeys(here, "nothing evaluates it")
    by_folder: dict[str, list[_Key]] = {site.file.directory: [] for site in here.values()}
    for key, site in here.items():
        by_folder[site.file.directory].append(key)
    tried: set[tuple[str, int]] = set()
    for variants in roots_of(index, workspaces):
        for root in variants:
            code = Code(index, blobs, [root])
            evaluated = code.root(root)
            modules = {id(i.module): i.module for i in evaluated.instances.values()}
            owners: dict[tuple[str, int], list[Instance]] = {}
            for made in evaluated.instances.values():
                owners.setdefault((made.declared.file.path, made.declared.block.span.start), []).append(made)
            for module in modules.values():
                for key in by_folder.get(module.code.folder, ()):
                    if key not in got:
                        values = list(_values(module, owners, here[key]))
                        if any(not isinstance(value, str) and _literals(value) for value in values):
                            got.add(key)
                        why.update((key, value) for value in values if isinstance(value, str))
            _edits(code, root, evaluated.instances.values(), tried, tally)
    tally.reached = len(got)
    tally.unreached.update(reason_class(why[key]) for key in here if key not in got)
    return tally


def _values(
    module: ModuleInstance, owners: dict[tuple[str, int], list[Instance]], site: Site
) -> Iterator[Evaluated | str]:
    """The values of a site in one module instance: one for each instance of its block, or why there is none."""
    made = owners.get((site.file.path, site.block.span.start), [])
    if made and site.node is None:
        yield from (value for i in made for value in _in_block(i.block, site))
    elif site.block.type == "module" and site.node is None and site.block.labels[0] in module.code.calls:
        yield from _passed(module, site)
    else:
        scope = module.scope(Setting(site.file, site.attribute), Role.ATTRIBUTE, site.block.address)
        yield _attempted(lambda: evaluate(site.node or compiled(site.attribute.text), scope))


def _in_block(block: EvaluatedBlock, site: Site) -> Iterator[Evaluated | str]:
    setting = block.declared.settings.get(site.attribute.name)
    if setting is not None and setting.attribute.span == site.attribute.span and block.unread is None:
        yield _attempted(lambda: block.attributes[site.attribute.name])
    for inner in (inner for made in block.blocks.values() for inner in made):
        yield from _in_block(inner, site)


def _passed(module: ModuleInstance, site: Site) -> Iterator[Evaluated | str]:
    try:
        children = module.children(site.block.labels[0])
    except (EvaluationError, RefusedError) as error:
        yield str(error)
        return
    if isinstance(children, Unknown):
        scope = module.scope(Setting(site.file, site.attribute), Role.ATTRIBUTE, site.block.address)
        yield _attempted(lambda: evaluate(compiled(site.attribute.text), scope))
        return
    for child in children.values():
        yield _attempted(partial(child.refer, "var", site.attribute.name))


def _attempted(make: Callable[[], Evaluated]) -> Evaluated | str:
    try:
        value = make()
    except (EvaluationError, RefusedError, ExpressionError) as error:
        return str(error)
    missing = value.unknown
    return missing.reason if missing else value


def _literals(value: Evaluated) -> bool:
    """Whether a value is written in the repository: itself, a part that can change it, or every element of a list."""
    if isinstance(value.data, Items):
        return bool(value.data.items) and all(map(_literals, value.data.items))
    plain = _plain(value)
    return value.origin is not None or (plain is not None and not isinstance(layers(value, _other(plain)), str))


def _edits(
    code: Code, root: RootConfig, instances: Iterable[Instance], tried: set[tuple[str, int]], tally: Tally
) -> None:
    for instance in instances:
        if instance.declared.block.type != "resource":
            continue
        for path, value, place in _sizes(instance.block, ""):
            if place in tried or instance.declared.block.labels[0].startswith("terraform_"):
                continue
            if value is None:
                continue
            tried.add(place)
            change = _change(instance, root, path, value)
            started = time.perf_counter()
            made = draft(change, root, code)
            tally.seconds += time.perf_counter() - started
            tally.attempted += 1
            if made.edits:
                tally.edited.append((code, root, made))
            else:
                tally.refused[reason_class(made.doubts[0] if made.doubts else "no doubt")] += 1


def _plain(value: Evaluated) -> str | int | None:
    return int(value.data) if isinstance(value.data, Decimal) else value.data if isinstance(value.data, str) else None


def _other(plain: str | int) -> str | int:
    """What a size is changed to."""
    return f"{plain}-other" if isinstance(plain, str) else plain + 1


def _sizes(block: EvaluatedBlock, above: str) -> Iterator[tuple[str, str | int | None, tuple[str, int]]]:
    for name, value in block.attributes.items():
        if name in NAMES:
            setting = block.declared.settings[name]
            yield f"{above}{name}", _plain(value), (setting.file.path, setting.attribute.value.start)
    for type_, made in block.blocks.items():
        if len(made) == 1 and made[0].unread is None:
            yield from _sizes(made[0], f"{above}{type_}.")


def _change(instance: Instance, root: RootConfig, path: str, value: str | int) -> Change:
    labels = instance.declared.block.labels
    at = StateAddress(
        "bench", root.path, root.state, root.workspace, "l", 1, instance.module.address, "managed",
        labels[0], labels[1], instance.key,
    )  # fmt: skip
    declared = StateResource(at, "id-1", None, Attributes({path: value}))
    resource = Resource("aws", "a", "r", labels[0], "id-1", None, Attributes(), Attributes(), None)
    return Change(
        "bench", "size", Layer.CONFIGURATION, resource, declared, "t", "r", (SetAttribute(path, value, _other(value)),),
        (), (), None, Level.LOW, Level.LOW, Effect.IN_PLACE, 1.0,
    )  # fmt: skip


def proofs(tally: Tally, files: dict[str, str], blobs: Blobs, wanted: int) -> tuple[Counter[str], list[str]]:
    """Terraform's verdict on some of the edits, spread over all, and the first reasons of those that are not proved."""
    binary = found()
    verdicts: Counter[str] = Counter()
    doubted: list[str] = []
    if binary is None or not wanted:
        return verdicts, doubted
    step = max(1, len(tally.edited) // wanted)
    for code, root, made in tally.edited[::step][:wanted]:
        before = {edit.path: code.text(edit.path) for edit in made.edits}
        sources = Sources(code.index, tree(files), blobs)
        try:
            pair = evaluate_edit(binary, sources, root, None, apply_edits(before, made.edits))
            verdict = proved(*pair, made.evaluated)
        except RemediatorError as error:
            verdict = Proof(Verdict.UNPROVABLE, (str(error),))
        verdicts[verdict.verdict.value] += 1
        if verdict.verdict is not Verdict.PROVED:
            doubted.append(f"{verdict.verdict.value}: {root.path} {made.evaluated}: {verdict.reasons[:2]}")
    return verdicts, doubted


def measured(arguments: Sequence[str] | None = None) -> tuple[Row, ...]:
    """Print a table a repository; the rows for the table of all benches."""
    options = argparse.ArgumentParser(prog="python -m bench.editing", description=__doc__)
    options.add_argument("--repo", type=Path, action="append", default=[], help="a git repository, bare or not")
    options.add_argument("--workspaces", default="default", help="comma-separated; {root} is the root's folder name")
    options.add_argument("--prove", type=int, default=0, help="how many edits Terraform judges")
    chosen = options.parse_args(arguments)
    rows: list[Row] = []
    for path in chosen.repo:
        name = (path.parent.name if path.name == "repo" else path.name).rpartition("+")[2]
        index, files, blobs = read_repository(path)
        tally = measure(index, blobs, chosen.workspaces.split(","))
        rows += _shown(name, tally, *proofs(tally, files, blobs, chosen.prove))
    return tuple(rows)


def _shown(name: str, tally: Tally, verdicts: Counter[str], doubted: Sequence[str]) -> list[Row]:
    total = sum(tally.kinds.values())
    print(f"\n{name}: {total:,} sites: " + ", ".join(f"{count} {kind}" for kind, count in tally.kinds.most_common()))
    if not total:
        return []
    reach = tally.reached / total
    print(f"  written on the spot {tally.literal / total:6.1%}, reached by following {reach:6.1%}")
    for reason, count in tally.unreached.most_common(8):
        print(f"    {count:5} not reached: {reason}")
    each = 1000 * tally.seconds / max(1, tally.attempted)
    print(f"  edits: {tally.attempted} attempted, {len(tally.edited)} made, {each:.0f} ms each")
    for reason, count in tally.refused.most_common(10):
        print(f"    {count:5} refused: {reason}")
    aim = AIMS.get(name)
    rows = [Row(f"reach, {name}", f"{reach:.1%}", f"{aim:.0%}" if aim else "", reach >= aim if aim else None)]
    if verdicts:
        print(f"  Terraform: {dict(verdicts)}")
        for reason in doubted[:5]:
            print(f"    {reason[:300]}")
        rows.append(judged(name, verdicts))
    return rows


def judged(name: str, verdicts: Mapping[str, int]) -> Row:
    """How many of the edits that Terraform could judge are right; neither met nor missed where it could judge none."""
    right, wrong, unproved = (verdicts.get(v.value, 0) for v in (Verdict.PROVED, Verdict.DIFFERS, Verdict.UNPROVABLE))
    share = right / (right + wrong) if right + wrong else None
    figure = f"{share:.1%} of {right + wrong} judged" if share is not None else "none judged"
    met = None if share is None else share >= EXACT
    return Row(f"edits exactly right, {name}", f"{figure}, {unproved} not provable", f"{EXACT:.1%}", met)


if __name__ == "__main__":
    found_rows = measured()
    print(f"\n{rendered(found_rows)}")
    raise SystemExit(missed(found_rows))
