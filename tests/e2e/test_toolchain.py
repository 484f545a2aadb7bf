from pathlib import Path

import pytest

pytestmark = pytest.mark.e2e


def test_terraform_runs(terraform, tmp_path: Path) -> None:
    assert "Terraform v" in terraform(tmp_path, "version")
