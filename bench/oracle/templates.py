"""Strings with interpolations and directives, quoted and as heredocs."""

from bench.oracle.expressions import Expressions
from bench.oracle.shapes import KINDS, NUMBER, STRING, Name, Scalar, Scope
from bench.oracle.words import Draw, chance, pick, quoted, word

__all__ = ["heredoc", "quoted_template"]


def quoted_template(of: Expressions, draw: Draw, scope: Scope, kind: Scalar, depth: int, known: bool) -> str:
    """A string in quotes with up to three parts; one interpolation alone keeps the kind of its value."""
    if chance(draw, 10):
        return f'"${{{of.scalar(draw, scope, kind, depth, known)}}}"'
    parts = [_part(of, draw, scope, depth, known) for _ in range(draw.between(1, 3))]
    return f'"{_plain(draw)}{"".join(parts)}-{_plain(draw)}"'


def heredoc(of: Expressions, draw: Draw, scope: Scope, depth: int, known: bool) -> str:
    """A heredoc, flush or not; only at the end of a line."""
    lines = [_line(of, draw, scope, depth, known) for _ in range(draw.between(0, 4))]
    return "\n".join([pick(draw, ("<<-EOT", "<<EOT")), *lines, pick(draw, ("EOT", "  EOT"))])


def _line(of: Expressions, draw: Draw, scope: Scope, depth: int, known: bool) -> str:
    indent = " " * draw.between(0, 6)
    text = pick(draw, ("size = 1", "", 'said "x"', "a\\nb", "\ttab", "$${kept} %%{kept}", "end "))
    return indent + text + (_part(of, draw, scope, depth, known) if chance(draw, 60) else "")


def _plain(draw: Draw) -> str:
    return quoted(word(draw))[1:-1] if chance(draw, 40) else ""


def _part(of: Expressions, draw: Draw, scope: Scope, depth: int, known: bool) -> str:
    left, right = (pick(draw, ("", "", "", "~")) for _ in range(2))
    kind = pick(draw, KINDS)
    which = draw.between(0, 9)
    if which < 7 or depth <= 0:
        return f"${{{left} {of.scalar(draw, scope, kind, depth, known)} {right}}}"
    if which < 9:
        condition = of.scalar(draw, scope, "bool", depth, known)
        otherwise = f"%{{ else {right}}} {_part(of, draw, scope, depth - 1, known)}" if chance(draw, 60) else ""
        then = _part(of, draw, scope, depth - 1, known)
        return f"%{{{left} if {condition} {right}}} {then}{otherwise}%{{{left} endif }}"
    return _loop(of, draw, scope, depth, left, right)


def _loop(of: Expressions, draw: Draw, scope: Scope, depth: int, left: str, right: str) -> str:
    value, key = scope.variable("w"), scope.variable("q")
    if chance(draw, 50):
        text, _ = of.listing(draw, scope, "string", depth - 1, known=True)
        names, inner = f"{key}, {value}", scope.binding(Name(key, NUMBER), Name(value, STRING))
    else:
        text, _ = of.mapping(draw, scope, "number", depth - 1, known=True)
        names, inner = f"{key}, {value}", scope.binding(Name(key, STRING), Name(value, NUMBER))
    if chance(draw, 50):
        names = value
        inner = scope.binding(inner.names[-1])
    body = f"${{{of.scalar(draw, inner, 'string', 0, known=True)}}};${{{value}}}"
    return f"%{{{left} for {names} in {text} {right}}} {body} %{{{left} endfor {right}}}"
