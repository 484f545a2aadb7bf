"""The tracks of several machines as one: side by side in a group, one after the other at an address."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from remediator.observe.metrics import Metric, Statistic
from remediator.observe.series import Grid, Values
from remediator.observe.usage import Track

Tracks: TypeAlias = Mapping[str, Track]
"""What is measured of one machine, by the name of our metric."""


@dataclass(frozen=True, slots=True)
class Pool:
    """What a group's members do together, member by member: the highest at each time, where every one is seen."""

    metric: Metric
    highest: Values
    seen: NDArray[np.bool_]
    first: int
    members: int

    def track(self, members: int) -> Track | None:
        """The members as one; None where one of so many has no such track, since what it does is not known."""
        if self.members < members:
            return None
        return Track(self.metric, np.where(self.seen, self.highest, np.float32(np.nan)), self.first)


def joined(pool: Pool | None, member: Track) -> Pool:
    """A pool and one more member, which counts from the time that it runs."""
    before = np.arange(len(member.values)) < member.first
    seen = ~np.isnan(member.values) | before
    values: Values = np.where(before, np.float32(np.nan), member.values)
    if pool is None:
        return Pool(member.metric, values, seen, member.first, 1)
    highest = np.fmax(pool.highest, values)
    return Pool(pool.metric, highest, pool.seen & seen, min(pool.first, member.first), pool.members + 1)


def one_by_one(now: Tracks, earlier: Sequence[Tracks], on: Grid, first: int, sized: int) -> dict[str, Track]:
    """The machine that an address has and those that it had before, as the one machine that the address is.

    It ran where any of them has any value, and the present one in every period since it started (`first`). Where two
    did, as while one takes over from the other, the higher value counts; where one of those that ran is not seen, it is
    not known, save that it worked. What it did before `sized` was in another size.
    """
    lives = [(seen(now, on) | (np.arange(on.count) >= first), now), *((seen(one, on), one) for one in earlier)]
    ran: NDArray[np.bool_] = np.logical_or.reduce([running for running, _ in lives])
    metrics = {name: track.metric for _, tracks in reversed(lives) for name, track in tracks.items()}
    return {name: Track(metric, _along(metric, lives, on), sized, ran) for name, metric in metrics.items()}


def seen(tracks: Tracks, on: Grid) -> NDArray[np.bool_]:
    """The periods in which a machine shows any value: a machine that runs always does, if only of its CPU."""
    found = np.zeros(on.count, dtype=np.bool_)
    for track in tracks.values():
        found |= ~np.isnan(track.values)
    return found


def _along(metric: Metric, lives: Sequence[tuple[NDArray[np.bool_], Tracks]], on: Grid) -> Values:
    worse = np.fmin if metric.statistic is Statistic.MINIMUM else np.fmax
    worst, whole = on.empty(), np.ones(on.count, dtype=np.bool_)
    for ran, tracks in lives:
        own = tracks[metric.name].values if metric.name in tracks else on.empty()
        worst = worse(worst, own)
        whole &= ~ran | ~np.isnan(own)
    if metric.quiet is not None:
        whole |= worst > metric.quiet
    known: Values = np.where(whole, worst, np.float32(np.nan))
    return known
