"""How much memory Aurora PostgreSQL needs where its cache could hold the whole of its data, and more is reserved.

From the start it takes a share of its class' memory for shared buffers, in huge pages, which cannot be turned off, so
that freeable memory tells nothing of how much of them is needed. What the cluster's volume holds is the most that there
is to hold. Everything else that was in use has to fit beside the buffers of the smaller class.
https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/AuroraPostgreSQL.Managing.html (huge pages)
https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/AuroraPostgreSQL.Reference.ParameterGroups.html
(`shared_buffers`, SUM(DBInstanceClassMemory/12038,-50003), in blocks of 8 KiB)
"""

from planners._database_demand import USABLE_BY_AURORA
from remediator.model import MetricSummary

_SHARE = 8_192 / 12_038
_LESS_MIB = 50_003 * 8 / 1_024


def memory_for_all(data: float, free: MetricSummary, total_mib: float, headroom: float) -> float | None:
    """MiB of memory of a class whose buffers hold `data` bytes, and which holds what else was in use, with headroom.

    None where less was in use at some time than the buffers take by default: then they are others.
    """
    wider = (1 + headroom) * (1 + 24 / free.hours)
    buffers = _least(total_mib)
    if total_mib - free.maximum / 2**20 < buffers:
        return None
    rest = max(0.0, total_mib - free.minimum / 2**20 - buffers)
    return max(rest * wider / (1 - _SHARE), (data * wider / 2**20 + _LESS_MIB) / (_SHARE * USABLE_BY_AURORA))


def _least(total_mib: float) -> float:
    """MiB of shared buffers that a class of so much memory has by default, at least."""
    return total_mib * USABLE_BY_AURORA * _SHARE - _LESS_MIB
