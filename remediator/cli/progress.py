"""Progress of long work: a spinner on a terminal, plain lines elsewhere."""

import logging
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from remediator.cli.console import stderr


@contextmanager
def progressing(plain: bool = False) -> Iterator[Callable[[str], None]]:
    """Give a function to tell each stage to; what it shows goes to standard error."""
    if plain:
        yield logging.getLogger("remediator").warning
        return
    console = stderr()
    if not sys.stderr.isatty():
        yield lambda stage: console.print(stage, style="dim", markup=False)
        return
    with console.status("starting") as status:

        def show(stage: str) -> None:
            status.update(stage)

        yield show
