"""What is written in a module from elsewhere: nothing there is edited, and a person is told where to change it."""

from remediator.edit.case import Case
from remediator.iac.terraform.configuration.module import Declared
from remediator.iac.terraform.index import normal
from remediator.model import SourceLocation

__all__ = ["declared_elsewhere", "written_elsewhere"]


def written_elsewhere(case: Case, where: SourceLocation) -> str | None:
    """Why a place in a module from elsewhere is not edited, and what to do instead; None for any other place."""
    if where.ref is None:
        return None
    what = f"the value is written in {where.repository} at {where.ref}, {where.path}:{where.start_line}"
    return f"{what}; change it there, release and bump {_call(case)}"


def declared_elsewhere(case: Case, declared: Declared) -> str | None:
    """Why a block in a module from elsewhere is not removed, and nothing put beside it; None for any other block."""
    mount = case.index.mounts.of(declared.file.path)
    if mount is None:
        return None
    place = f"{mount.inner(declared.file.path)}:{declared.block.header.start_line}"
    what = f"{declared.block.address} is declared in {mount.repository} at {mount.ref}, {place}"
    return f"{what}; change it there, release and bump {_call(case)}"


def _call(case: Case) -> str:
    """The innermost call on the way to the resource that stands in the repository itself."""
    own = [call for call in case.site.calls if case.index.mounts.of(call.file.path) is None]
    unit = case.index.units.get(normal(case.root.path))
    if not own:
        return f"the source at {unit.file}" if unit is not None else "the call of the module"
    call = own[-1]
    return f"the call at {call.file.path}:{call.block.header.start_line} ({call.block.address})"
