"""How the commands speak: a console for people, errors as sentences, exit codes."""

import json
import logging
import os
import re
import sys
from datetime import UTC, datetime
from enum import IntEnum
from types import TracebackType
from typing import TypeAlias

from rich.console import Console
from rich.logging import RichHandler

_PIPED_WIDTH = 160
_ExceptionInfo: TypeAlias = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]

_STEERING = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\ud800-\udfff\U000e0000-\U000e007f]"
)


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
    return Console(
        soft_wrap=not sys.stdout.isatty(), highlight=False, emoji=False, width=_PIPED_WIDTH if piped else None
    )


def stderr() -> Console:
    """The console for progress and errors."""
    return Console(stderr=True, highlight=False, emoji=False)


def visible(text: str) -> str:
    """Text from outside with what could steer a terminal or turn the line made visible; tabs and newlines stay."""
    return _STEERING.sub(_escape, text)


def line(text: str) -> str:
    """Text from outside made visible on one line."""
    return visible(text).replace("\n", "\\n")


def _escape(found: re.Match[str]) -> str:
    code = ord(found[0])
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


class TextLines(logging.Formatter):
    """Log lines for people, in which nothing from outside steers the terminal or forges a line."""

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802  # the name is logging's
        """The record's message on one line."""
        return line(super().formatMessage(record))

    def formatException(self, ei: _ExceptionInfo) -> str:  # noqa: N802  # the name is logging's
        """The traceback, made visible."""
        return visible(super().formatException(ei))


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
        handler.setFormatter(TextLines("%(message)s", "[%X]"))
    logging.basicConfig(handlers=[handler], level=logging.WARNING, force=True)
    logging.getLogger("remediator").setLevel(logging.DEBUG if verbose else logging.WARNING)
