"""What stops all delivery, also of a run that is at work: a variable of the environment, a file, or a lost lease."""

import os
from pathlib import Path

from remediator.ledger.ledger import Ledger

VARIABLE = "REMEDIATOR_STOP"
FILE = "STOP"


def stopped(state_dir: Path, ledger: Ledger | None = None) -> str | None:
    """Why nothing may be delivered now, whatever the configuration and the command line say; None where it may."""
    if os.environ.get(VARIABLE, "").strip().lower() not in ("", "0", "false", "no"):
        return f"Delivery is stopped by the environment variable {VARIABLE}; unset it to go on."
    if ledger is not None and not ledger.is_held:
        return "Delivery was stopped: the lease on the ledger could not be renewed, so another run may be at work."
    file = state_dir / FILE
    return f"Delivery is stopped by the file {file}; remove it to go on." if file.exists() else None
