"""Text from outside made harmless: for plain text, for Markdown as forges render it, for Jira's wiki markup.

A mention, an issue reference and a bare link are found by forges in the text after Markdown was rendered, so a
backslash does not stop them; an invisible space inside does. What readers are not `shown` is masked before.
"""

import re
import unicodedata

from remediator.deliver.disclosure import NOTHING, Shown, masked
from remediator.planfile.text import clean

BREAK = "\u200b"
"""The zero-width space that keeps a mention, a reference or a link from being one."""

TEXT = 400
"""Characters of free text that are shown; a commit subject or a reason is whole."""

_CLOSING = re.compile(r"(#|\bG[HL]-)(?=\d)", re.IGNORECASE)
_WEB = re.compile(r"\b(www)\.", re.IGNORECASE)
_TEMPLATE = re.compile(r"\{(?=[{%#])")
_LEADING = re.compile(r"\A(?:[-+=:/]|\d+[.)](?=\s|\Z))")
_WIKI_LEADING = re.compile(r"\A(h[1-6]|bq)\.")
_COLON = re.compile(
    r":(?=//)|(?<=mailto):|(?<=file):|(?<=news):|(?<![A-Za-z0-9]):(?=[DP](?![A-Za-z0-9]))", re.IGNORECASE
)
"""What makes a link of what follows, or a face, which no letter or digit is beside: of no alphabet, so that of doubtful
ones (`¼`, `_`) it is taken for a face."""
_BACKTICKS = re.compile(r"`+")
_ENTITIES = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}
_MARKDOWN = str.maketrans(_ENTITIES | {c: f"\\{c}" for c in "\\`*_{}[]()#!|~$^"})
_WIKI = str.maketrans(_ENTITIES | {"\\": "&#92;"} | {c: f"\\{c}" for c in "{}[]()*_+^~!|-#@"})


class Markup(str):
    """Text that is markup already and is written as it is."""

    __slots__ = ()


def plain(text: str, limit: int = TEXT, shown: Shown = NOTHING) -> str:
    """One line of plain text without mentions, references or links that would come alive."""
    line = _line(text, limit, shown)
    line = _TEMPLATE.sub(rf"{{{BREAK}", line).replace("@", f"@{BREAK}").replace("://", f":{BREAK}//")
    return _WEB.sub(rf"\1{BREAK}.", _CLOSING.sub(rf"\1{BREAK}", line))


def markdown(text: str, limit: int = TEXT, shown: Shown = NOTHING) -> Markup:
    """The text on one line of Markdown in which nothing is markup."""
    line = plain(text, limit, shown)
    return Markup((BREAK if _LEADING.match(line) else "") + line.translate(_MARKDOWN))


def markdown_code(text: str, limit: int = TEXT, shown: Shown = NOTHING) -> Markup:
    """The text as a Markdown code span, in which it is shown as it is; in a table it needs `cell` as well."""
    line = _line(text, limit, shown).replace("<!--", f"<{BREAK}!--")
    line = _TEMPLATE.sub(rf"{{{BREAK}", line)
    fence = "`" * (max((len(run) for run in _BACKTICKS.findall(line)), default=0) + 1)
    space = " " if line.startswith("`") or line.endswith("`") else ""
    return Markup(f"{fence}{space}{line}{space}{fence}" if line else "")


def markdown_block(line: str, limit: int = TEXT, shown: Shown = NOTHING) -> Markup:
    """The text as a line of a fenced block, indented as it is; none that is outside text may begin a line."""
    return Markup(_indented(line, limit, shown).replace("<!--", f"<{BREAK}!--"))


def wiki_block(line: str, limit: int = TEXT, shown: Shown = NOTHING) -> Markup:
    """The text as a line between two of Jira's `{noformat}`, indented as it is."""
    return Markup(_indented(line, limit, shown).replace("{noformat", f"{{{BREAK}noformat"))


def _indented(line: str, limit: int, shown: Shown) -> str:
    return " " * (len(line) - len(line.lstrip(" "))) + _line(line, limit, shown)


def _line(text: str, limit: int, shown: Shown) -> str:
    return clean(masked(clean(text, 10 * limit), shown), limit)


def cell(markup: Markup) -> Markup:
    """A code span as a table takes it, where a bar would end the cell."""
    return Markup(markup.replace("|", "\\|"))


def wiki(text: str, limit: int = TEXT, shown: Shown = NOTHING) -> Markup:
    """The text on one line of Jira's wiki markup in which nothing is markup.

    Its renderer takes links first, then backslashes, of which those before braces leave the brace itself behind, then
    emoticons and pairs of signs; it keeps entities. As atlassian-renderer and Jira Cloud's transformer have it.
    """
    line = _WIKI_LEADING.sub(r"\1&#46;", _line(text, limit, shown).translate(_WIKI))
    line = _COLON.sub("&#58;", _WEB.sub(r"\1&#46;", line))
    return Markup(line.replace(r"\{\{", r"\{&#123;").replace(r"\}\}", r"\}&#125;").replace("??", r"\?\?"))


def wiki_code(text: str, limit: int = TEXT, shown: Shown = NOTHING) -> Markup:
    """The text in Jira's monospace, with nothing in it taken for markup; plain where Jira takes no such text for it."""
    escaped = wiki(text, limit, shown)
    read = _line(text, limit, shown)
    if not read or read != read.strip() or not all(map(_is_phrase, read)):
        return escaped
    if escaped.startswith(r"\{"):
        escaped = Markup(f"&#123;{escaped[2:]}")
    return Markup(f"{{{{{escaped[:-2]}&#125;}}}}" if escaped.endswith(r"\}") else f"{{{{{escaped}}}}}")


def _is_phrase(character: str) -> bool:
    """Whether Jira lets a character be between a pair of signs: letters, digits, spaces, signs and marks."""
    category = unicodedata.category(character)
    return category[0] in "LZSMP" or category == "Nd"


def middle(text: str, limit: int, shown: Shown = NOTHING) -> str:
    """The text on one line without its middle where it is longer than `limit`: addresses are told apart by their ends.

    What readers are not `shown` is masked before: of what was cut in two nobody knows any more what it was.
    """
    line = clean(masked(clean(text), shown))
    head = limit // 3
    return line if len(line) <= limit else f"{line[:head]}…{line[head + 1 - limit :]}"


def cut(body: str, limit: int, note: str) -> str:
    """The body, cut at the end of a line where it is longer than `limit` characters, with a note that says so."""
    if len(body) <= limit:
        return body
    kept = body[: limit - len(note) - 2]
    return kept[: kept.rfind("\n") + 1] + "\n" + note
