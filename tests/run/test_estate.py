"""The estate: what is paid for by its members, where groups of different kinds have one name."""

from dataclasses import replace
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


def sighted(*resources: Resource) -> Sighting:
    return Sighting("dev/us-east-1", resources, (), (), (), frozenset())


def test_a_group_costs_what_its_own_members_cost() -> None:
    caches, nodes = live("aws_elasticache_replication_group", "web"), live("aws_eks_node_group", "ml:web")
    resources = (
        caches,
        nodes,
        live("aws_instance", "i-1", "web", instance_type="m5.large"),
        live("aws_instance", "i-2", "ml:web", instance_type="m5.large"),
        live("aws_elasticache_cluster", "web-1", "web", num_cache_nodes=1, node_type="cache.m5.large", engine="redis"),
    )

    estate = assemble([sighted(*resources)], (), Book())

    prices = {seen.resource.kind: seen.price.amount for seen in estate.observations if seen.price}
    assert (prices[caches.kind], prices[nodes.kind]) == (1460, 730)


def test_a_scaling_group_of_machines_that_are_not_paid_by_list_has_no_price() -> None:
    ids = ("i-1", "i-2")
    resources = (
        live("aws_autoscaling_group", "web", instance_ids=ids, member_types=("m5.large", "m5.large")),
        live("aws_instance", "i-1", "web", instance_type="m5.large"),
        live("aws_instance", "i-2", "web", instance_type="m5.large", instance_lifecycle="spot"),
    )

    [group, *_] = assemble([sighted(*resources)], (), Book()).observations

    assert group.price is None


def test_a_scaling_group_costs_what_is_in_it_and_not_what_its_warm_pool_keeps() -> None:
    resources = (
        live("aws_autoscaling_group", "web", instance_ids=("i-1",), member_types=("m5.large",)),
        live("aws_instance", "i-1", "web", instance_type="m5.large"),
        live("aws_instance", "i-2", "web", instance_type="m5.large", instance_state="stopped"),
    )

    [group, *_] = assemble([sighted(*resources)], (), Book()).observations

    assert group.price is not None
    assert group.price.amount == 730


def test_a_scaling_group_of_which_a_machine_was_not_seen_has_no_price() -> None:
    group = live("aws_autoscaling_group", "web", instance_ids=("i-1",), member_types=("m5.large",))

    [seen] = assemble([sighted(group)], (), Book()).observations

    assert seen.price is None


def test_machines_of_a_node_group_are_paid_for_once() -> None:
    own = live("aws_autoscaling_group", "eks-web", instance_ids=("i-1",), member_types=("m5.large",))
    resources = (
        replace(own, tags=Attributes({"eks:nodegroup-name": "web", "eks:cluster-name": "ml"})),
        live("aws_eks_node_group", "ml:web", autoscaling_groups=("eks-web",)),
        live("aws_instance", "i-1", "ml:web", instance_type="m5.large"),
    )

    estate = assemble([sighted(*resources)], (), Book())

    prices = {seen.resource.kind: seen.price for seen in estate.observations}
    assert prices["aws_autoscaling_group"] is None
    assert prices["aws_eks_node_group"] is not None
