"""The types of what functions give, which are told even where the values are not.

What `terraform metadata functions -json` says of each, and for those that it calls dynamic what Terraform makes of the
types of their arguments.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Final, TypeAlias

from remediator.iac.terraform.language.inference import shared
from remediator.iac.terraform.language.types import ANY, BOOL, NUMBER, STRING, Type

__all__ = ["FIXED", "is_never_null", "result_type"]

Arguments: TypeAlias = Sequence[Type]

_STRINGS = Type("list", STRING)

FIXED: Mapping[str, Type] = {
    **dict.fromkeys(
        ("abs", "ceil", "floor", "length", "log", "max", "min", "pow", "signum", "timecmp", "tonumber"), NUMBER
    ),
    **dict.fromkeys(
        (
            "abspath", "base64decode", "base64encode", "base64gzip", "base64sha256", "base64sha512", "basename",
            "bcrypt", "chomp", "cidrhost", "cidrnetmask", "cidrsubnet", "dirname", "file", "filebase64",
            "filebase64sha256", "filebase64sha512", "filemd5", "filesha1", "filesha256", "filesha512", "formatdate",
            "indent", "join", "jsonencode", "lower", "md5", "pathexpand", "plantimestamp", "replace", "rsadecrypt",
            "sha1", "sha256", "sha512", "strrev", "substr", "templatestring", "textdecodebase64", "textencodebase64",
            "timeadd", "timestamp", "title", "tostring", "trim", "trimprefix", "trimspace", "trimsuffix", "upper",
            "urlencode", "uuid", "uuidv5", "yamlencode",
        ),
        STRING,
    ),
    **dict.fromkeys(
        (
            "alltrue", "anytrue", "can", "endswith", "fileexists", "issensitive", "startswith", "strcontains", "tobool",
        ),
        BOOL,
    ),
    **dict.fromkeys(("cidrsubnets", "compact", "sort", "split"), _STRINGS),
    "fileset": Type("set", STRING),
    "range": Type("list", NUMBER),
    "transpose": Type("map", _STRINGS),
}  # fmt: skip
"""Functions whose result has one type whatever they are given."""

_NEVER_NULL: Final = frozenset(
    (
        "abs", "abspath", "alltrue", "anytrue", "base64decode", "base64encode", "base64gzip", "base64sha256",
        "base64sha512", "basename", "bcrypt", "ceil", "chomp", "chunklist", "cidrhost", "cidrnetmask", "cidrsubnet",
        "cidrsubnets", "coalesce", "compact", "concat", "contains", "dirname", "distinct", "endswith", "file",
        "fileexists", "filemd5", "fileset", "flatten", "floor", "format", "formatdate", "formatlist", "indent", "index",
        "join", "jsonencode", "keys", "length", "log", "lower", "matchkeys", "max", "md5", "merge", "min", "parseint",
        "pathexpand", "plantimestamp", "pow", "range", "regex", "regexall", "replace", "reverse", "setproduct",
        "setunion", "sha1", "sha256", "sha512", "signum", "slice", "sort", "split", "startswith", "strrev", "substr",
        "sum", "templatestring", "textdecodebase64", "textencodebase64", "timecmp", "timestamp", "title", "toset",
        "transpose", "trim", "trimprefix", "trimspace", "trimsuffix", "upper", "urlencode", "uuid", "uuidv5", "values",
    )
)  # fmt: skip
"""Functions of which Terraform 1.11 knows before apply that they give no null, as `f(…) != null` in a plan shows."""


def result_type(name: str, arguments: Arguments) -> Type:
    """The type that the result of a call has; `any` where it is not told."""
    fixed = FIXED.get(name)
    if fixed is not None:
        return fixed
    made = _MADE.get(name)
    return ANY if made is None or not arguments else made(arguments)


def is_never_null(name: str, arguments: Arguments, of_type: Type) -> bool:
    """Whether Terraform knows before apply that a call gives no null; `of_type` is what it gives, as far as told.

    It does not where the type is open, but for a sum, whose type it never tells, of what has one.
    """
    told = of_type != ANY or (name == "sum" and ANY not in arguments)
    return told and name in _NEVER_NULL


def _inside(of: Type) -> Type:
    """The type of the elements, of a tuple the one that they share."""
    return of.element or shared(of.items) or ANY


def _list(arguments: Arguments) -> Type:
    return Type("list", _inside(arguments[0]))


def _ordered(arguments: Arguments) -> Type:
    return _list(arguments) if arguments[0].name in ("list", "set") else ANY


def _element(arguments: Arguments) -> Type:
    return arguments[0].element or ANY


def _of_map(of: Type, made: Type) -> Type:
    return made if of.name == "map" else ANY


def _set(arguments: Arguments) -> Type:
    return Type("set", shared([_inside(one) for one in arguments]) or ANY)


_MADE: Mapping[str, Callable[[Arguments], Type]] = {
    "chunklist": lambda arguments: Type("list", _list(arguments)),
    "coalesce": lambda arguments: shared(arguments) or ANY,
    "concat": lambda arguments: (shared(arguments) or ANY) if all(one.name == "list" for one in arguments) else ANY,
    "distinct": _list,
    "element": _element,
    "format": lambda arguments: ANY if ANY in arguments[1:] else STRING,
    "formatlist": lambda arguments: ANY if ANY in arguments[1:] else _STRINGS,
    "keys": lambda arguments: _of_map(arguments[0], _STRINGS),
    "lookup": _element,
    "matchkeys": _list,
    "merge": lambda arguments: arguments[0] if all(_of_map(one, one) == arguments[0] for one in arguments) else ANY,
    "one": _element,
    "reverse": _ordered,
    "setintersection": _set,
    "setsubtract": _set,
    "setunion": _set,
    "slice": _ordered,
    "values": lambda arguments: _of_map(arguments[0], _list(arguments)),
    "zipmap": lambda arguments: Type("map", _inside(arguments[1])) if arguments[1].name == "list" else ANY,
}
