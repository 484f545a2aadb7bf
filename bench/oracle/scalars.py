"""Expressions that give a string, a number or a bool."""

from collections.abc import Callable, Sequence
from typing import TypeAlias

from bench.oracle import templates
from bench.oracle.expressions import Expressions
from bench.oracle.shapes import Scalar, Scope
from bench.oracle.words import ENVIRONMENTS, Draw, accessed, chance, number, pick, quoted, word

__all__ = ["nullable", "scalar"]

Make: TypeAlias = Callable[[Expressions, Draw, Scope, Scalar, int, bool], str]


def scalar(of: Expressions, draw: Draw, scope: Scope, kind: Scalar, depth: int, known: bool) -> str:
    """An expression of a kind, never null; `depth` bounds how it nests, `known` keeps unknown values out."""
    if depth <= 0 or chance(draw, 25):
        return _leaf(draw, scope, kind, depth, known)
    return pick(draw, _MAKERS[kind])(of, draw, scope, kind, depth - 1, known)


def nullable(draw: Draw, scope: Scope, kind: Scalar, known: bool) -> str | None:
    """A reference to a value that may be null, where the scope has one."""
    found = [p for p in scope.reachable(known) if p.shape.kind == kind and p.shape.nullable]
    return accessed(draw, pick(draw, found)) if found else None


def _leaf(draw: Draw, scope: Scope, kind: Scalar, depth: int, known: bool) -> str:
    found = [p for p in scope.reachable(known) if p.shape.kind == kind and not p.shape.nullable]
    if found and chance(draw, 75):
        return accessed(draw, pick(draw, found))
    return _literal(draw, scope, kind, depth, known)


def _literal(draw: Draw, scope: Scope, kind: Scalar, depth: int, known: bool) -> str:
    if kind == "string":
        return quoted(word(draw))
    return number(draw) if kind == "number" else pick(draw, ("true", "false"))


def _template(of: Expressions, draw: Draw, scope: Scope, kind: Scalar, depth: int, known: bool) -> str:
    return templates.quoted_template(of, draw, scope, kind, depth, known)


def _conditional(of: Expressions, draw: Draw, scope: Scope, kind: Scalar, depth: int, known: bool) -> str:
    condition = of.scalar(draw, scope, "bool", depth, known)
    yes, no = (of.scalar(draw, scope, kind, depth, known) for _ in range(2))
    return f"({condition} ? {yes} : {no})"


def _coalesce(of: Expressions, draw: Draw, scope: Scope, kind: Scalar, depth: int, known: bool) -> str:
    first = nullable(draw, scope, kind, known) or pick(draw, ("null", _leaf(draw, scope, kind, 0, known)))
    last = '"last"' if kind == "string" else _literal(draw, scope, kind, 0, known)
    return f"coalesce({first}, {of.scalar(draw, scope, kind, depth, known)}, {last})"


def _default(of: Expressions, draw: Draw, scope: Scope, kind: Scalar, depth: int, known: bool) -> str:
    text = nullable(draw, scope, kind, known)
    other = of.scalar(draw, scope, kind, depth, known)
    if text is None:
        return f"try({other}, null)"
    return pick(draw, (f"({text} != null ? {text} : {other})", f"({text} == null ? {other} : {text})"))


def _attempt(of: Expressions, draw: Draw, scope: Scope, kind: Scalar, depth: int, known: bool) -> str:
    return f"try({failing(draw, scope)}, {of.scalar(draw, scope, kind, depth, known)})"


def failing(draw: Draw, scope: Scope) -> str:
    """An expression that fails when it is evaluated."""
    holders = [p for p in scope.reachable(known=True) if p.shape.kind in ("map", "object") and not p.shape.nullable]
    if holders and chance(draw, 70):
        return accessed(draw, pick(draw, holders)) + pick(draw, (".missing", '["missing"]', ".missing.deeper"))
    return pick(draw, ("[][0]", 'tonumber("x")', "{}.missing", 'tobool("maybe")', "element([], 0)", "null.missing"))


def _lookup(of: Expressions, draw: Draw, scope: Scope, kind: Scalar, depth: int, known: bool) -> str:
    found, _ = of.mapping(draw, scope, kind, depth, known)
    key = pick(draw, (quoted("a"), quoted("nowhere"), of.scalar(draw, scope, "string", 0, known)))
    return f"lookup({found}, {key}, {of.scalar(draw, scope, kind, 0, known)})"


