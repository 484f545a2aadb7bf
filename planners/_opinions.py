"""What AWS' own advisers say of a finding: a doubt where they looked and disagree, a phrase where they agree.

AWS Compute Optimizer and Cost Optimization Hub are independent second opinions. One that is absent, or that is about
another size or another time, is neither: https://docs.aws.amazon.com/compute-optimizer/latest/ug/
"""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from remediator.model import Catalogue, Finding, InstanceType, Observation, Opinion

_SAME_TIME = 0.8
"""The share of an adviser's look-back that has to lie in the silence that is judged. A recommendation is a day or two
old, which of the default 14 days leaves 86 %; one over 14 days says nothing of the last 24 hours."""


def against_stopping(seen: Observation, since: datetime | None) -> tuple[str, ...]:
    """The doubts of advisers that found use in the time that is judged; `since` is where that begins, if known."""
    return tuple(
        f"{_who(opinion)} does not find it idle"
        for opinion in seen.opinions
        if opinion.against_stopping and _about(opinion, since)
    )


def against_less(
    seen: Observation, size: str, candidate: InstanceType | None = None, catalogue: Catalogue | None = None
) -> Iterator[str]:
    """The doubts of advisers that find it too small as it is, or would go no further down than to a larger candidate.

    `size` is what it has today; what was said of another size is not about it. The sizes of databases are those of
    machines with `db.` before them.
    """
    for opinion in _of_size(seen.opinions, size):
        best = catalogue.instance_type((opinion.best or "").removeprefix("db.")) if catalogue else None
        if opinion.against_less:
            reasons = f" ({', '.join(opinion.reasons)})" if opinion.reasons else ""
            yield f"{_who(opinion)} finds it {opinion.finding.value}{reasons}"
        elif candidate is not None and best is not None and _larger(best, candidate):
            yield f"{_who(opinion)} would go no lower than {opinion.best}, which is larger"


def with_idle(reason: str, seen: Observation) -> str:
    """A reason, and who else finds it idle."""
    return "; ".join((reason, *dict.fromkeys(f"{_who(o)} finds it idle too" for o in seen.opinions if o.idle is True)))


def with_less(reason: str, seen: Observation, size: str) -> str:
    """A reason, and what else is said of a size that is not too small."""
    told = (Finding.OVER, Finding.OPTIMIZED, Finding.NOT_OPTIMIZED)
    said = (
        f"{_who(o)} finds it {_WORDS[o.finding]}{f' and would take {o.best}' if o.best and o.best != size else ''}"
        for o in _of_size(seen.opinions, size)
        if o.finding in told
    )
    return "; ".join((reason, *dict.fromkeys(said)))


_WORDS = {
    Finding.OVER: "overprovisioned too",
    Finding.OPTIMIZED: "optimized as it is",
    Finding.NOT_OPTIMIZED: "not optimized",
}


def _who(opinion: Opinion) -> str:
    return f"{opinion.adviser}{f' (over {opinion.days:g} days)' if opinion.days else ''}"


def _about(opinion: Opinion, since: datetime | None) -> bool:
    """Whether an opinion is on the time from `since`; one that does not say what time it is on may be."""
    if since is None or opinion.days is None or opinion.refreshed_at is None:
        return True
    span = timedelta(days=opinion.days)
    begin = max(since, opinion.refreshed_at - span)
    return opinion.refreshed_at - begin >= span * _SAME_TIME


def _of_size(opinions: Iterable[Opinion], size: str) -> Iterator[Opinion]:
    return (opinion for opinion in opinions if opinion.current in (None, size))


def _larger(best: InstanceType, candidate: InstanceType) -> bool:
    """Whether what an adviser would take has more of anything that it sizes by."""
    pairs = (
        (best.vcpu, candidate.vcpu),
        (best.memory_mib, candidate.memory_mib),
        (best.gpu_count, candidate.gpu_count),
        (best.neuron_cores, candidate.neuron_cores),
    )
    return any(more is not None and less is not None and more > less for more, less in pairs)
