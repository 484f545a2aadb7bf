"""Markdown of ours as a document of Jira Cloud's version 3: text nodes, in which nothing is markup any more.

https://developer.atlassian.com/cloud/jira/platform/apis/document/structure/
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import TypeAlias

from markdown_it import MarkdownIt
from markdown_it.tree import SyntaxTreeNode

Json: TypeAlias = "dict[str, Json] | list[Json] | str | int | float | bool | None"

_MARKS = {"strong": "strong", "em": "em", "s": "strike"}
_LISTS = {"bullet_list": "bulletList", "ordered_list": "orderedList"}
_CELLS = {"th": "tableHeader", "td": "tableCell"}


@dataclass(frozen=True, slots=True)
class Mark:
    """How a text is shown: `strong`, `em`, `strike`, `code`, or `link` with its address."""

    type: str
    href: str | None = None

    @property
    def json(self) -> Json:
        """It as Jira takes it."""
        return {"type": self.type, **({"attrs": {"href": self.href}} if self.href is not None else {})}


@dataclass(frozen=True, slots=True)
class Node:
    """A node of a document: what it holds, or the text that it is; `attrs` are those of its kind."""

    type: str
    content: tuple["Node", ...] = ()
    text: str | None = None
    marks: tuple[Mark, ...] = ()
    attrs: tuple[tuple[str, str | int], ...] = ()

    @property
    def json(self) -> Json:
        """It as Jira takes it."""
        return {
            "type": self.type,
            **({"text": self.text} if self.text is not None else {}),
            **({"attrs": dict(self.attrs)} if self.attrs else {}),
            **({"marks": [mark.json for mark in self.marks]} if self.marks else {}),
            **({"content": [node.json for node in self.content]} if self.text is None and self._holds else {}),
        }

    @property
    def _holds(self) -> bool:
        return self.type not in ("hardBreak", "rule")


def document(markdown: str) -> Json:
    """The document of a text in Markdown as our templates write it; hidden comments and other HTML are left out."""
    blocks = tuple(_blocks(SyntaxTreeNode(_parser().parse(markdown)).children))
    return {"version": 1, "type": "doc", "content": [block.json for block in blocks]}


def first_line(document: Json) -> str:
    """The text of a document's first block."""
    content = document.get("content") if isinstance(document, dict) else None
    return _text(content[0]) if isinstance(content, list) and content else ""


def _text(node: Json) -> str:
    if not isinstance(node, dict):
        return ""
    text, content = node.get("text"), node.get("content")
    return text if isinstance(text, str) else "".join(map(_text, content)) if isinstance(content, list) else ""


@cache
def _parser() -> MarkdownIt:
    return MarkdownIt("commonmark").enable(["table", "strikethrough"])


def _blocks(nodes: Iterable[SyntaxTreeNode]) -> Iterator[Node]:
    for node in nodes:
        match node.type:
            case "paragraph":
                yield Node("paragraph", _inside(node))
            case "heading":
                yield Node("heading", _inside(node), attrs=(("level", int(node.tag[1:])),))
            case "bullet_list" | "ordered_list":
                yield Node(_LISTS[node.type], tuple(map(_item, node.children)))
            case "fence" | "code_block":
                language = (("language", node.info),) if node.info else ()
                yield Node("codeBlock", _plain(node.content.removesuffix("\n")), attrs=language)
            case "table":
                rows = (row for part in node.children for row in part.children)
                yield Node("table", tuple(Node("tableRow", tuple(map(_cell, row.children))) for row in rows))
            case "blockquote":
                yield Node("blockquote", _held(node))
            case "hr":
                yield Node("rule")
            case _:
                continue  # hidden comments


def _item(node: SyntaxTreeNode) -> Node:
    return Node("listItem", _held(node))


def _held(node: SyntaxTreeNode) -> tuple[Node, ...]:
    """What a quotation or the item of a list may hold: all else stands there as paragraphs of the same text."""
    return tuple(_flat(_blocks(node.children))) or (Node("paragraph"),)


def _flat(blocks: Iterable[Node]) -> Iterator[Node]:
    for block in blocks:
        match block.type:
            case "paragraph" | "bulletList" | "orderedList" | "codeBlock":
                yield block
            case "heading":
                yield Node("paragraph", block.content)
            case _:
                yield from _flat(block.content)


def _cell(node: SyntaxTreeNode) -> Node:
    return Node(_CELLS[node.type], (Node("paragraph", _inside(node)),))


def _inside(node: SyntaxTreeNode) -> tuple[Node, ...]:
    return tuple(inline for child in node.children for inline in _inline(child, ()))


def _inline(node: SyntaxTreeNode, marks: tuple[Mark, ...]) -> Iterator[Node]:
    match node.type:
        case "inline":
            yield from (inline for child in node.children for inline in _inline(child, marks))
        case "text" | "softbreak":
            text = " " if node.type == "softbreak" else node.content
            yield from _plain(text, marks)
        case "code_inline":  # which takes no other mark but a link
            yield from _plain(node.content, (*(mark for mark in marks if mark.type == "link"), Mark("code")))
        case "hardbreak":
            yield Node("hardBreak")
        case "html_inline" if node.content.startswith("<br"):
            yield Node("hardBreak")
        case "link":
            within = (*marks, Mark("link", str(node.attrs.get("href", ""))))
            yield from (inline for child in node.children for inline in _inline(child, within))
        case "strong" | "em" | "s":
            within = (*marks, Mark(_MARKS[node.type]))
            yield from (inline for child in node.children for inline in _inline(child, within))
        case _:
            yield from _plain(node.content, marks)


def _plain(text: str, marks: tuple[Mark, ...] = ()) -> tuple[Node, ...]:
    """The text as a node; an empty one is not allowed."""
    return (Node("text", text=text, marks=marks),) if text else ()