def _table(of: Expressions, draw: Draw, scope: Scope, kind: Scalar, depth: int, known: bool) -> str:
    """A map that has every environment, and one of them as its key: `local.sizes[var.env]`."""
    wanted = set(ENVIRONMENTS)
    tables = [p for p in scope.reachable(known) if wanted <= set(p.shape.keys) and p.shape.holds(kind)]
    keys = [p for p in scope.reachable(known) if p.shape.values and set(p.shape.values) <= wanted]
    key = accessed(draw, pick(draw, keys)) if keys else "terraform.workspace"
    if tables and chance(draw, 80):
        return f"{accessed(draw, pick(draw, tables))}[{key}]"
    written = ", ".join(f"{name} = {of.scalar(draw, scope, kind, depth, known)}" for name in ENVIRONMENTS)
    return f"{{ {written} }}[{key}]"


def _element(of: Expressions, draw: Draw, scope: Scope, kind: Scalar, depth: int, known: bool) -> str:
    text, shape = of.listing(draw, scope, kind, depth, known)
    if shape.size and shape.kind == "list":
        at = draw.between(0, 2 * shape.size)
        return f"element({text}, {at})" if at >= shape.size or chance(draw, 50) else f"{text}[{at}]"
    return f"try({text}[0], {of.scalar(draw, scope, kind, 0, known)})"


def _text(of: Expressions, draw: Draw, scope: Scope, kind: Scalar, depth: int, known: bool) -> str:
    one = of.scalar(draw, scope, "string", depth, known)
    form = pick(
        draw,
        (
            "upper({})",
            "lower({})",
            "trimspace({})",
            "title({})",
            'replace({}, "a", "b")',
            'replace({}, "/[aeg]+/", "<$0>")',
            'trimprefix({}, "m5")',
            'trimsuffix({}, "large")',
            'trim({}, " a")',
            'format("%s-%03d", {}, 7)',
            "tostring({})",
            'join("-", [{}, "x"])',
            "substr({}, 0, 3)",
            "jsonencode({})",
            'format("%q %v", {}, true)',
            "strrev({})",
            'format("%-8s|", {})',
            "chomp({})",
            "base64encode({})",
            "md5({})",
            "indent(2, {})",
            "urlencode({})",
        ),
    )
    return form.format(one)


def _spelled(of: Expressions, draw: Draw, scope: Scope, kind: Scalar, depth: int, known: bool) -> str:
    other = pick(draw, ("number", "bool"))
    return f"tostring({of.scalar(draw, scope, 'number' if other == 'number' else 'bool', depth, known)})"


def _mixed(of: Expressions, draw: Draw, scope: Scope, kind: Scalar, depth: int, known: bool) -> str:
    """A number or a bool that becomes a string because of the string beside it, which may be unknown."""
    other: Scalar = pick(draw, ("number", "bool"))
    one, two = of.scalar(draw, scope, other, depth, known), of.scalar(draw, scope, "string", depth, known)
    form = pick(
        draw,
        (
            "(true ? {0} : {1})",
            "tolist([{0}, {1}])[0]",
            "(length([{1}]) == 0 ? {1} : {0})",
            "tomap({{ a = {0}, b = {1} }}).a",
            "tolist([{{ a = {0} }}, {{ a = {1} }}])[0].a",
            "coalesce({0}, {1})",
            "tolist([[{0}], [{1}, {0}]])[0][0]",
            "concat(tolist([{0}]), tolist([{1}]))[0]",
            'join("-", setunion([{0}], [{1}]))',
            "(true ? {{ a = {0} }} : {{ a = {1} }}).a",
            'lookup(tomap({{ a = {1} }}), "b", {0})',
            "flatten([[{0}], {1}])[1]",
        ),
    )
    return form.format(one, two)


def _joined(of: Expressions, draw: Draw, scope: Scope, kind: Scalar, depth: int, known: bool) -> str:
    text, _ = of.listing(draw, scope, "string", depth, known)
    return f"join({pick(draw, (quoted(','), quoted('')))}, {text})"


def _encoded(of: Expressions, draw: Draw, scope: Scope, kind: Scalar, depth: int, known: bool) -> str:
    text, _ = of.anything(draw, scope, depth, known)
    return f"jsonencode({text})"


