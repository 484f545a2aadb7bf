"""The estate: what is paid for by its members, where groups of different kinds have one name."""

from datetime import UTC, date, datetime
from decimal import Decimal

from remediator.model import Attributes, Price, Resource, Value
from remediator.observe.sighting import Sighting
from remediator.run.estate import assemble


class Book:
    """Every instance at a dollar an hour, every cache at two."""

    def price(self, kind: str, item: str, region: str) -> Price:
        return Price(Decimal(1 + (kind != "aws_instance")), "hour", "USD", "list", date(2026, 1, 1))


def live(kind: str, id_: str, member_of: str | None = None, **spec: Value) -> Resource:
    born = datetime(2026, 1, 1, tzinfo=UTC)
    return Resource("aws", "dev", "us-east-1", kind, id_, None, Attributes(spec), Attributes(), born, member_of)


def test_a_group_costs_what_its_own_members_cost() -> None:
    caches, nodes = live("aws_elasticache_replication_group", "web"), live("aws_eks_node_group", "ml:web")
    resources = (
        caches,
        nodes,
        live("aws_instance", "i-1", "web", instance_type="m5.large"),
        live("aws_instance", "i-2", "ml:web", instance_type="m5.large"),
        live("aws_elasticache_cluster", "web-1", "web", num_cache_nodes=1, node_type="cache.m5.large", engine="redis"),
    )

    estate = assemble([Sighting("dev/us-east-1", resources, (), (), (), frozenset())], (), Book())

    prices = {seen.resource.kind: seen.price.amount for seen in estate.observations if seen.price}
    assert (prices[caches.kind], prices[nodes.kind]) == (1460, 730)
