"""Tags as a resource has them live, or its state says."""

from collections.abc import Iterable, Iterator, Mapping

from remediator.model import Observation


def values_of(seen: Observation, tags: Iterable[str]) -> Iterator[str]:
    """The values of these tags, the first that is there first; live ones before those of the state."""
    stated: Mapping[str, object] = seen.declared.attributes if seen.declared else {}
    for tag in tags:
        for value in (seen.resource.tags.get(tag), stated.get(f"tags.{tag}")):
            if isinstance(value, str) and value:
                yield value
