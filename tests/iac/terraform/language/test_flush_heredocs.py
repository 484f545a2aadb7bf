"""Which lines of a flush heredoc lose their indent where strip markers take line breaks away, as Terraform has it."""

import pytest

from remediator.iac.terraform.language.grammar import compiled
from remediator.iac.terraform.language.nodes import Literal, Template, Text


def rendered(text: str) -> str:
    """The heredoc with `_` for every interpolation."""
    node = compiled(text)
    if isinstance(node, Literal):
        return str(node.value)
    assert isinstance(node, Template)
    return "".join(part.value if isinstance(part, Text) else "_" for part in node.parts)


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("<<-EOT\n    a\n     b\n   c\nEOT\n", " a\n  b\nc\n"),
        ("<<-EOT\n    a ${ 1 ~}\n     b\n   c\nEOT\n", " a _     b\nc\n"),
        ("<<-EOT\n    a\n   ${~ 1 }\n  b\nEOT\n", "    a\n_\n  b\n"),
        ("<<-EOT\n    a\n${~ 1 }\n   b\nEOT\n", " a_\nb\n"),
        ("<<-EOT\n    a ${1 ~}   \n   \n  b\nEOT\n", "  a _   \nb\n"),
        ("<<-EOT\n    a ${ 1 ~}\n${ 2 }\n  b\nEOT\n", "  a __\nb\n"),
        ("<<-EOT\n    ${1}\n\n  \n      b\nEOT\n", "_\n\n  \n  b\n"),
        ("<<-EOT\n    $${x}\n      b\nEOT\n", "${x}\n  b\n"),
        ("<<EOT\na\n\n   ${~ 1 ~}\n\n   b\nEOT\n", "a\n\n_\n   b\n"),
    ],
)
def test_only_what_still_begins_a_line_after_stripping_loses_its_indent(written: str, value: str) -> None:
    assert rendered(written) == value


def test_a_heredoc_of_one_interpolation_is_a_text_since_its_line_ends() -> None:
    assert rendered("<<-EOT\n  ${ 1 }\n  EOT\n") == "_\n"
