"""Strings, heredocs and template files: text with interpolations and directives.

Rules of white space as HCL has them: a strip marker (`~`) trims the neighbouring literal, which outside quotes ends
with its line; a flush heredoc (`<<-`) loses the smallest indent of its lines, blank lines not counted.
"""

import re
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

from remediator.iac.terraform.language.nodes import Expression, If, Literal, Loop, Part, Template, Text
from remediator.iac.terraform.language.scanner import ExpressionError, Scanner

__all__ = ["Inside", "for_intro", "heredoc", "quoted", "template"]

Inside: TypeAlias = Callable[[Scanner], Expression]

_HEREDOC = re.compile(r"<<(-?)([^\W\d][\w-]*)\r?\n")
_ESCAPE = re.compile(r'\\(?:u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([nrt"\\]))')
_ESCAPED = {"n": "\n", "r": "\r", "t": "\t", '"': '"', "\\": "\\"}
_QUOTED_TEXT = re.compile(r'(?:\\.|\$\$\{|%%\{|\$(?!\{)|%(?!\{)|[^"\\$%\n])+')
_LINE_TEXT = re.compile(r"(?:\$\$\{|%%\{|\$(?!\{)|%(?!\{)|[^$%\n])*\n?")


@dataclass(frozen=True, slots=True)
class _Mark:
    """`if`, `else`, `endif`, `for` or `endfor` with what it holds; `value` for an interpolation."""

    word: str
    names: tuple[str, ...] = ()
    expression: Expression | None = None


_Token: TypeAlias = Text | _Mark


def for_intro(scanner: Scanner, expression: Inside) -> tuple[tuple[str, ...], Expression]:
    """The names of a `for` and what it goes through, after the word itself."""
    names = [scanner.word()]
    if scanner.take(","):
        names.append(scanner.word())
    if scanner.word() != "in" or None in names:
        raise scanner.problem("'for' needs a name and 'in'")
    return tuple(name for name in names if name), expression(scanner)


def quoted(scanner: Scanner, inside: Inside) -> Expression:
    """A string in quotation marks; a sole interpolation is the value itself."""
    start = scanner.offset(scanner.at)
    scanner.at += 1
    tokens: list[_Token] = []
    strip = False
    while not scanner.text.startswith('"', scanner.at):
        before = scanner.at
        text = scanner.match(_QUOTED_TEXT)
        if text is not None:
            whole = Text(_unescaped(text, quotes=True), (scanner.offset(before), scanner.offset(scanner.at)))
            tokens.append(_with(whole, whole.value.lstrip()) if strip else whole)
            strip = False
        else:
            strip = _sequence(scanner, inside, tokens)
    scanner.at += 1
    scanner.taken = scanner.at
    return _finished(start, scanner.offset(scanner.at), tokens)


def heredoc(scanner: Scanner, inside: Inside) -> Expression:
    """A heredoc, its indent taken away where it is a flush one."""
    start = scanner.offset(scanner.at)
    opening = _HEREDOC.match(scanner.text, scanner.at)
    if not opening:
        raise scanner.problem("a heredoc needs its marker alone on the line")
    scanner.at = opening.end()
    closing = re.compile(rf"[ \t]*{re.escape(opening[2])}(?=[ \t]*\r?(?:\n|$))")
    tokens: list[_Token] = []
    strip, begins = False, True
    while not (begins and scanner.match(closing)):
        if scanner.at >= len(scanner.text):
            raise ExpressionError(f"the heredoc {opening[2]} has no end")
        strip, begins = _line(scanner, inside, tokens, strip)
    if opening[1]:
        tokens = _flush(tokens)
    found = _finished(start, scanner.offset(scanner.at), tokens)
    return found if tokens else Literal(found.start, found.end, "")


def template(scanner: Scanner, inside: Inside) -> Expression:
    """A whole text as a template, as `templatefile` reads a file."""
    tokens: list[_Token] = []
    strip = False
    while scanner.at < len(scanner.text):
        strip, _ = _line(scanner, inside, tokens, strip)
    return _finished(0, scanner.offset(scanner.at), tokens)


def _line(scanner: Scanner, inside: Inside, tokens: list[_Token], strip: bool) -> tuple[bool, bool]:
    """Read up to the end of the line, or one sequence; whether to strip what follows, and whether a line begins."""
    text = scanner.match(_LINE_TEXT)
    if text:
        kept = _unescaped(text, quotes=False)
        tokens.append(Text(kept.lstrip() if strip else kept))
        return False, text.endswith("\n")
    return _sequence(scanner, inside, tokens), False


