"""Which files of the repository the path of a file function may mean."""

import re
from dataclasses import dataclass

from remediator.iac.terraform.language.nodes import Attr, Call, Expression, If, Literal, Loop, Name, Template, Text
from remediator.iac.terraform.shadow.sources import Sources, joined

__all__ = ["FileUse", "matching", "use"]

MAX_FILES = 500
"""More files than this are not laid out for one expression."""
_ANY = None
_MODULE, _ROOT = "\0module", "\0root"
_FOLDERS = (_MODULE, _ROOT)


@dataclass(frozen=True, slots=True)
class FileUse:
    """Literal pieces of a path and None for what Terraform computes; taken from `base`, a folder of the repository."""

    base: str
    pieces: tuple[str | None, ...]
    folder: bool
    """Whether it names a folder whose files are listed."""

    @property
    def literal(self) -> str | None:
        """The path, where it is written down whole."""
        known = [piece for piece in self.pieces if piece is not None]
        return "".join(known) if len(known) == len(self.pieces) else None

    @property
    def escapes(self) -> bool:
        """Whether it is known to lie outside the repository."""
        return self.literal is not None and joined(self.base, self.literal) is None


def use(path: Expression, folder: str, root: str, is_folder: bool) -> FileUse:
    """What a path argument of an expression in a module's folder may mean."""
    first, *others = _pieces(path) or ("",)
    rest = tuple(None if piece is None or piece in _FOLDERS else piece for piece in others)
    if first in _FOLDERS:
        # What follows `path.module` begins with a slash, which is not the machine's root here.
        base = folder if first == _MODULE else root
        after = rest[0] if rest else ""
        return FileUse(base, (".", None) if after is None else (f".{after}", *rest[1:]), is_folder)
    return FileUse(root, (first, *rest), is_folder)


def matching(use_: FileUse, sources: Sources) -> list[str]:
    """The paths of the regular files that it may mean, none of them outside the repository."""
    whole = use_.literal
    if whole is not None:
        path = joined(use_.base, whole)
        if path is None:
            return []
        if use_.folder:
            return sources.below(path)[:MAX_FILES]
        return [path] if sources.content(path) is not None else []
    first = use_.pieces[0] or ""
    start, _, rest = first.rpartition("/")
    folder = joined(use_.base, start or ".")
    if folder is None:
        return []
    below = sources.below(folder)
    if use_.folder:
        return below[:MAX_FILES]
    pattern = re.compile(
        re.escape(f"{folder}/" if folder else "")
        + "".join(".*" if piece is None else re.escape(piece) for piece in (rest, *use_.pieces[1:]))
    )
    return [path for path in below if pattern.fullmatch(path)][:MAX_FILES]


def _pieces(node: Expression) -> tuple[str | None, ...]:
    """Literal text, None for anything, and two marks, which no path can hold, for the folders that `path` names."""
    match node:
        case Literal(value=str(text)):
            return (text.replace("\0", ""),)
        case Attr(of=Name(name="path"), name=("module" | "root") as which):
            return (_MODULE if which == "module" else _ROOT,)
        case Call(name="abspath", arguments=(inner,)):
            return _pieces(inner)
        case Template(parts=parts):
            found: list[str | None] = []
            for part in parts:
                if isinstance(part, Text):
                    found.append(part.value.replace("\0", ""))
                else:
                    found += (_ANY,) if isinstance(part, If | Loop) else _pieces(part)
            return tuple(found)
    return (_ANY,)
