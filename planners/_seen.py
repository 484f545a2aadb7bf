"""What rules ask of every observation, and of their settings."""

from collections.abc import Iterable

from remediator.model import Observation


def where(seen: Observation) -> str:
    """The resource's address in code, or its id where no code declares it."""
    return seen.declared.at.address if seen.declared else seen.resource.id


def kept(seen: Observation, tags: Iterable[str]) -> bool:
    """Whether the resource carries a tag by which people asked to leave it alone."""
    return any(tag in seen.resource.tags for tag in tags)


def check_within(name: str, value: float, least: float, most: float) -> None:
    """Raise ValueError, worded for the person who set it, unless a setting lies within its bounds."""
    if not least <= value <= most:
        raise ValueError(f"{name} = {value:g} is not between {least:g} and {most:g}")
