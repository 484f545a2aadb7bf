"""The tool that writes the embedded tables, on facts as they were recorded."""

import csv
import gzip
import json
import re
from pathlib import Path

import pytest

from tools import embed_prices

UNIT_PRICES = """\
# a comment, as the recorded tables begin with
tf_resource,component,unit,usd_per_unit_values
aws_acm_certificate,Certificate,requests,0.75
aws_cloudwatch_log_group,Archival Storage,GB,0.03
aws_db_instance,Provisioned IOPS,IOPS,0.1
aws_db_instance,"Storage (general purpose SSD, gp2)",GB,0.115|0.23
aws_db_instance,"Storage (general purpose SSD, gp3)",GB,0.115|0.23
aws_db_instance,"Storage (provisioned IOPS SSD, io1)",GB,0.125
aws_ebs_snapshot,EBS snapshot storage,GB,0.05
aws_ebs_volume,Provisioned IOPS,IOPS,0.005|0.065
aws_ebs_volume,Provisioned throughput,Mbps,0.04
aws_ebs_volume,"Storage (cold HDD, sc1)",GB,0.015
aws_ebs_volume,"Storage (general purpose SSD, gp2)",GB,0.1
aws_ebs_volume,"Storage (general purpose SSD, gp3)",GB,0.08
aws_ebs_volume,Storage (magnetic),GB,0.05
aws_ebs_volume,"Storage (provisioned IOPS SSD, io1)",GB,0.125
aws_ebs_volume,"Storage (provisioned IOPS SSD, io2)",GB,0.125
aws_ebs_volume,"Storage (throughput optimized HDD, st1)",GB,0.045
aws_efs_file_system,Provisioned throughput,MBps,6.0
aws_efs_file_system,Storage (one zone),GB,0.16
aws_efs_file_system,"Storage (one zone, infrequent access)",GB,0.0133
aws_efs_file_system,Storage (standard),GB,0.3
aws_efs_file_system,"Storage (standard, infrequent access)",GB,0.025
aws_eip,IP address (if unused),hours,0.005
aws_eks_cluster,EKS cluster,hours,0.1
aws_elb,Classic load balancer,hours,0.025
aws_lb,Application load balancer,hours,0.022507
aws_lb,Network load balancer,hours,0.022507
aws_nat_gateway,Data processed,GB,0.045
aws_nat_gateway,NAT gateway,hours,0.045
"""
"""Of infracost's test outputs, what is embedded, and one fact that is not."""
SHIPPED = embed_prices.TARGET


def run(into: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Run the tool on the recorded prices, and on the types and classes that are embedded as what was told of them."""
    (into / "units.csv").write_text(UNIT_PRICES)
    (into / "types.json.gz").write_bytes(gzip.compress(json.dumps({}).encode()))
    (into / "databases.json.gz").write_bytes(gzip.compress(json.dumps(databases()).encode()))
    tables = ("units.csv", "types.json.gz", "databases.json.gz")
    arguments = [str(SHIPPED / "instance_types.csv"), *(str(into / name) for name in tables)]
    monkeypatch.setattr(embed_prices, "TARGET", into)
    monkeypatch.setattr("sys.argv", ["embed_prices.py", *arguments])
    embed_prices.main()


def databases() -> dict[str, object]:
    """The classes as the wheel has them: sizes short, engines by the names of the price list."""
    names = {engine: name for name, engine in embed_prices.ENGINES.items()}
    by_engine: dict[str, dict[str, list[float | None]]] = {}
    with (SHIPPED / "database_prices.csv").open() as lines:
        for row in csv.DictReader(lines):
            short = re.sub("xlarge$", "xl", row["instance_class"])
            prices = [float(row[zones]) if row[zones] else None for zones in ("single", "multi")]
            by_engine.setdefault(names[row["engine"]], {})[short] = prices
    return {"regions": {"us-east-1": {"rds_hour": by_engine}}}


@pytest.mark.parametrize("name", ["unit_prices.csv", "database_prices.csv"])
def test_every_price_that_is_embedded_is_one_that_the_tool_writes(tmp_path: Path, monkeypatch, name: str) -> None:
    run(tmp_path, monkeypatch)

    assert (tmp_path / name).read_text() == (SHIPPED / name).read_text()


def test_no_type_loses_its_price(tmp_path: Path, monkeypatch) -> None:
    run(tmp_path, monkeypatch)

    assert prices_of_types(tmp_path) == prices_of_types(SHIPPED)


def prices_of_types(folder: Path) -> dict[str, str]:
    with (folder / "instance_types.csv").open() as lines:
        return {row["instance_type"]: row["usd_per_hour"] for row in csv.DictReader(lines)}
