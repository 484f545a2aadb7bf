"""How Jira reads one line of its wiki markup: the rules of atlassian-renderer, in their order, in words of our own.

Links, then backslashes, then HTML with its entities kept, then faces, then pairs of signs. A backslash before a brace
or bracket leaves that sign itself; any other sign becomes an entity, which nothing takes for markup any more.
"""

import html

import regex

_LINK = regex.compile(
    r"(?:[^\"\[|'!]|^)(?<!\p{Alnum})(?:https?://|ftps?://|mailto:|nntp://|news:|irc://|file:)[\w/.%&#;]"
)
_BRACKET = regex.compile(r"(?<!\\)\[[^\]\n]+(?<!\\)\]")
_MACRO = regex.compile(r"(?<![\\{])\{(?!\{)[a-z]+[^{}\n]*\}")
_ESCAPED = regex.compile(r"(?<!\\)\\([-#*_+?^~|%{}\[\]()!@])")
_ENTITY = regex.compile(r"&[#A-Za-z0-9][A-Za-z0-9]{1,7};")
_FACES = regex.compile(
    r"(?<![\p{L}\p{Nd}\\])(?::-?\)|:[PpD(]|;-?\)|\((?:y|n|i|/|x|!|\+|-|\?|on|off|\*[rgby]?)\))(?![\p{L}\p{Nd}])"
)
_INSIDE = r"[\p{L}\p{Nd}\p{Z}\p{S}\p{M}\p{P}]"


def _pair(start: str, end: str) -> regex.Pattern[str]:
    inner = rf"[^\s{start}](?:(?!{end}){_INSIDE}*?[^\s{end}])??"
    opening = rf"(?:(?<![\p{{L}}\p{{Nd}}\\]){start}|\{{{start}\}})"
    return regex.compile(rf"{opening}({inner})(?<!\\)(?:{end}(?![\p{{L}}\p{{Nd}}])|\{{{end}\}})")


_PAIRS = {
    "strong": _pair(r"\*", r"\*"), "sup": _pair(r"\^", r"\^"), "sub": _pair("~", "~"), "em": _pair("_", "_"),
    "del": _pair("-", "-"), "cite": _pair(r"\?\?", r"\?\?"), "ins": _pair(r"\+", r"\+"),
}  # fmt: skip
_CODE = _pair(r"\{\{", r"\}\}")


def read(line: str) -> tuple[str, tuple[str, ...]]:
    """The text that is shown, with each run of code between ⟦ and ⟧, and what was taken for markup beside that."""
    found = [name for name, rule in (("link", _LINK), ("bracket", _BRACKET), ("macro", _MACRO)) if rule.search(line)]
    line = _ESCAPED.sub(lambda m: m[1] if m[1] in "{}[]" else f"&#{ord(m[1])};", line)
    kept = regex.sub(r"&", lambda m: "&" if _ENTITY.match(line, m.start()) else "&amp;", line)
    kept = kept.replace("<", "&lt;").replace(">", "&gt;")
    found += ["face"] if _FACES.search(kept) else []
    found += [name for name, rule in _PAIRS.items() if rule.search(kept)]
    found += ["break"] if regex.search(r"(?<!\\)\\{2}(?!\S*\\)", kept) else []
    return html.unescape(_CODE.sub("⟦\\1⟧", kept)), tuple(found)
