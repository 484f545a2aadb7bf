"""From a root to its shadow: only what the attributes in question hang on is converted."""

from collections.abc import Mapping

from remediator.config import RootConfig
from remediator.iac.terraform.index import normal
from remediator.iac.terraform.language.values import Unknown
from remediator.iac.terraform.shadow.configuration import configuration
from remediator.iac.terraform.shadow.emission import emitted
from remediator.iac.terraform.shadow.following import REPEATS, Asked, Work
from remediator.iac.terraform.shadow.layout import laid_out
from remediator.iac.terraform.shadow.modules import read_module
from remediator.iac.terraform.shadow.reach import closure
from remediator.iac.terraform.shadow.shadow import Shadow
from remediator.iac.terraform.shadow.sources import Sources, joined
from remediator.iac.terraform.shadow.spots import Kind, Spot
from remediator.iac.terraform.shadow.unit_inputs import inputs_file
from remediator.iac.terraform.shadow.variables import environment_file, values, variable_files

__all__ = ["Asked", "convert"]

MAX_PASSES = 8


def convert(
    sources: Sources,
    root: RootConfig,
    asked: Asked | None,
    given_up: Mapping[Spot, str] | None = None,
    opentofu: bool = False,
) -> Shadow:
    """The shadow of a root; `asked` is None for every attribute of every resource.

    Everything in `given_up` is left out from the start. Raises ValueError with a sentence where the root has no shadow.
    """
    folder = sources.index.module_folder(root.path)
    if joined("", folder) != folder or not sources.inside(folder):
        raise ValueError("there is no such folder in the repository")
    known = dict(given_up or {})
    files = variable_files(sources, root)
    unknown: Mapping[str, Unknown] = {}
    is_unit = normal(root.path) in sources.index.units
    if root.environment or is_unit:
        declared = read_module(sources, folder, opentofu).variables
        types = {name: variable.attributes.get("type") for name, variable in declared.items()}
        files = (environment_file(root, types), *files)
        if is_unit:
            inputs, unknown = inputs_file(sources, root, types)
            files = (inputs, *files)
    given = dict(values(files))
    for name in unknown.keys() - given.keys():
        known.setdefault(Spot(folder, Kind.VARIABLE, name), unknown[name].reason)
        given[name] = unknown[name].key
    for _ in range(MAX_PASSES):
        tree = configuration(sources, folder, known, opentofu)
        if problems := [p for module in tree.modules.values() for p in module.problems]:
            raise ValueError(problems[0])
        work = Work(sources, tree, known, given, asked)
        work.run()
        more = {s: r for s, r in work.failed.items() if s.kind == Kind.CALL and s.attribute in REPEATS}
        if not more:
            break
        known |= more
    texts, places, lines = emitted(
        tree, _needed(work), {s: read for s, read in work.operands.items() if s not in known}
    )
    read = laid_out(sources, sorted(work.files))
    return Shadow(
        folder,
        {**read, **texts},
        files,
        lines,
        places,
        work.originals,
        {spot: frozenset(used) for spot, used in work.uses.items()},
        {**tree.left_out, **known, **work.failed},
        known,
    )


def _needed(work: Work) -> Mapping[Spot, str]:
    """The expressions that the kept instances hang on; all others are only followed, not planned."""
    kept = {(spot.folder, spot.name) for spot in work.texts if spot.kind == Kind.RESOURCE and not spot.attribute}
    start = [spot for spot in work.texts if spot.kind == Kind.RESOURCE and (spot.folder, spot.name) in kept]
    start += [Spot(folder, Kind.CALL, name, repeat) for folder, name in work.tree.targets for repeat in REPEATS]
    # A reference to a resource or to a call that is not followed is unknown, whatever that hangs on.
    planned = {spot: {u for u in used if _is_planned(u)} for spot, used in work.uses.items()}
    found = closure(start, planned)
    return {spot: text for spot, text in work.texts.items() if spot in found}


def _is_planned(used: Spot) -> bool:
    return used.kind != Kind.RESOURCE and not (used.kind == Kind.CALL and not used.attribute)
