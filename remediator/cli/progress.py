"""Progress of long work: a spinner on a terminal, plain lines elsewhere."""

import logging
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.text import Text

from remediator.cli.console import line, stderr


@contextmanager
def progressing(plain: bool = False) -> Iterator[Callable[[str], None]]:
    """Give a function to tell each stage to; what it shows goes to standard error."""
    if plain:
        yield logging.getLogger("remediator").warning
        return
    console = stderr()
    if not sys.stderr.isatty():
        yield lambda stage: console.print(line(stage), style="dim", markup=False)
        return
    with console.status("starting") as status:

        def show(stage: str) -> None:
            status.update(Text(line(stage)))

        yield show
