"""The table of the configuration that says what is left alone, until when and why."""

from datetime import date, datetime
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, Field, WithJsonSchema, model_validator

from remediator.config.table import Section

Pattern = Annotated[str, Field(min_length=1, max_length=500)]


def _listed(value: object) -> object:
    return (value,) if isinstance(value, str) else value


def _day(value: object) -> object:
    if isinstance(value, str):
        try:
            return date.fromisoformat(value)
        except ValueError as error:
            raise ValueError(f"'{value}' is not a day such as 2027-01-01") from error
    if isinstance(value, datetime) or not isinstance(value, date):
        raise ValueError(f"{value} is not a day such as 2027-01-01")
    return value


def _said(value: str) -> str:
    if not value.strip():
        raise ValueError("say why, for whoever finds the exception later")
    return value.strip()


class ExceptionConfig(Section):
    """`[[exceptions]]`: findings that reach nobody, of the rules named or of all of them.

    What it covers has the `tag` (`key` or `key=value`, live or in state), lies at the `path` (of its file, its root or
    its Terraform address), is the `resource` (id, ARN or Terraform address) and is in the `account`: all of those that
    are given, and at least one is. In `path` and `resource`, `*` is anything and `?` one character; a path that ends in
    a slash is all below it. From the day `until` on (in UTC) it covers nothing.
    """

    rule: Annotated[
        tuple[str, ...],
        BeforeValidator(_listed),
        WithJsonSchema({"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}]}),
    ] = ()
    tag: Pattern | None = None
    path: Pattern | None = None
    resource: Pattern | None = None
    account: str | None = None
    until: Annotated[date, BeforeValidator(_day)] | None = None
    reason: Annotated[str, AfterValidator(_said), Field(max_length=300)]

    @model_validator(mode="after")
    def _covers_something(self) -> "ExceptionConfig":
        if not (self.tag or self.path or self.resource or self.account):
            raise ValueError("it does not say what it covers; give it a tag, path, resource or account")
        return self
