"""The kinds of reasons why there is no edit, for tables that count them."""

import re

__all__ = ["reason_class"]

_CLASSES = (
    (r"would also change", "it would also change something else"),
    (r"outside the configured roots", "callers outside the configured roots"),
    (r"has no value in the repository", "a variable without a value in the repository"),
    (r"attribute of .*which the provider computes", "an attribute of another resource or data source"),
    (r"comes from .*not this repository", "a module from elsewhere"),
    (r"ignore_changes", "lifecycle.ignore_changes"),
    (r"has no attribute|no element|cannot be indexed", "a key that this workspace does not have"),
    (r"single literal: it is", "computed by an expression"),
    (r"is not declared", "not declared"),
    (r"has \d+ \w+ blocks", "several blocks of one type"),
    (r"could not be read|cannot be read", "a file that cannot be read"),
)


def reason_class(reason: str) -> str:
    """What a reason comes to, else its beginning."""
    return next((name for pattern, name in _CLASSES if re.search(pattern, reason)), reason[:70])
