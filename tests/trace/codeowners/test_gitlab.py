from fnmatch import fnmatchcase

import pytest
from hypothesis import given
from hypothesis import strategies as st

from remediator.trace.codeowners import Dialect, read
from tests.effort import within

README = """\
* @admin

[README Owners]
README.md @user1 @user2
internal/README.md @user4

[README other owners]
README.md @user3
"""
DEFAULTS = """\
* @general-approvers

[Documentation][2] @docs-team
docs/
README.md
*.txt

^[Database] @database-team @agarcia
model/db/
config/db/database-setup.md @docs-team
"""
MERGED = """\
[Documentation]
ee/docs/    @docs
docs/       @docs

[Database]
README.md  @database

[DOCUMENTATION] @late
README.md  @writers
docs/api/
"""
EXCLUDED = """\
* @username
!pom.xml

[Ruby]
*.rb @ruby-team           # All Ruby files need Ruby team approval.
!/config/**/*.rb          # Ruby files in config don't.
/config/routes.rb @ops    # This has no effect.

[Config]
/config/**/* @ops-team
"""
UNCLOSED = "[Docs]\ndocs/**/* @group\n\n[Section name\nmore/ @docs_group\n"


def _read(text):
    return read(text, Dialect.GITLAB)


@pytest.mark.parametrize(
    ("text", "path", "owners"),
    [
        (README, "README.md", ("@admin", "@user1", "@user2", "@user3")),
        (README, "internal/README.md", ("@admin", "@user4", "@user3")),
        (DEFAULTS, "model/db/CHANGELOG.txt", ("@general-approvers", "@docs-team", "@database-team", "@agarcia")),
        (DEFAULTS, "config/db/database-setup.md", ("@general-approvers", "@docs-team")),
        (DEFAULTS, "docs/x/y", ("@general-approvers", "@docs-team")),
        (MERGED, "docs/a", ("@docs",)),
        (MERGED, "README.md", ("@writers", "@database")),
        (MERGED, "docs/api/x", ("@late",)),
        (EXCLUDED, "pom.xml", ()),
        (EXCLUDED, "a.rb", ("@username", "@ruby-team")),
        (EXCLUDED, "config/routes.rb", ("@username", "@ops-team")),
        (UNCLOSED, "more/x", ("@docs_group",)),
        ("*.md @doc-team\nterms.md @legal-team\n", "terms.md", ("@legal-team",)),
        ("/docs/ @all\n/docs/* @root\n", "docs/a", ("@root",)),
        ("/docs/ @all\n/docs/* @root\n", "docs/a/b", ("@all",)),
        ("/path/* @group user_without_at_symbol @user_with_at_symbol", "path/x", ("@group", "@user_with_at_symbol")),
        ("path\\ with\\ spaces/*.md @owner", "path with spaces/a.md", ("@owner",)),
        ("folder with spaces/*.md @group", "folder", ("@group",)),
        ("\\#file_with_pound.rb @owner", "x/#file_with_pound.rb", ("@owner",)),
        ("file.md @@developer @@Maintainers @@reporter", "file.md", ("@@developer", "@@Maintainers")),
        ("README @group @group/with-nested/subgroup", "README", ("@group", "@group/with-nested/subgroup")),
        ("LICENSE janedoe@gitlab.com", "LICENSE", ("janedoe@gitlab.com",)),
        ("* @a # ask @b", "x", ("@a", "@b")),
        ("* @a,@b/c (@d) @e. <al@acme.io>", "x", ("@a", "@b/c", "@d", "@e", "<al@acme.io")),
        # A pattern written again keeps its place and takes the later owners; an exclusion may be taken back so.
        ("a.md @x\n*.md @y\na.md @z", "a.md", ("@y",)),
        ("!a.md\na.md @z", "a.md", ("@z",)),
        # The first section may be spelt like the unnamed one, and is another.
        ("* @a\n[Codeowners]\n* @b\n", "x", ("@a", "@b")),
        ("* @a\n[codeowners]\n* @b\n", "x", ("@b",)),
        ("[Empty] @a\n", "x", ()),
        ("\ufeff* @a\r\n", "x", ("@a",)),
    ],
)  # fmt: skip
def test_sections_add_up_and_in_each_the_last_match_owns(text, path, owners):
    assert _read(text).owners(path) == owners


