"""Repositories that call each other's modules, and the Terraform that is installed."""

from collections.abc import Callable
from pathlib import Path

import pytest

from remediator.iac.terraform.shadow.process import Binary
from remediator.iac.terraform.shadow.process import found as terraform

from .mounted import INNER, VM, Estate, Repository


@pytest.fixture
def estate(tmp_path: Path) -> Estate:
    return Estate(tmp_path / "kept", [])


@pytest.fixture
def library(make_repository: Callable[[str], Repository]) -> Repository:
    """A library whose tag v1 has another default than v2, which its branch has left behind as well."""
    made = make_repository("library")
    made.commit({"vm/main.tf": VM, "vm/inner/main.tf": INNER, "vm/inner/boot.sh": "true\n"})
    made.git("tag", "v1.0.0")
    made.commit({"vm/main.tf": VM.replace("m5.4xlarge", "m5.8xlarge")})
    made.git("tag", "v2.0.0")
    made.commit({"vm/main.tf": VM.replace("m5.4xlarge", "m5.large")})
    return made


@pytest.fixture
def binary() -> Binary:
    found = terraform()
    if found is None:
        pytest.skip("there is no Terraform on PATH")
    return found
