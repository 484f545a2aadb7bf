"""Terraform's plan as values, and how ours differ from them."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import TypeAlias

from remediator.iac.terraform.language.values import Evaluated, Fields, Items, Unknown

__all__ = ["UNKNOWN", "Answer", "Answers", "Hidden", "differences", "merged", "read_answers", "shown"]


@dataclass(frozen=True, slots=True)
class Hidden:
    """A value that Terraform knows only after an apply."""


UNKNOWN = Hidden()

Json: TypeAlias = "bool | Decimal | str | list[Json] | dict[str, Json] | None"
Answer: TypeAlias = "bool | Decimal | str | Hidden | tuple[Answer, ...] | Mapping[str, Answer] | None"
Answers: TypeAlias = Mapping[str, Answer]
"""The `input` of every `terraform_data` by its address."""


def read_answers(shown: bytes) -> Answers:
    """The answers in what `terraform show -json` prints of a plan."""
    plan = json.loads(shown, parse_float=Decimal, parse_int=Decimal)
    found: dict[str, Answer] = {}
    for resource in plan.get("resource_changes", ()):
        change = resource["change"]
        found[resource["address"]] = merged(change["after"].get("input"), change["after_unknown"].get("input", False))
    return found


def merged(known: Json, unknown: Json) -> Answer:
    """One value of the two that a plan has: unknown parts are left out of the known one, and `true` in the other."""
    if unknown is True:
        return UNKNOWN
    if isinstance(known, list):
        flags = unknown if isinstance(unknown, list) else [False] * len(known)
        return tuple(merged(item, flag) for item, flag in zip(known, flags, strict=True))
    if isinstance(known, dict):
        flagged = unknown if isinstance(unknown, dict) else {}
        return {key: merged(known.get(key), flagged.get(key, False)) for key in sorted(known.keys() | flagged.keys())}
    return known


def differences(expected: Answer, actual: Evaluated, at: str = "") -> Iterator[str]:
    """Where our value is not Terraform's: sentences, each beginning with the path inside the value.

    Numbers are compared as the 64 bits that the plan keeps of fractions; the order of sets does not count.
    """
    data = actual.data
    where = at or "."
    if isinstance(data, Items) and isinstance(expected, tuple) and len(expected) == len(data.items):
        if data.is_set:
            yield from _set(expected, data, where)
        else:
            for place, (wanted, item) in enumerate(zip(expected, data.items, strict=True)):
                yield from differences(wanted, item, f"{at}[{place}]")
    elif isinstance(data, Fields) and isinstance(expected, Mapping) and expected.keys() == data.fields.keys():
        for key, value in expected.items():
            yield from differences(value, data.fields[key], f"{at}.{key}")
    elif not _same(expected, actual):
        yield f"{where}: terraform says {shown(expected)}, we say {_ours(actual)}"


def _set(expected: tuple[Answer, ...], data: Items, where: str) -> Iterator[str]:
    """An item of each side that the other lacks."""
    left = list(data.items)
    for wanted in expected:
        match = next((item for item in left if not any(differences(wanted, item))), None)
        if match is None:
            yield f"{where}: terraform has {shown(wanted)} in the set, we have {', '.join(map(_ours, data.items))}"
            return
        left.remove(match)


def _same(expected: Answer, actual: Evaluated) -> bool:
    data = actual.data
    if isinstance(expected, Hidden) or isinstance(data, Unknown):
        return isinstance(expected, Hidden) and isinstance(data, Unknown)
    if isinstance(expected, Decimal) and isinstance(data, Decimal):
        return expected == data or float(expected) == float(data)
    if isinstance(data, Items):
        return expected == () and not data.items
    if isinstance(data, Fields):
        return isinstance(expected, Mapping) and not expected and not data.fields
    return type(expected) is type(data) and expected == data


def shown(answer: Answer) -> str:
    """An answer for people."""
    if isinstance(answer, Hidden):
        return "(unknown)"
    if isinstance(answer, tuple):
        return f"[{', '.join(map(shown, answer))}]"
    if isinstance(answer, Mapping):
        return f"{{{', '.join(f'{key} = {shown(value)}' for key, value in answer.items())}}}"
    return str(answer) if isinstance(answer, Decimal) else json.dumps(answer, ensure_ascii=False)


def _ours(actual: Evaluated) -> str:
    data = actual.data
    if isinstance(data, Unknown):
        return f"(unknown: {data.reason})"
    if isinstance(data, Items):
        return f"{'set' if data.is_set else ''}[{', '.join(map(_ours, data.items))}]"
    if isinstance(data, Fields):
        return f"{{{', '.join(f'{key} = {_ours(value)}' for key, value in data.sorted())}}}"
    return str(data) if isinstance(data, Decimal) else json.dumps(data, ensure_ascii=False)
