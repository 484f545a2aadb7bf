import pytest
from hypothesis import given
from hypothesis import strategies as st

from remediator.deliver.markers import (
    Marker,
    branch_name,
    identify,
    read_branch,
    read_labels,
    read_marker,
    ticket_label,
)
from remediator.git.names import valid_branch

IDS = st.text("0123456789abcdef", min_size=16, max_size=16)
RULES = st.from_regex(r"[a-z][a-z0-9_]{0,40}", fullmatch=True)
MARKERS = st.builds(
    Marker, IDS, RULES, st.booleans(), st.lists(IDS, min_size=1, max_size=9).map(tuple), st.none() | st.just("a" * 40)
)


@given(MARKERS, st.text())
def test_a_marker_is_read_back(marker: Marker, body: str) -> None:
    assert read_marker(f"{marker}\n{body}") == marker


@given(MARKERS, st.text(min_size=1).filter(str.strip))
def test_a_marker_counts_only_at_the_top(marker: Marker, before: str) -> None:
    assert read_marker(f"{before}{marker}") is None


@pytest.mark.parametrize(
    "body",
    [
        "",
        "<!-- remediator: plan=zz -->",
        f"<!-- remediator: plan={'a' * 16} rule=x removes=maybe fingerprints={'a' * 16} -->",
        f"<!-- remediator: plan={'a' * 16} rule=x removes=no fingerprints= -->",
        f"<!-- remediator: plan={'A' * 16} rule=x removes=no fingerprints={'A' * 16} -->",
    ],
)
def test_what_is_no_marker_is_none(body: str) -> None:
    assert read_marker(body) is None


@given(st.text(min_size=1), IDS)
def test_a_branch_name_is_one_that_git_takes_and_we_read(rule: str, fingerprint: str) -> None:
    name = branch_name(rule[:60], fingerprint)
    assert valid_branch(name)
    assert read_branch(name).fingerprints == (fingerprint,)


def test_a_body_without_its_marker_is_known_by_its_branch() -> None:
    found = identify("edited by hand", f"remediator/idle-gpu/{'b' * 16}")
    assert (found.rule, found.plan_id) == ("idle_gpu", "b" * 16)
    assert identify("edited by hand", "feature/x") is None


def test_labels_name_fingerprints() -> None:
    assert read_labels(["remediator", ticket_label("c" * 16), "remediator-nonsense", "other"]) == ("c" * 16,)
