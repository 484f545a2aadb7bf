"""A ministack server on 127.0.0.1 and plain clients of it, for the benches that measure beside it."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, cast

import boto3
from botocore.client import BaseClient
from botocore.config import Config as BotoConfig

if TYPE_CHECKING:
    from mypy_boto3_cloudwatch import CloudWatchClient
    from mypy_boto3_cloudwatch.type_defs import DimensionTypeDef, MetricDatumTypeDef
    from mypy_boto3_ec2 import EC2Client

REGION = "us-east-1"


def client(endpoint: str, service: str) -> BaseClient:
    """A plain client of a service."""
    made: BaseClient = boto3.client(  # type: ignore[call-overload]  # the service's name is data here
        service,
        region_name=REGION,
        endpoint_url=endpoint,
        aws_access_key_id="x",
        aws_secret_access_key="x",
        # ministack does not unpack a compressed PutMetricData: it answers with success and keeps nothing.
        config=BotoConfig(disable_request_compression=True),
    )
    return made


def ec2_client(endpoint: str) -> "EC2Client":
    """A plain client of EC2."""
    return cast("EC2Client", client(endpoint, "ec2"))


def cloudwatch_client(endpoint: str) -> "CloudWatchClient":
    """A plain client of CloudWatch."""
    return cast("CloudWatchClient", client(endpoint, "cloudwatch"))


def put_points(
    cloudwatch: "CloudWatchClient",
    namespace: str,
    name: str,
    dimensions: Mapping[str, str],
    value: float,
    times: Sequence[datetime],
) -> None:
    """The same value of a series at all of these times."""
    own: list[DimensionTypeDef] = [{"Name": key, "Value": text} for key, text in dimensions.items()]
    for at in range(0, len(times), 500):
        data: list[MetricDatumTypeDef] = [
            {"MetricName": name, "Dimensions": own, "Timestamp": when, "Value": value} for when in times[at : at + 500]
        ]
        cloudwatch.put_metric_data(Namespace=namespace, MetricData=data)


@contextmanager
def ministack() -> Iterator[str]:
    """A ministack server of our own on a free port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    env = os.environ | {"BIND_HOST": "127.0.0.1", "GATEWAY_PORT": str(port)}
    command = [str(Path(sys.executable).with_name("ministack"))]
    server = subprocess.Popen(command, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        for _ in range(100):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.2)
        else:
            raise SystemExit("ministack did not start within 20 seconds")
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait(20)
