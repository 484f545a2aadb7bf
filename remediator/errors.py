"""The one error a user can fix."""


class RemediatorError(Exception):
    """A failure worded as a sentence: what happened, where, and how to fix it.

    Whatever unit of work raises it (an account, a repository, a plan) is skipped and reported; the sweep goes on.
    """


class ConfigError(RemediatorError):
    """A configuration or a command line that cannot be used; the command ends with exit code 2."""
