"""Documents of version 3, held to Atlassian's own schema; hostile text is text in them, and nothing else."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from jsonschema_rs import Draft4Validator

from remediator.deliver import escape
from remediator.deliver.trackers.jira.adf import document, first_line

SCHEMA = Draft4Validator(json.loads((Path(__file__).parents[1] / "openapi" / "adf.json").read_text("utf-8")))
TICKET = """<!-- remediator: plan=x -->
**Stop it.** It idles_now, `a | b`.

### What should change

| resource | before → after | USD a month |
|---|---|---:|
| `aws_instance.a \\| b`<br>i-1 in us-east-1 | `type: x → y`<br>`z` | 12.40 |
| | | |

- Change it, or
  close it.
- The plan file **`x.json`**: [FIN-1](https://acme.atlassian.net/browse/FIN-1)

```
import {
  to = x
}
```
"""


def nodes(value) -> Iterator[dict]:
    if isinstance(value, dict):
        yield value
    for part in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from nodes(part)


def words(made) -> str:
    return "\n".join(node["text"] for node in nodes(made) if node.get("type") == "text")


def kinds(made) -> set[str]:
    return {node["type"] for node in nodes(made) if "type" in node}


def test_what_a_ticket_is_made_of_becomes_nodes() -> None:
    made = document(TICKET)

    assert list(SCHEMA.iter_errors(made)) == []
    assert kinds(made) == {
        "doc", "paragraph", "text", "strong", "code", "heading", "table", "tableRow", "tableHeader", "tableCell",
        "hardBreak", "bulletList", "listItem", "link", "codeBlock",
    }  # fmt: skip
    assert "aws_instance.a | b" in words(made).splitlines()
    assert "import {\n  to = x\n}" in words(made)
    assert "remediator: plan" not in words(made)
    assert first_line(made) == "Stop it. It idles_now, a | b."
    assert first_line(document("")) == ""


@pytest.mark.parametrize(
    "attack",
    [
        "[~accountid:5b10a] @acme [~admin]",
        "{code}x{code} {noformat} {jira:FIN-1} {html}<b>{html}",
        "<script>alert(1)</script> <img src=x onerror=y> <br>",
        "[click](javascript:alert(1)) ![i](http://evil.example/x.png) https://evil.example",
        "| a | b |\n|---|---|\n| c | d |",
        '{"type": "mention", "attrs": {"id": "5b10a"}}',
        "```\n# heading\n- item",
        "**bold** _em_ `code` ~~strike~~ # h1",
    ],
)
def test_hostile_text_is_one_text(attack: str) -> None:
    made = document(f"Before {escape.markdown(attack)} after\n\n| a |\n|---|\n| {escape.markdown(attack)} |\n")

    assert list(SCHEMA.iter_errors(made)) == []
    assert kinds(made) == {"doc", "paragraph", "text", "table", "tableRow", "tableHeader", "tableCell"}
    assert made["content"][0]["content"] == [{"type": "text", "text": made["content"][0]["content"][0]["text"]}]


@given(st.text(max_size=80) | st.text("ab \n>#-*_`1.|=~<[]()!", max_size=60))
@example("- > # a\n- | b |\n  |---|\n  | c |\n> - ---\n> > d\n")
def test_any_text_gives_a_valid_document(text: str) -> None:
    for markdown in (text, f"- {escape.markdown(text)}", f"| a |\n|---|\n| {escape.markdown_code(text)} |"):
        assert list(SCHEMA.iter_errors(document(markdown))) == []
