"""Resources of a run, and the figures that it is judged by."""

from pathlib import Path

import pytest

from tests.run.kpis.judged import Judge


@pytest.fixture
def judge(tmp_path: Path) -> Judge:
    return Judge(tmp_path)
