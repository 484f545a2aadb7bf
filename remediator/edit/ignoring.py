"""`lifecycle.ignore_changes`: what is listed there is written in vain, since apply does not change it."""

from collections.abc import Iterator

from remediator.iac.terraform.configuration.module import Declared
from remediator.iac.terraform.configuration.traces import LIFECYCLE
from remediator.iac.terraform.language.grammar import ExpressionError, compiled
from remediator.iac.terraform.language.nodes import Attr, Index, Literal, Name, Tuple

__all__ = ["ignored_doubt"]

_ALL = (("all",), ("*",))
"""What stands for every attribute: `all`, and in Terraform 0.12 the older `["*"]`."""


def ignored_doubt(declared: Declared, path: str) -> str | None:
    """Whether the block's `lifecycle.ignore_changes`, overrides included, keeps apply from changing an attribute."""
    wanted = path.split(".")
    for lifecycle in (inner for inner in declared.nested if inner.block.type == LIFECYCLE):
        ignored = lifecycle.settings.get("ignore_changes")
        if ignored is None:
            continue
        for listed in _listed(ignored.attribute.text):
            if listed in _ALL or all(a == b for a, b in zip(listed, wanted, strict=False)):
                where = f"{ignored.file.path}:{ignored.attribute.span.start_line}"
                what = ".".join(listed) or "what cannot be read"
                return f"{where}: lifecycle.ignore_changes holds {what}, so apply would not change {path}"
    return None


def _listed(text: str) -> Iterator[tuple[str, ...]]:
    """The paths in a list of attributes without the numbers of blocks; one without steps is any attribute."""
    try:
        top = compiled(text)
    except (ExpressionError, RecursionError):
        yield ()
        return
    for item in top.items if isinstance(top, Tuple) else (top,):
        steps: list[str] = []
        part = item
        while isinstance(part, Attr | Index):
            key = part.name if isinstance(part, Attr) else part.key.value if isinstance(part.key, Literal) else None
            steps = [key, *steps] if isinstance(key, str) else steps
            part = part.of
        first = part.name if isinstance(part, Name) else part.value if isinstance(part, Literal) else ""
        whole = (*str(first).split("."), *steps) if first else ()
        yield tuple(step for step in whole if not step.isdigit())
