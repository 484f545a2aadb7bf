"""What AWS, the network and the clock may do to a scan, over HTTP on loopback."""

import threading
import tracemalloc
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs

import boto3
import pytest
from botocore.exceptions import ClientError

from remediator.config import AccountConfig, RunConfig
from remediator.errors import RemediatorError
from remediator.model import Window
from remediator.observe.calls import CallCounter
from remediator.observe.inventory import list_kind
from remediator.observe.kinds import KINDS, Kind
from remediator.observe.listing import Unit, list_unit
from remediator.observe.naming import named
from remediator.observe.series import grid
from remediator.observe.sessions import Clients
from remediator.observe.sighting import observe, sight
from tests.aws_service import Error

BY_NAME = {kind.name: kind for kind in KINDS}
MACHINES = KINDS[:3]
Answer = tuple[int, str]


def refused(code: str, status: int = 400, message: str = "no") -> Answer:
    return status, (
        f"<Response><Errors><Error><Code>{code}</Code><Message>{message}</Message></Error></Errors></Response>"
    )


def empty(action: str) -> Answer:
    return 200, f"<{action}Response><{action}Result></{action}Result></{action}Response>"


class QueryAws:
    """An AWS whose services speak XML: what it answers to each action is a function of the form that was sent."""

    def __init__(self) -> None:
        self.calls: Counter[str] = Counter()
        self.scripts: dict[str, Callable[[dict[str, str]], Answer]] = {}
        aws = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            wbufsize = 1 << 16

            def do_POST(self) -> None:
                raw = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
                form = {key: values[0] for key, values in parse_qs(raw).items()}
                action = form.get("Action", self.headers.get("X-Amz-Target", "").rpartition(".")[2])
                aws.calls[action] += 1
                status, text = aws.scripts.get(action, lambda _: empty(action))(form)
                self.send_response(status)
                self.send_header("Content-Type", "text/xml")
                self.send_header("Content-Length", str(len(text.encode())))
                self.end_headers()
                self.wfile.write(text.encode())

            do_GET = do_POST

            def log_message(self, *arguments: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True).start()
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


@pytest.fixture
def aws() -> Iterator[QueryAws]:
    made = QueryAws()
    yield made
    made.close()


@pytest.fixture
def unit(aws: QueryAws, monkeypatch: pytest.MonkeyPatch) -> Unit:
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "2")
    return Unit(AccountConfig(name="dev", regions=("me-south-1",), endpoint_url=aws.url), "me-south-1")


@pytest.mark.parametrize(("code", "status"), [("AuthFailure", 401), ("OptInRequired", 400)])
def test_a_region_that_is_not_enabled_is_one_unit_that_says_so(
    aws: QueryAws, unit: Unit, code: str, status: int
) -> None:
    for action in ("DescribeInstances", "DescribeVolumes", "DescribeAutoScalingGroups"):
        aws.scripts[action] = lambda _: refused(code, status)

    with pytest.raises(RemediatorError, match=r"dev/me-south-1: .*region is (not )?enabled"):
        list_unit(unit, MACHINES)


def test_what_is_throttled_throughout_fails_alone(aws: QueryAws, unit: Unit) -> None:
    aws.scripts["DescribeVolumes"] = lambda _: refused("RequestLimitExceeded", 503)

    found = list_unit(unit, MACHINES)

    assert found.whole == {"aws_instance", "aws_autoscaling_group"}
    assert [f.unit for f in found.failures] == ["dev/me-south-1 aws_ebs_volume"]
    assert "throttled through every retry" in found.failures[0].reason
    assert aws.calls["DescribeVolumes"] == 2


def test_what_is_throttled_once_is_asked_again(aws: QueryAws, unit: Unit) -> None:
    answers = [refused("RequestLimitExceeded", 503), volumes(0, 2, "")]
    aws.scripts["DescribeVolumes"] = lambda _: answers.pop(0)

    found = list_unit(unit, MACHINES)

    assert (found.failures, [r.id for r in found.resources]) == ((), ["vol-0", "vol-1"])


