"""What every table of the configuration has in common."""

from decimal import Decimal
from typing import Annotated, get_args

from pydantic import BaseModel, ConfigDict, Field, ValidationInfo, field_validator

Name = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$")]
"""The name of an account, a region, a repository or a bucket."""

_NUMBERS = frozenset({int, float, Decimal})


class Section(BaseModel):
    """A table of the configuration: frozen, closed to unknown keys, and strict about what is a number."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    @field_validator("*", mode="before")
    @classmethod
    def _as_it_is_meant(cls, given: object, info: ValidationInfo) -> object:
        field = cls.model_fields.get(info.field_name or "")
        mistake = misread(given, field.annotation) if field is not None else None
        if mistake is not None:
            raise ValueError(mistake)
        return given


def misread(given: object, annotation: object) -> str | None:
    """What is wrong with a value that would be taken for another: `true` for 1, "3" for 3, 1 for `true`."""
    kinds = _kinds(annotation)
    if any(issubclass(kind, BaseModel) for kind in kinds):
        return None  # a table of its own, which looks at its own values
    if kinds == {bool} and not isinstance(given, bool):
        return "write true or false, without quotes"
    if bool not in kinds and kinds & _NUMBERS:
        if _holds(given, bool):
            return "write a number, not true or false"
        if str not in kinds and _holds(given, str):
            return "write a number, without quotes"
    return None


def _kinds(annotation: object) -> set[type]:
    inner = get_args(annotation)
    if inner:
        return {kind for one in inner for kind in _kinds(one)}
    return {annotation} if isinstance(annotation, type) and annotation is not type(None) else set()


def _holds(given: object, kind: type) -> bool:
    """Whether a value, or what a list or table of it holds, is of a kind."""
    if isinstance(given, dict):
        return any(_holds(value, kind) for value in given.values())
    return any(_holds(value, kind) for value in given) if isinstance(given, list | tuple) else isinstance(given, kind)
