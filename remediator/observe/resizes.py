"""When databases and caches last changed their size, as the events of their services say: one listing a service.

A machine that changes its size is started anew, which its launch time tells; these keep their time of creation, and
what they did before says nothing of the size that they have now. Services keep events for 14 days.
https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_DescribeEvents.html
https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_Events.Messages.html (RDS-EVENT-0014)
https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/ElastiCacheSNS.html (CacheClusterScalingComplete)
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import cast

from remediator.model import Resource
from remediator.observe.failures import REFUSALS, explained, is_no_answer
from remediator.observe.sessions import Clients
from remediator.observe.walking import Paginator

_KEPT_MINUTES = 14 * 24 * 60


@dataclass(frozen=True, slots=True)
class _Source:
    """A service: which of its events say that a size has changed, of which of its kinds."""

    service: str
    kinds: tuple[tuple[str, str], ...]
    done: re.Pattern[str]


_SOURCES = (
    _Source(
        "elasticache",
        (("cache-cluster", "aws_elasticache_cluster"), ("replication-group", "aws_elasticache_replication_group")),
        re.compile(r"succeeded applying modification to (cache )?node type", re.IGNORECASE),
    ),
    _Source(
        "rds",
        (("db-instance", "aws_db_instance"), ("db-instance", "aws_rds_cluster_instance")),
        re.compile(r"finished applying modification to (db|database) instance class", re.IGNORECASE),
    ),
)


@dataclass(frozen=True, slots=True)
class Resizes:
    """When sizes last changed, by `kind/id`, and sentences on what could not be asked."""

    at: Mapping[str, datetime] = field(default_factory=dict)
    notes: tuple[str, ...] = ()


def read_resizes(clients: Clients, resources: Sequence[Resource], where: str) -> Resizes:
    """The last change of size of each database and cache, where there are any; a service that refuses is a note."""
    kinds = {resource.kind for resource in resources}
    at: dict[str, datetime] = {}
    notes: list[str] = []
    for source in _SOURCES:
        if kinds.isdisjoint(kind for _, kind in source.kinds):
            continue
        try:
            for key, when in _changes(clients, source):
                at[key] = max(at.get(key, when), when)
        except REFUSALS as error:
            if clients.endpoint_url is None or not is_no_answer(error):
                said = str(explained(where, error, source.service)).rstrip(".")
                notes.append(f"{said}. Use from before a change of size may count for its databases or caches.")
    return Resizes(at, tuple(notes))


def _changes(clients: Clients, source: _Source) -> Iterator[tuple[str, datetime]]:
    paginator = cast(Paginator, clients.client(source.service).get_paginator("describe_events"))
    for page in paginator.paginate(Duration=_KEPT_MINUTES):
        found = page.get("Events")
        for event in found if isinstance(found, list) else []:
            when = event.get("Date")
            if isinstance(when, datetime) and source.done.search(str(event.get("Message", ""))):
                for type_, kind in source.kinds:
                    if event.get("SourceType") == type_:
                        yield f"{kind}/{event.get('SourceIdentifier')}", when.astimezone(UTC)