def test_one_api_that_is_denied_leaves_the_others(aws: QueryAws, unit: Unit) -> None:
    aws.scripts["DescribeAutoScalingGroups"] = lambda _: refused("AccessDenied", 403)

    found = list_unit(unit, MACHINES)

    assert found.whole == {"aws_instance", "aws_ebs_volume"}
    assert "autoscaling:DescribeAutoScalingGroups is denied" in found.failures[0].reason


class Refusing(BaseHTTPRequestHandler):
    """An AWS that denies everything, in the language of whichever service is asked."""

    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        scope = self.headers["Authorization"]
        denied = "<Error><Code>AccessDenied</Code><Message>no</Message></Error>"
        said = '{"__type": "AccessDeniedException"}'
        if "/s3/" in scope:
            said = denied
        elif "/ec2/" in scope:
            said = f"<Response><Errors>{denied}</Errors></Response>"
        elif "form-urlencoded" in (self.headers.get("Content-Type") or ""):
            said = f"<ErrorResponse>{denied}</ErrorResponse>"
        self.send_response(403)
        self.send_header("x-amzn-ErrorType", "AccessDeniedException")
        self.send_header("Content-Length", str(len(said)))
        self.end_headers()
        self.wfile.write(said.encode())

    do_GET = do_POST

    def log_message(self, *arguments: object) -> None:
        pass


@pytest.fixture(scope="module")
def refusing() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Refusing)
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_whatever_api_is_denied_is_named_with_what_to_grant(refusing: str, monkeypatch, kind: Kind) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    unit = Unit(AccountConfig(name="dev", regions=("me-south-1",), endpoint_url=refusing), "me-south-1")

    with pytest.raises(
        RemediatorError, match=r"^dev/me-south-1: access to [a-z0-9-]+:[A-Z]\w+ is denied; grant the role"
    ):
        list_unit(unit, (kind,))


def test_an_answer_that_is_cut_short_is_no_empty_account(aws: QueryAws, unit: Unit) -> None:
    aws.scripts["DescribeVolumes"] = lambda _: (200, volumes(0, 5, "")[1][:200])

    found = list_unit(unit, MACHINES)

    assert "aws_ebs_volume" not in found.whole


@pytest.mark.parametrize("said", ["", "<html>sign in to the proxy</html>", '{"clusterArns": ["arn:aws'])
@pytest.mark.parametrize(
    ("action", "kind"),
    [
        ("ListClusters", "aws_ecs_service"),
        ("DescribeLogGroups", "aws_cloudwatch_log_group"),
        ("ListTrainingJobs", "aws_sagemaker_training_job"),
        ("", "aws_efs_file_system"),  # which is asked by path alone
    ],
)
def test_what_is_no_json_is_no_empty_account(aws: QueryAws, unit: Unit, action: str, kind: str, said: str) -> None:
    aws.scripts[action] = lambda _: (200, said)

    found = list_unit(unit, (*MACHINES, BY_NAME[kind]))

    assert found.whole == {one.name for one in MACHINES}
    aws.scripts[action] = lambda _: (200, "{}")
    assert kind in list_unit(unit, (*MACHINES, BY_NAME[kind])).whole


def test_pages_that_break_off_are_no_whole_list(aws: QueryAws, unit: Unit) -> None:
    pages = [volumes(0, 3, "more"), refused("InternalError", 500), refused("InternalError", 500)]
    aws.scripts["DescribeVolumes"] = lambda _: pages.pop(0)

    found = list_unit(unit, MACHINES)

    assert "aws_ebs_volume" not in found.whole
    assert [r for r in found.resources if r.kind == "aws_ebs_volume"] == []


