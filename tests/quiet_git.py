"""Git by its own defaults, whatever this machine's are."""

import os

QUIET = {
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_CONFIG_COUNT": "1",
    "GIT_CONFIG_KEY_0": "maintenance.auto",  # a process more for every commit
    "GIT_CONFIG_VALUE_0": "false",
}
"""What a git command of a test has in its environment."""
