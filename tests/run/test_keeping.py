from pathlib import Path

import pytest

from remediator.config import Config
from remediator.errors import RemediatorError
from remediator.run.keeping import opened_ledger


def config(tmp_path: Path, name: str) -> Config:
    """A machine of that name, which shares its ledger with the others and nothing else."""
    return Config.model_validate(
        {"run": {"state_dir": str(tmp_path / name), "ledger": f"sqlite:///{tmp_path / 'shared.sqlite'}"}}
    )


def test_of_two_machines_that_share_a_ledger_one_works(tmp_path: Path) -> None:
    with opened_ledger(config(tmp_path, "a")) as ledger:
        assert ledger.is_held
        with pytest.raises(RemediatorError, match="another run is at work on this ledger"):
            opened_ledger(config(tmp_path, "b")).__enter__()
    with opened_ledger(config(tmp_path, "b")):
        pass