def test_what_vanishes_between_its_cluster_and_its_description_is_left_out(scripted_aws) -> None:
    there, gone = (f"arn:aws:ecs:us-east-1:123456789012:cluster/{name}" for name in ("there", "gone"))
    service = "arn:aws:ecs:us-east-1:123456789012:service/there/{}"
    scripted_aws.answer("ecs", "ListClusters", {"clusterArns": [gone, there]})
    scripted_aws.answer(
        "ecs", "ListServices", Error("ClusterNotFoundException"), {"serviceArns": [service.format(n) for n in "ab"]}
    )
    left = {"serviceArn": service.format("a"), "serviceName": "a", "clusterArn": there, "status": "ACTIVE"}
    missing = {"arn": service.format("b"), "reason": "MISSING"}
    scripted_aws.answer("ecs", "DescribeServices", {"services": [left], "failures": [missing]})
    clients = Clients(boto3.session.Session(), "us-east-1", scripted_aws.url, CallCounter())

    assert [r.spec["name"] for r in list_kind(BY_NAME["aws_ecs_service"], clients, "dev")] == ["a"]


def test_an_endpoint_that_vanishes_before_it_is_described_is_left_out_and_a_wrong_question_is_not(scripted_aws) -> None:
    """SageMaker says both by ValidationException, and only its message tells them apart."""
    at, arn = datetime(2026, 1, 1, tzinfo=UTC), "arn:aws:sagemaker:us-east-1:123456789012:"
    times = {"CreationTime": at, "LastModifiedTime": at, "EndpointStatus": "InService"}
    both = [{"EndpointName": name, "EndpointArn": f"{arn}endpoint/{name}", **times} for name in ("gone", "there")]
    described = {**both[1], "EndpointConfigName": "c"}
    config = {"EndpointConfigName": "c", "EndpointConfigArn": f"{arn}endpoint-config/c", "CreationTime": at}
    variant = {"VariantName": "v", "ModelName": "m", "InstanceType": "ml.m5.large", "InitialInstanceCount": 1}
    missing = Error("ValidationException", "Could not find endpoint 'gone'.")
    scripted_aws.answer("sagemaker", "ListEndpoints", {"Endpoints": both})
    scripted_aws.answer("sagemaker", "DescribeEndpoint", missing, described)
    scripted_aws.answer("sagemaker", "DescribeEndpointConfig", {**config, "ProductionVariants": [variant]})
    scripted_aws.answer("resourcegroupstaggingapi", "GetResources", {"ResourceTagMappingList": []})
    clients = Clients(boto3.session.Session(), "us-east-1", scripted_aws.url, CallCounter())

    assert [r.id for r in list_kind(BY_NAME["aws_sagemaker_endpoint"], clients, "dev")] == ["there"]
    wrong = Error("ValidationException", "1 validation error detected: Value 'x' at 'endpointName'")
    scripted_aws.answer("sagemaker", "DescribeEndpoint", wrong)
    with pytest.raises(ClientError, match="1 validation error"):
        list(list_kind(BY_NAME["aws_sagemaker_endpoint"], clients, "dev"))


@pytest.mark.parametrize("said", ["{}", "<html>sign in to the proxy</html>", '{"MetricDataResults": [{"Id": "q0"'])
@pytest.mark.parametrize("action", ["GetMetricData", "ListMetrics"])
def test_what_is_no_answer_of_cloudwatch_costs_the_metrics_and_not_the_account(
    aws: QueryAws, unit: Unit, tmp_path: Path, action: str, said: str
) -> None:
    instance = (
        "<DescribeInstancesResponse><reservationSet><item><instancesSet><item><instanceId>i-1</instanceId>"
        "<instanceType>g5.xlarge</instanceType><instanceState><name>running</name></instanceState></item>"
        "</instancesSet></item></reservationSet></DescribeInstancesResponse>"
    )
    aws.scripts |= {
        "DescribeInstances": lambda _: (200, instance),
        "ListMetrics": lambda _: (200, '{"Metrics": []}'),
        "GetMetricData": lambda _: (200, '{"MetricDataResults": []}'),
        action: lambda _: (200, said),
    }
    run = RunConfig(state_dir=tmp_path)
    listing = list_unit(unit, MACHINES)

    named(listing, run)
    seen = sight(listing, run, datetime.now(UTC))

    assert [r.id for r in seen.resources] == ["i-1"]
    assert [f.unit for f in seen.failures] == ["dev/me-south-1 metrics"]
    assert not any(usage.summaries for _, usage in seen.usages)