def _sequence(scanner: Scanner, inside: Inside, tokens: list[_Token]) -> bool:
    """Read an interpolation or a directive; whether it strips the white space behind it."""
    opening = scanner.take("${", "%{") if scanner.sees("${", "%{") else None
    if opening is None:
        raise scanner.problem("the string has no end")
    if scanner.text.startswith("~", scanner.at):
        scanner.at += 1
        if tokens and isinstance(last := tokens[-1], Text):
            tokens[-1] = _with(last, last.value.rstrip())
    tokens.append(_Mark("value", expression=inside(scanner)) if opening == "${" else _directive(scanner, inside))
    scanner.skip_lines()
    strip = bool(scanner.take("~"))
    if not scanner.text.startswith("}", scanner.at):
        raise scanner.problem("'}' is missing")
    scanner.at += 1
    return strip


def _directive(scanner: Scanner, inside: Inside) -> _Mark:
    scanner.skip_lines()
    word = scanner.word()
    if word == "if":
        return _Mark(word, expression=inside(scanner))
    if word == "for":
        names, collection = for_intro(scanner, inside)
        return _Mark(word, names, collection)
    if word in ("else", "endif", "endfor"):
        return _Mark(word)
    raise scanner.problem(f"{word!r} is no directive of templates")


def _with(text: Text, value: str) -> Text:
    """The text with what is left of it, which does not stand there as it is."""
    return text if value == text.value else Text(value)


def _unescaped(text: str, quotes: bool) -> str:
    text = text.replace("$${", "${").replace("%%{", "%{")
    return _ESCAPE.sub(_character, text) if quotes and "\\" in text else text


def _character(match: "re.Match[str]") -> str:
    code = match[1] or match[2]
    if not code:
        return _ESCAPED[match[3]]
    point = int(code, 16)
    if point > 0x10FFFF or 0xD800 <= point <= 0xDFFF:
        raise ExpressionError(f"\\{'u' if match[1] else 'U'}{code} is no character")
    return chr(point)


def _flush(tokens: list[_Token]) -> list[_Token]:
    """Without the smallest indent; a line begins behind a literal that still ends with a line break after stripping."""
    begins = {0}
    begins.update(at + 1 for at, t in enumerate(tokens) if isinstance(t, Text) and t.value.endswith("\n"))
    lines = {at: _indent(tokens[at]) for at in begins if at < len(tokens)}
    smallest = min((indent for indent in lines.values() if indent is not None), default=0)
    return [
        Text(t.value[smallest:]) if isinstance(t, Text) and lines.get(at) is not None else t
        for at, t in enumerate(tokens)
    ]


def _indent(token: _Token) -> int | None:
    """Of what begins a line; None for a blank line."""
    if not isinstance(token, Text):
        return 0
    blank = token.value.endswith("\n") and not token.value.strip()
    return None if blank else len(token.value) - len(token.value.lstrip())


def _finished(start: int, end: int, tokens: list[_Token]) -> Expression:
    kept = [t for t in tokens if not (isinstance(t, Text) and not t.value)]
    if all(isinstance(t, Text) for t in kept):
        return Literal(start, end, "".join(t.value for t in kept if isinstance(t, Text)))
    left = deque(kept)
    parts = _nested(left, ())
    if left:
        word = left[0].word if isinstance(left[0], _Mark) else ""
        raise ExpressionError(f"a template has %{{ {word} }} out of place")
    sole = parts[0]
    if len(tokens) == 1 and not isinstance(sole, Text | If | Loop):
        return sole
    return Template(start, end, parts)


def _nested(tokens: deque[_Token], until: tuple[str, ...]) -> tuple[Part, ...]:
    """The parts up to one of these words, which is left in the tokens."""
    parts: list[Part] = []
    while tokens:
        token = tokens.popleft()
        if isinstance(token, Text):
            parts.append(token)
        elif token.word in until:
            tokens.appendleft(token)
            break
        elif token.word == "if" and token.expression:
            yes = _nested(tokens, ("else", "endif"))
            no: tuple[Part, ...] = ()
            if _word(tokens) == "else":
                tokens.popleft()
                no = _nested(tokens, ("endif",))
            _close(tokens, "endif")
            parts.append(If(token.expression, yes, no))
        elif token.word == "for" and token.expression:
            body = _nested(tokens, ("endfor",))
            _close(tokens, "endfor")
            parts.append(Loop(token.names, token.expression, body))
        elif token.expression:
            parts.append(token.expression)
        else:
            tokens.appendleft(token)
            break
    return tuple(parts)


def _word(tokens: deque[_Token]) -> str:
    return tokens[0].word if tokens and isinstance(tokens[0], _Mark) else ""


def _close(tokens: deque[_Token], word: str) -> None:
    if _word(tokens) != word:
        raise ExpressionError(f"a template has no %{{ {word} }}")
    tokens.popleft()