@pytest.mark.parametrize(
    ("pattern", "covered", "not_covered"),
    [
        ("*", ["a", "a/b", ".x/y"], []),
        ("/README.md", ["README.md"], ["docs/README.md"]),
        ("README.md", ["README.md", "internal/README.md", "app/lib/README.md"], ["xREADME.md", "README.md/x"]),
        ("internal/README.md", ["internal/README.md", "docs/internal/README.md"], ["README.md"]),
        ("/docs/", ["docs/a", "docs/a/b", "docs/.x"], ["docs", "x/docs/a"]),
        ("docs/", ["docs/a", "x/docs/a/b"], ["docs"]),
        ("/docs", ["docs"], ["docs/a", "x/docs"]),
        ("/docs/*.md", ["docs/a.md", "docs/.md"], ["docs/a/b.md"]),
        ("/docs/index.*", ["docs/index.md"], ["docs/index"]),
        ("/docs/*spec*", ["docs/qa_specs.rb", "docs/spec_helpers.rb", "docs/runtime.spec"], ["docs/spec/x"]),
        ("/docs/*/README.md", ["docs/api/README.md"], ["docs/README.md", "docs/a/b/README.md"]),
        ("/docs/**/index.md", ["docs/index.md", "docs/api/index.md", "docs/api/graphql/index.md"], ["index.md"]),
        ("/docs/**", ["docs/a"], ["docs/a/b"]),
        ("/a**/b", ["axx/b"], ["ax/x/b"]),
        ("/[ab].tf", ["a.tf"], ["c.tf", "[ab].tf"]),
        ("x/[!a-c].tf", ["x/d.tf"], ["x/b.tf", "x//.tf"]),
        ("/[^a].tf", ["b.tf"], ["a.tf"]),
        ("/x[a/b].tf", [], ["xa.tf", "x[a/b].tf"]),
        ("/[\\]].tf", ["].tf"], ["a.tf"]),
        ("/[z-a][].tf", [], ["z.tf"]),
        ("/a?c", ["abc"], ["a/c", "ac"]),
        ("/a\\*", ["a*"], ["ab"]),
        ("/x{a,b}", ["x{a,b}"], ["xa"]),
        ("a+(b).tf", ["a+(b).tf"], ["aab.tf"]),
        ("/Docs/", ["Docs/a"], ["docs/a"]),
    ],
)  # fmt: skip
def test_what_a_pattern_covers(pattern, covered, not_covered):
    # A line that begins with a bracket is a heading, so a class stands behind a slash or a name.
    rules = _read(f"{pattern} @a\n")

    assert rules.problems == ()
    assert [path for path in covered if not rules.owners(path)] == []
    assert [path for path in not_covered if rules.owners(path)] == []


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("[] @x", "has no name"),
        ("^[Go][2] @x", "optional"),
        ("[Go] x", "no default owner of section 'Go'"),
        ("[Go", "not closed"),
        ("*.tf", "names an owner"),
        ("*.tf bob", "'bob' is no @user"),
        ("*.tf @@reporter", "'@@reporter'"),
        ("*.tf @a # why", "no comments at the end"),
        ("x" * 5000 + " @a", "4,096"),
    ],
)
def test_what_is_wrong_is_named_with_its_line(line, said):
    (problem,) = _read(f"* @a\n{line}\n").problems

    assert problem.startswith("CODEOWNERS line 2: ")
    assert said in problem


def test_a_rule_knows_its_section():
    documentation, database = _read(DEFAULTS).rules("model/db/a.txt")[1:]

    assert (documentation.section, documentation.optional) == ("Documentation", False)
    assert (database.section, database.optional, database.line) == ("Database", True, 9)


def test_a_section_with_a_heading_that_requires_it_is_required():
    text = "^[Docs]\n/a @x\n[Docs][2]\n/b @y\n^[Go]\n*.go @z\n^[go] @w\n/c\n"
    rules = {path: _read(text).rules(path)[0] for path in ("a", "b", "x.go", "c")}

    assert {path: rule.optional for path, rule in rules.items()} == {"a": False, "b": False, "x.go": True, "c": True}


@pytest.mark.parametrize(
    ("number", "approvals"), [("", 1), ("[2]", 2), ("[0]", 1), ("[]", 1), ("[x]", 1), (f"[{'9' * 9999}]", 999_999_999)]
)
def test_a_section_says_how_many_have_to_approve(number, approvals):
    (rule,) = _read(f"[Docs]{number}\n* @x\n").rules("a")

    assert rule.approvals == approvals


def _plainly(words, path):
    """Whether the parts of a pattern match those of a path, the slow and obvious way."""
    if not words:
        return not path
    if words[0] == "**" and len(words) > 1:
        return any(_plainly(words[1:], path[at:]) for at in range(len(path) + 1))
    return bool(path) and fnmatchcase(path[0], words[0]) and _plainly(words[1:], path[1:])


WORD = st.text(alphabet="ab*?", min_size=1, max_size=3)


@given(st.lists(WORD, min_size=1, max_size=4), st.lists(st.text("ab", min_size=1, max_size=3), min_size=1, max_size=4))
def test_a_pattern_matches_part_by_part(words, path):
    assert bool(_read(f"/{'/'.join(words)} @a").owners("/".join(path))) == _plainly(words, path)


@given(st.text(alphabet="ab/*? \\#![]^@-\n\r\ufeff", max_size=40), st.text(alphabet="ab/ ", max_size=12))
def test_anything_can_be_read(text, path):
    _read(text).owners(path)


def test_default_owners_may_have_addresses_with_a_plus():
    assert _read("[Docs] docs+infra@acme.io @docs\n/docs/\n").owners("docs/x") == ("docs+infra@acme.io", "@docs")


def test_headings_are_known_again_whatever_their_case():
    text = "[CODEOWNERS]\n/a @first\n[codeowners]\n/b @second\n[X]\n/c @x\n[x]\n/c @y\n"

    assert [rule.section for path in "abc" for rule in _read(text).rules(path)] == ["CODEOWNERS", None, "X"]
    assert _read(text).owners("c") == ("@y",)


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("".join(f"[s{n}]\n/a @x\n" for n in range(50_000)), "".join(f"# {n}\n/a{n} @x\n" for n in range(50_000))),
        (("a" + "[" * 4_000 + "\n") * 50, ("a" + "[" * 40 + "\n") * 5_000),
    ],
)
def test_headings_and_brackets_of_strangers_do_not_stall(text, plain):
    # It is less than two times; quadratic in either, it would be dozens.
    assert within(8, lambda: _read(text), lambda: _read(plain))
