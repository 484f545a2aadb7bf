from hypothesis import given
from hypothesis import strategies as st

from remediator.trace.codeowners.patterns import Pattern, fnmatch_like, gitignore_like

PATTERN = st.text(alphabet="ab/*?\\[]!-#", min_size=1, max_size=12)
PATH = st.text(alphabet="ab/#[", max_size=12)


@given(PATTERN, PATH)
def test_the_text_that_a_match_has_to_have_hides_no_match(pattern, path):
    for made in (gitignore_like(pattern), fnmatch_like(pattern)):
        assert made.matches(path) == Pattern(made.expression, "").matches(path)


def test_the_longest_part_without_wildcards_is_what_a_match_has_to_have():
    assert gitignore_like("/envs/team7/**/*.tf").literal == "team7"
    assert fnmatch_like("x/[ab]long.tf").literal == "x"
    assert fnmatch_like("a?/b*").literal == "a"
    assert fnmatch_like("**/*").literal == ""
