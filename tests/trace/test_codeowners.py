import pytest

from remediator.trace.codeowners import parse

A, B = "@acme/a", "@acme/b"


@pytest.mark.parametrize(
    ("text", "path", "owners"),
    [
        ("* @acme/a", "main.tf", (A,)),
        ("* @acme/a", "envs/dev/main.tf", (A,)),
        ("*.tf @acme/a", "envs/dev/main.tf", (A,)),
        ("*.tf @acme/a", "envs/dev/main.py", ()),
        ("* @acme/a\n*.tf @acme/b", "main.tf", (B,)),
        ("*.tf @acme/b\n* @acme/a", "main.tf", (A,)),
        ("* @acme/a\n/envs/prod/", "envs/prod/main.tf", ()),
        ("/envs/ @acme/a", "envs/dev/main.tf", (A,)),
        ("/envs/ @acme/a", "old/envs/dev/main.tf", ()),
        ("envs/ @acme/a", "old/envs/dev/main.tf", (A,)),
        ("/envs @acme/a", "envs/dev/main.tf", (A,)),
        ("/docs/* @acme/a", "docs/a.md", (A,)),
        ("/docs/* @acme/a", "docs/deep/a.md", ()),
        ("docs/* @acme/a", "old/docs/a.md", ()),
        ("**/logs @acme/a", "build/logs/x", (A,)),
        ("/a/**/z.tf @acme/a", "a/b/c/z.tf", (A,)),
        ("/a/**/z.tf @acme/a", "a/z.tf", (A,)),
        ("/envs/ @acme/a @acme/b", "envs/x.tf", (A, B)),
        ("* @acme/a # the platform", "x.tf", (A,)),
        ("\ufeff* @acme/a", "x.tf", (A,)),
        ("* @acme/a\r\n*.tf @acme/b\r\n", "x.tf", (B,)),
        ("my\\ dir/ @acme/a", "my dir/x.tf", (A,)),
        ("# only a comment\n\n", "x.tf", ()),
    ],
)
def test_the_last_matching_line_owns(text: str, path: str, owners: tuple[str, ...]) -> None:
    assert parse(text).owners(path) == owners


@pytest.mark.parametrize("line", ["!envs/ @acme/b", "[ab].tf @acme/b", "*.tf notanowner"])
def test_an_invalid_line_is_skipped_and_reported(line: str) -> None:
    rules = parse(f"* @acme/a\n{line}\n")

    assert rules.owners("a.tf") == (A,)
    assert len(rules.problems) == 1
    assert "2" in str(rules.problems[0])
