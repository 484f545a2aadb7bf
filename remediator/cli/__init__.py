"""The commands; the only place that prints and exits."""

from remediator.cli.app import main

__all__ = ["main"]