def test_a_launch_in_the_future_and_points_from_there_prove_nothing(cloud) -> None:
    """The clock here is behind, or an agent's is ahead."""
    now = datetime.now(UTC).replace(minute=0, second=0, microsecond=0)
    ec2 = cloud.client("ec2")
    id_ = ec2.run_instances(ImageId="ami-12c6146b", MinCount=1, MaxCount=1)["Instances"][0]["InstanceId"]
    cloud.put("AWS/EC2", "CPUUtilization", {"InstanceId": id_}, [0.0] * 5, now + timedelta(hours=6))

    usage = dict(
        observe(Unit(cloud.account(), "us-east-1"), cloud.settings(), now - timedelta(days=2), MACHINES).usages
    )[f"aws_instance/{id_}"]

    assert usage.metric("cpu") is None
    assert usage.metric("cpu", Window.RECENT) is None


@pytest.mark.parametrize(("region", "domain"), [("cn-north-1", "amazonaws.com.cn"), ("us-gov-west-1", "amazonaws.com")])
def test_other_partitions_are_asked_at_their_own_endpoints(region: str, domain: str) -> None:
    clients = Clients(boto3.session.Session(), region, None, CallCounter())

    for kind in {kind.service: kind for kind in KINDS}.values():
        assert clients.client(kind.service).meta.endpoint_url.endswith(domain), kind.service


def volumes(first: int, count: int, token: str) -> Answer:
    items = "".join(
        f"<item><volumeId>vol-{n}</volumeId><size>100</size><volumeType>gp3</volumeType><status>available</status>"
        f"<availabilityZone>me-south-1a</availabilityZone><createTime>2026-01-01T00:00:00.000Z</createTime>"
        f"<tagSet><item><key>team</key><value>t{n % 50}</value></item></tagSet></item>"
        for n in range(first, first + count)
    )
    more = f"<nextToken>{token}</nextToken>" if token else ""
    return 200, f"<DescribeVolumesResponse><volumeSet>{items}</volumeSet>{more}</DescribeVolumesResponse>"


def test_memory_grows_by_what_is_kept_of_a_resource_and_calls_by_pages(aws: QueryAws, unit: Unit) -> None:
    page, pages = 500, 8

    def answer(form: dict[str, str]) -> Answer:
        at = int(form.get("NextToken", "0"))
        return volumes(at * page, page, str(at + 1) if at + 1 < pages else "")

    aws.scripts["DescribeVolumes"] = answer
    list_unit(unit, MACHINES)  # the models of the services are read once
    aws.calls.clear()
    tracemalloc.start()
    found = list_unit(unit, MACHINES)
    kept, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert len(found.resources) == page * pages
    assert aws.calls["DescribeVolumes"] == pages
    assert kept / len(found.resources) < 4_000
    assert peak < kept + 20_000 * page  # one page as it is parsed


def test_metrics_of_very_many_are_read_in_portions(cloud, tmp_path: Path) -> None:
    from remediator.observe import portions
    from remediator.observe.queries import queries
    from tests.observe.written_metrics import resource

    on = grid(datetime.now(UTC), 300, 14)
    one = resource("vol-1", "aws_ebs_volume")
    many = [replace(one, id=f"vol-{n}") for n in range(5_000)]

    sizes = [sum(len(own) for _, own in portion) * on.count for portion in portions.portions(many, {}, on.count)]

    assert max(sizes) <= portions.HELD_POINTS
    assert sum(sizes) == on.count * sum(1 for r in many for _ in queries(r, {}))


def test_nothing_of_a_unit_can_be_had(aws: QueryAws, unit: Unit) -> None:
    for action in ("DescribeInstances", "DescribeVolumes", "DescribeAutoScalingGroups"):
        aws.scripts[action] = lambda _: refused("UnauthorizedOperation", 403)

    with pytest.raises(RemediatorError, match="ec2:DescribeInstances is denied"):
        observe(unit, RunConfig(), datetime.now(UTC), MACHINES)
