"""Calls of modules that experiments stand in."""

from dataclasses import replace

MODULE = "module.sweep"


def inside(seen, module=MODULE, root="lab"):
    """The same, declared in a module call of a root."""
    at = replace(seen.declared.at, module=module, root=root)
    return replace(seen, declared=replace(seen.declared, at=at))
