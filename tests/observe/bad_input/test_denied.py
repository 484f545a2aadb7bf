"""What a scan may not do or cannot reach: units and APIs that fail, each by itself and in words."""

from collections.abc import Iterator
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler

import boto3
import pytest

from remediator.config import AccountConfig, RunConfig
from remediator.errors import RemediatorError
from remediator.observe.calls import CallCounter
from remediator.observe.kinds import KINDS, Kind
from remediator.observe.listing import Unit, list_unit
from remediator.observe.sessions import Clients
from remediator.observe.sighting import observe
from tests.loopback import Loopback
from tests.observe.bad_input.query_aws import MACHINES, QueryAws, refused, volumes


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
    server = Loopback(Refusing)
    yield server.url
    server.close()


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_whatever_api_is_denied_is_named_with_what_to_grant(refusing: str, monkeypatch, kind: Kind) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    unit = Unit(AccountConfig(name="dev", regions=("me-south-1",), endpoint_url=refusing), "me-south-1")

    with pytest.raises(
        RemediatorError, match=r"^dev/me-south-1: access to [a-z0-9-]+:[A-Z]\w+ is denied; grant the role"
    ):
        list_unit(unit, (kind,))


@pytest.mark.parametrize(("region", "domain"), [("cn-north-1", "amazonaws.com.cn"), ("us-gov-west-1", "amazonaws.com")])
def test_other_partitions_are_asked_at_their_own_endpoints(region: str, domain: str) -> None:
    clients = Clients(boto3.session.Session(), region, None, CallCounter())

    for kind in {kind.service: kind for kind in KINDS}.values():
        assert clients.client(kind.service).meta.endpoint_url.endswith(domain), kind.service


def test_nothing_of_a_unit_can_be_had(aws: QueryAws, unit: Unit) -> None:
    for action in ("DescribeInstances", "DescribeVolumes", "DescribeAutoScalingGroups"):
        aws.scripts[action] = lambda _: refused("UnauthorizedOperation", 403)

    with pytest.raises(RemediatorError, match="ec2:DescribeInstances is denied"):
        observe(unit, RunConfig(), datetime.now(UTC), MACHINES)
