"""Plans of volumes, in turn with an edit and with a doubt, for the bench of kills."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

from remediator.model import Owner, Plan, Route, Saving
from tests.deliver.volume_plans import LINE, NOW, volume_change, volume_plan

__all__ = ["NOW", "code_of", "plans_of"]

OWNERS = ("@alice", "@bob")  # whom the fakes know


def code_of(many: int) -> dict[str, str]:
    """A file for each of so many volumes."""
    return {f"v{n}.tf": f'resource "aws_ebs_volume" "v{n}" {{\n  type = "gp2"\n}}\n' for n in range(many)}


def plans_of(code: dict[str, str], base: str) -> list[Plan]:
    """A plan for each volume, in turn one with an edit and one with a doubt, each worth less than the one before."""
    return [_plan(n, path, text.encode(), base) for n, (path, text) in enumerate(code.items())]


def _plan(n: int, path: str, source: bytes, base: str) -> Plan:
    name, monthly = path.removesuffix(".tf"), Decimal(1000 - n)
    saving = Saving(monthly, monthly, monthly, "USD", "list price", "table", date(2026, 11, 1))
    plan = volume_plan(name, base, volume_change(name, saving=saving), path, source)
    owner = Owner(OWNERS[n // 2 % 2], 0.9, LINE, (OWNERS[n // 2 % 2],), "5b10a")
    plan = replace(plan, origin=replace(plan.origin, owners=(owner,)))
    if n % 2 == 0:
        return plan
    doubts = ("its use is not known",)
    return replace(plan, route=Route.TICKET, edits=(), file_hashes=(), expected=(), doubts=doubts)
