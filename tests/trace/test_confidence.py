import pytest
from hypothesis import given
from hypothesis import strategies as st

from remediator.model import Evidence
from remediator.trace.confidence import confidence


def test_what_was_written_down_counts_as_configured_and_history_as_measured():
    tag, folder = Evidence("tag", "", 0.8), Evidence("directory", "", 0.55)

    assert confidence([tag]) == pytest.approx(0.8)
    assert confidence([folder]) == pytest.approx(0.5)
    assert confidence([tag, folder]) == pytest.approx(0.9)
    assert confidence([Evidence("around", "", 1.0)]) == pytest.approx(0.6)
    assert confidence([]) == 0


@given(st.floats(0, 1), st.floats(0, 1))
def test_who_has_more_history_is_never_less_likely(one, other):
    low, high = sorted((one, other))

    assert confidence([Evidence("file", "", low)]) <= confidence([Evidence("file", "", high)])
