"""What proves an edit: our own evaluation of every root that reads it, and Terraform's of the roots it is meant for."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from remediator.config import RootConfig
from remediator.errors import RemediatorError
from remediator.iac.terraform.shadow.evaluation import evaluate_edit
from remediator.iac.terraform.shadow.process import Binary
from remediator.iac.terraform.shadow.proof import Proof, Verdict, proved
from remediator.iac.terraform.shadow.sources import Sources, tree
from remediator.model import Edit, ExpectedChange
from remediator.run.codebase import Codebase

__all__ = ["ALONE", "EVALUATED", "Asked", "Proved", "prove"]

EVALUATED = (
    "The code was evaluated before and after the edit: of all configured roots that read it, "
    "exactly the attributes named here differ"
)
ALONE = (
    "Nothing else in the code reads what the edit changes, and one configured root has it, once: "
    "exactly the attributes named here differ"
)
_SHOWN = 3
"""Reasons that a sentence names."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What an edit must show in one root: `expected` in the code, and `silent` of it in no plan, as live has it.

    `alone`: the code was not evaluated after the edit, since nothing else reads what it changes.
    """

    root: RootConfig
    expected: tuple[ExpectedChange, ...]
    silent: tuple[str, ...] = ()
    alone: bool = False


@dataclass(frozen=True, slots=True)
class Proved:
    """Sentences for people about what proves an edit, and the doubts where Terraform sees something else.

    `whole` is that a Terraform showed the same in every root that was asked for.
    """

    proofs: tuple[str, ...]
    doubts: tuple[str, ...] = ()
    whole: bool = False


def prove(
    binary: Binary | None,
    codebase: Codebase,
    edits: Sequence[Edit],
    contents: Mapping[str, bytes],
    asked: Sequence[Asked],
    cache: Path,
) -> Proved:
    """Let Terraform, where there is one, evaluate the edit as well, without provider, network or account.

    `contents` are the edited files as the edit leaves them. Verdicts are kept in `cache`, a folder, by commit, edit and
    installed program, so that an unchanged run evaluates nothing.
    """
    proofs, doubts = [_evaluated(asked)], []
    if binary is None:
        return Proved(tuple(proofs))
    whole = bool(asked)
    for one in asked:
        verdict = _kept(binary, codebase, edits, contents, one, cache)
        where = one.root.path or "."
        whole = whole and verdict.verdict is Verdict.PROVED
        reasons = "; ".join(verdict.reasons[:_SHOWN])
        name = "OpenTofu" if binary.opentofu else "Terraform"
        if verdict.verdict is Verdict.PROVED:
            proofs.append(f"{name} planned a copy of {where} without its providers, and shows the same.")
        elif verdict.verdict is Verdict.DIFFERS:
            doubts.append(f"{where}: {name}'s own evaluation shows another change than the one meant: {reasons}")
        else:
            proofs.append(f"{name} could not confirm it for {where}: {reasons}")
    return Proved(tuple(proofs), tuple(doubts), whole)


def _evaluated(asked: Sequence[Asked]) -> str:
    """What our own reading of the code showed, with what it shows and `terraform plan` will not."""
    shown = ALONE if all(one.alone for one in asked) else EVALUATED
    silent = list(dict.fromkeys(name for one in asked for name in one.silent))
    if not silent:
        return f"{shown}."
    more = f" and {len(silent) - _SHOWN:,} more" if len(silent) > _SHOWN else ""
    return f"{shown}, and {', '.join(silent[:_SHOWN])}{more}, of which no plan tells, since live has it already."


def _kept(
    binary: Binary,
    codebase: Codebase,
    edits: Sequence[Edit],
    contents: Mapping[str, bytes],
    asked: Asked,
    cache: Path,
) -> Proof:
    mounts = tuple(codebase.index.mounts.at.values())
    what = (binary.command, binary.installed, codebase.clone.head, mounts, tuple(edits), asked.root, asked.expected)
    file = cache / f"{hashlib.sha256(repr(what).encode()).hexdigest()[:32]}.json"
    with suppress(OSError, ValueError, KeyError, TypeError):
        kept = json.loads(file.read_text("utf-8"))
        return Proof(Verdict(kept["verdict"]), tuple(str(reason) for reason in kept["reasons"]))
    try:
        proof = _made(binary, codebase, contents, asked)
    except RemediatorError as error:  # not kept, since it may have been a busy machine
        return Proof(Verdict.UNPROVABLE, (str(error),))
    with suppress(OSError):
        cache.mkdir(parents=True, exist_ok=True)
        aside = file.with_suffix(f".{id(proof)}")
        aside.write_text(json.dumps({"verdict": proof.verdict.value, "reasons": proof.reasons}), "utf-8")
        aside.replace(file)
    return proof


def _made(binary: Binary, codebase: Codebase, contents: Mapping[str, bytes], asked: Asked) -> Proof:
    index = codebase.index
    blobs = {path: file.blob for path, file in index.files.items()} | dict(index.blobs)
    sources = Sources(index, tree(blobs), codebase.read)
    before, after = evaluate_edit(binary, sources, asked.root, None, contents)
    return proved(before, after, asked.expected)
