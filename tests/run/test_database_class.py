"""Whole runs over an Aurora cluster that is larger than what it does, with prices from a scripted price list."""

import json

import pytest

from tests.aws_service import Answer, Params, ScriptedAws
from tests.run.listed_prices import price_list
from tests.run.test_idle_services import LATER, put

CODE = """
variable "class" {
  default = "db.r6g.2xlarge" # what everybody takes
}

resource "aws_rds_cluster" "orders" {
  cluster_identifier = "orders"
  engine             = "aurora-mysql"
  master_username    = "root"
}

resource "aws_rds_cluster_instance" "orders" {
  count              = 2
  identifier         = "orders-${count.index}"
  cluster_identifier = aws_rds_cluster.orders.id
  instance_class     = var.class
  engine             = aws_rds_cluster.orders.engine
}
"""
PROVIDER = 'provider["registry.terraform.io/hashicorp/aws"]'
NAMES = ("orders-0", "orders-1")
GIB = 2**30


def classes(params: Params) -> Answer:
    return price_list(
        {"InstanceUsage:db.r6g.2xlarge": ("Hrs", "1.038"), "InstanceUsage:db.r6g.xlarge": ("Hrs", "0.519")}
    )


@pytest.fixture
def cluster(site, scripted_aws: ScriptedAws):
    """A writer and a reader of one block, measured for two weeks but for their CPU."""
    rds = site.client("rds")
    created = rds.create_db_cluster(
        DBClusterIdentifier="orders", Engine="aurora-mysql", MasterUsername="root", MasterUserPassword="password1"
    )
    site.upstream.commit({"orders.tf": CODE}, "Keep the orders (#2)")
    state = json.loads(site.state_file.read_bytes())
    said = {"cluster_identifier": "orders", "engine": "aurora-mysql"}
    whole = {"id": "orders", "arn": created["DBCluster"]["DBClusterArn"], **said}
    entries = [("aws_rds_cluster", [{"schema_version": 0, "attributes": whole}])]
    members = []
    for index, name in enumerate(NAMES):
        made = rds.create_db_instance(
            DBInstanceIdentifier=name,
            DBClusterIdentifier="orders",
            DBInstanceClass="db.r6g.2xlarge",
            Engine="aurora-mysql",
        )
        arn = made["DBInstance"]["DBInstanceArn"]
        own = {"id": name, "identifier": name, "arn": arn, "instance_class": "db.r6g.2xlarge", "promotion_tier": 0}
        members.append({"index_key": index, "schema_version": 0, "attributes": {**said, **own}})
        measured = {
            "DatabaseConnections": 40.0,
            "FreeableMemory": 48.0 * GIB,
            "FreeLocalStorage": 155.0 * GIB,
            "NetworkThroughput": 1e6,
            "StorageNetworkThroughput": 2e6,
        }
        for metric, value in measured.items():
            put(site, "AWS/RDS", (metric,), [("DBInstanceIdentifier", name)], value)
    entries.append(("aws_rds_cluster_instance", members))
    state["resources"] += [
        {"mode": "managed", "type": type_, "name": "orders", "provider": PROVIDER, "instances": instances}
        for type_, instances in entries
    ]
    site.state_file.write_text(json.dumps(state))
    scripted_aws.compute("pricing", "GetProducts", classes)
    site.tables["prices"] = {"endpoint_url": scripted_aws.url}
    return site


def busy(site, writer: float, reader: float) -> None:
    for name, percent in zip(NAMES, (writer, reader), strict=True):
        put(site, "AWS/RDS", ("CPUUtilization",), [("DBInstanceIdentifier", name)], percent)


def resizes(site) -> list[dict[str, object]]:
    return [p for p in site.delivered().values() if "Resize" in str(p.get("title", p.get("summary")))]


def test_members_of_one_block_get_a_smaller_class_where_it_is_written_once(cluster) -> None:
    busy(cluster, 15.0, 5.0)
    summary = cluster.run(LATER)

    assert summary.failures == ()
    [request] = resizes(cluster)
    after = cluster.upstream.git("show", f"{request['head']}:orders.tf")
    assert after == CODE.strip().replace('"db.r6g.2xlarge"', '"db.r6g.xlarge"')
    assert "with what it takes over where another of the 2 members of its cluster fails" in request["body"]
    [plan] = [plan for plan, _ in summary.plans if plan.id in request["plan_ids"]]
    assert sorted((one.address, one.actions) for one in plan.expected) == [
        ("aws_rds_cluster_instance.orders[0]", ("update",)),
        ("aws_rds_cluster_instance.orders[1]", ("update",)),
    ]
    assert f"{plan.monthly_saving}" == "757.74"


def test_what_a_busy_reader_does_its_writer_may_have_to(cluster) -> None:
    busy(cluster, 15.0, 30.0)
    summary = cluster.run(LATER)

    assert summary.failures == ()
    assert resizes(cluster) == []


def test_where_only_one_member_may_be_smaller_the_other_that_its_class_is_written_for_is_named(cluster) -> None:
    busy(cluster, 15.0, 5.0)
    [reader] = cluster.client("rds").describe_db_instances(DBInstanceIdentifier="orders-1")["DBInstances"]
    keep = [{"Key": "remediator:keep", "Value": "yes"}]
    cluster.client("rds").add_tags_to_resource(ResourceName=reader["DBInstanceArn"], Tags=keep)
    cluster.run(LATER)

    [ticket] = resizes(cluster)
    assert (
        r"variable default var.class would also change aws\_rds\_cluster\_instance.orders\[1\]" in ticket["description"]
    )