def _arithmetic(of: Expressions, draw: Draw, scope: Scope, kind: Scalar, depth: int, known: bool) -> str:
    left, right = (of.scalar(draw, scope, "number", depth, known) for _ in range(2))
    form = pick(
        draw,
        (
            "{} + {}",
            "{} - {}",
            "({} + {})",
            "({} - {})",
            "{} * {}",
            "({} * 2 - {})",
            "{} / 2 - {}",
            "({} % 7 + {})",
            "-({}) + {}",
        ),
    )
    return form.format(left, right)


def _counted(of: Expressions, draw: Draw, scope: Scope, kind: Scalar, depth: int, known: bool) -> str:
    return f"length({of.anything(draw, scope, depth, known)[0]})"


def _rounded(of: Expressions, draw: Draw, scope: Scope, kind: Scalar, depth: int, known: bool) -> str:
    one, two = (of.scalar(draw, scope, "number", depth, known) for _ in range(2))
    form = pick(
        draw, ("max({}, {})", "min({}, {})", "ceil({})", "floor({})", "abs({})", "signum(floor({}))", "tonumber({})")
    )
    return form.format(one, two)


def _measured(of: Expressions, draw: Draw, scope: Scope, kind: Scalar, depth: int, known: bool) -> str:
    text = of.scalar(draw, scope, "string", depth, known)
    numbers, _ = of.listing(draw, scope, "number", depth, known)
    return pick(draw, (f"length({text})", f"sum(concat([0], {numbers}))", 'tonumber("16")', 'parseint("1f", 16)'))


def _compared(of: Expressions, draw: Draw, scope: Scope, kind: Scalar, depth: int, known: bool) -> str:
    left, right = (of.scalar(draw, scope, "number", depth, known) for _ in range(2))
    return f"{left} {pick(draw, ('<', '<=', '>', '>=', '==', '!='))} {right}"


def _same(of: Expressions, draw: Draw, scope: Scope, kind: Scalar, depth: int, known: bool) -> str:
    other: Scalar = pick(draw, ("string", "string", "string", "number", "bool"))
    left, right = of.scalar(draw, scope, "string", depth, known), of.scalar(draw, scope, other, 0, known)
    return f"({left} {pick(draw, ('==', '!='))} {right})"


def _logical(of: Expressions, draw: Draw, scope: Scope, kind: Scalar, depth: int, known: bool) -> str:
    left, right = (of.scalar(draw, scope, "bool", depth, known) for _ in range(2))
    return pick(draw, ("{} && {}", "({} || {})", "!({}) || {}", "{} == ({})", "!({} && {})")).format(left, right)


def _asked(of: Expressions, draw: Draw, scope: Scope, kind: Scalar, depth: int, known: bool) -> str:
    text = of.scalar(draw, scope, "string", depth, known)
    listed, _ = of.listing(draw, scope, "string", depth, known)
    form = pick(
        draw,
        (
            "can({failing})",
            "contains({listed}, {text})",
            'startswith({text}, "m")',
            'endswith({text}, "e")',
            "can({text})",
            "alltrue([for s in {listed} : s != {text}])",
            'can(regex("^m[0-9]", {text}))',
            "length({listed}) > 1",
            'strcontains({text}, "a")',
            "anytrue([for s in {listed} : s == {text}])",
        ),
    )
    return form.format(text=text, listed=listed, failing=failing(draw, scope))


def _nothing(of: Expressions, draw: Draw, scope: Scope, kind: Scalar, depth: int, known: bool) -> str:
    kinds: Sequence[Scalar] = ("string", "number", "bool")
    text = nullable(draw, scope, pick(draw, kinds), known)
    return f"({text} == null)" if text else f"({of.scalar(draw, scope, 'number', depth, known)} != null)"


_ANY: tuple[Make, ...] = (_conditional, _coalesce, _default, _attempt, _lookup, _table, _element)
_MAKERS: dict[Scalar, tuple[Make, ...]] = {
    "string": (_template, _template, _text, _spelled, _mixed, _joined, _encoded, *_ANY),
    "number": (_arithmetic, _arithmetic, _counted, _rounded, _measured, *_ANY),
    "bool": (_compared, _same, _logical, _asked, _nothing, *_ANY),
}
