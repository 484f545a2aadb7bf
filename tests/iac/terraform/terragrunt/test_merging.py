"""Any inputs over any others, beside what the documentation says of plain maps and lists."""

from hypothesis import given
from hypothesis import strategies as st

from remediator.iac.terraform.language.functions.encodings import evaluated
from remediator.iac.terraform.terragrunt.merging import deep, shallow
from tests.iac.terraform.terragrunt.conftest import plain

KEYS = st.sampled_from("abc")
LEAVES = st.none() | st.booleans() | st.text("xy", max_size=2)


def trees(lists: bool) -> st.SearchStrategy:
    """Maps of maps, in which a key holds a list in both or in none, as lists are not merged into anything else."""
    values = st.recursive(LEAVES, lambda inner: st.dictionaries(KEYS, inner, max_size=3), max_leaves=8)
    named = {"l": st.lists(LEAVES, max_size=3)} if lists else {}
    return st.builds(
        lambda tree, fixed: tree | fixed, st.dictionaries(KEYS, values, max_size=3), st.fixed_dictionaries(named)
    )


def expected(child: object, parent: object) -> object:
    if isinstance(child, dict) and isinstance(parent, dict):
        both = {key: expected(child[key], parent[key]) for key in child.keys() & parent.keys()}
        return parent | child | both
    if isinstance(child, list) and isinstance(parent, list):
        return parent + child
    return child


@given(trees(lists=True), trees(lists=True))
def test_deep(child: dict[str, object], parent: dict[str, object]) -> None:
    assert plain(deep(evaluated(child), evaluated(parent))) == expected(child, parent)


@given(trees(lists=False), trees(lists=True))
def test_shallow(child: dict[str, object], parent: dict[str, object]) -> None:
    assert plain(shallow(evaluated(child), evaluated(parent))) == parent | child
