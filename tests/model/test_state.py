"""Addresses as Terraform writes them."""

import pytest

from remediator.model import index_suffix


@pytest.mark.parametrize(
    ("key", "suffix"),
    [
        (None, ""),
        (0, "[0]"),
        ("a b", '["a b"]'),
        ('say "x"', '["say \\"x\\""]'),
        ("a\\b\n\r\tc", '["a\\\\b\\n\\r\\tc"]'),
        ("${a} %{b} $5 100%", '["$${a} %%{b} $5 100%"]'),
        ("Größe 日本", '["Größe 日本"]'),
    ],
)
def test_an_index_key_is_quoted_as_in_terraforms_plan(key: str | int | None, suffix: str) -> None:
    assert index_suffix(key) == suffix
