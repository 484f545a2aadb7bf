"""`python -P -m remediator`, the same as the `remediator` command."""

from remediator.cli import main

main()
