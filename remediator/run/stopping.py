"""The one switch that stops all delivery, also of a run that is at work: a variable of the environment, or a file."""

import os
from pathlib import Path

VARIABLE = "REMEDIATOR_STOP"
FILE = "STOP"


def stopped(state_dir: Path) -> str | None:
    """Why nothing may be delivered now, whatever the configuration and the command line say; None where it may."""
    if os.environ.get(VARIABLE, "").strip().lower() not in ("", "0", "false", "no"):
        return f"Delivery is stopped by the environment variable {VARIABLE}; unset it to go on."
    file = state_dir / FILE
    return f"Delivery is stopped by the file {file}; remove it to go on." if file.exists() else None
