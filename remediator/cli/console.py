"""How the commands speak: a console for people, errors as sentences, exit codes."""

import json
import logging
import os
import re
import sys
from datetime import UTC, datetime
from enum import IntEnum

from rich.console import Console
from rich.logging import RichHandler

_PIPED_WIDTH = 160

_STEERING = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")


class Exit(IntEnum):
    """What the shell gets."""

    DONE = 0
    VIOLATION = 1
    USAGE = 2
    INCOMPLETE = 3
    INTERNAL = 4


def stdout() -> Console:
    """The console for answers; plain when it is not a terminal or NO_COLOR is set, and then wide enough for a table."""
    piped = not sys.stdout.isatty() and "COLUMNS" not in os.environ
    return Console(soft_wrap=not sys.stdout.isatty(), highlight=False, width=_PIPED_WIDTH if piped else None)


def stderr() -> Console:
    """The console for progress and errors."""
    return Console(stderr=True, highlight=False)


def visible(text: str) -> str:
    """Text from outside with what could steer a terminal or turn the line made visible; tabs and newlines stay."""
    return _STEERING.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


class JsonLines(logging.Formatter):
    """One JSON object a log line."""

    def format(self, record: logging.LogRecord) -> str:
        """The record as JSON: time, level, logger, message, and the traceback where there is one."""
        line = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        if record.exc_info:
            line["traceback"] = self.formatException(record.exc_info)
        return json.dumps(line)


def set_up_logging(log_format: str, verbose: bool) -> None:
    """Send the log to standard error, as text or as JSON lines."""
    handler: logging.Handler
    if log_format == "json":
        handler = logging.StreamHandler()
        handler.setFormatter(JsonLines())
    else:
        handler = RichHandler(console=stderr(), show_path=False, markup=False, rich_tracebacks=False)
        handler.setFormatter(logging.Formatter("%(message)s", "[%X]"))
    logging.basicConfig(handlers=[handler], level=logging.WARNING, force=True)
    logging.getLogger("remediator").setLevel(logging.DEBUG if verbose else logging.WARNING)
