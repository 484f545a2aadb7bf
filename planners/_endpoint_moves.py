"""What moving over to another configuration makes of a SageMaker endpoint."""

from collections.abc import Iterator
from datetime import datetime

from remediator.model import Observation


def known_since(seen: Observation, endpoint: Observation, scaled: bool, start: datetime) -> bool:
    """Whether an endpoint is known to have run on its configuration since a time; before, shares were of another size.

    What scales an endpoint changes it without another configuration.
    """
    moved = None if scaled else endpoint.resource.spec.text("last_modified_time")
    times = (seen.resource.created_at, datetime.fromisoformat(moved) if moved else seen.resource.created_at)
    return all(at is not None and at <= start for at in times)


def resets(initial: float | None, scaled: bool, count: int | None) -> Iterator[str]:
    """What moving over to another configuration makes of the number of instances."""
    if scaled:
        begins = "with an unknown number of" if initial is None else f"with its initial {initial:.0f}"
        yield (
            f"something scales it, and moving over begins {begins} instances; it may have to be taken off its scalable "
            "target for that time"
        )
    elif initial != count:
        has = "how many instances it has is not known" if count is None else f"it has {count} instances"
        anew = "with how many it would begin anew is not known"
        yield f"{has}, and {anew if initial is None else f'moving over gives it its initial {initial:.0f}'}"
