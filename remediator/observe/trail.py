"""What one event of CloudTrail says of who made a resource."""

from dataclasses import dataclass
from datetime import UTC, datetime

from pydantic import BaseModel, ConfigDict, JsonValue, ValidationError
from pydantic.alias_generators import to_camel
from pydantic_core import from_json

from remediator.model import LaunchRecord

__all__ = ["Call", "is_readable", "parse_event"]

_PEOPLE = "AWSReservedSSO_"
"""What roles of IAM Identity Center are called; their sessions bear the user's name.

https://docs.aws.amazon.com/singlesignon/latest/userguide/referencingpermissionsets.html
"""

_LINKED = "AWSServiceRoleFor"
"""What roles are called that only a service of AWS can assume.

https://docs.aws.amazon.com/IAM/latest/UserGuide/using-service-linked-roles.html
"""


class _Part(BaseModel):
    model_config = ConfigDict(alias_generator=to_camel)


class _Issuer(_Part):
    user_name: str | None = None


class _Context(_Part):
    session_issuer: _Issuer | None = None


class _Identity(_Part):
    type: str
    arn: str | None = None
    user_name: str | None = None
    invoked_by: str | None = None
    session_context: _Context | None = None

    @property
    def role(self) -> str:
        """The name of the role whose session it is."""
        issuer = self.session_context.session_issuer if self.session_context else None
        return (issuer.user_name if issuer else None) or ""


class _Event(_Part):
    event_name: str
    event_time: datetime
    user_identity: _Identity
    event_source: str = ""
    user_agent: str | None = None
    error_code: str | None = None
    request_parameters: JsonValue = None
    response_elements: JsonValue = None


_TOOLS = (
    ("terraform", "Terraform"),
    ("opentofu", "OpenTofu"),
    ("pulumi", "Pulumi"),
    ("karpenter.sh-", "Karpenter"),  # pkg/operator/operator.go of its provider for AWS
    ("aws-ebs-csi-driver", "the EBS CSI driver"),  # pkg/cloud/cloud.go
    ("aws-cli", "the AWS CLI"),
    ("console.amazonaws.com", "the console"),
    ("coral/netty", "the console"),
    ("boto3", "boto3"),
    ("aws-sdk", "an AWS SDK"),
)
"""Words of user agents, and the programs that send them; each one's own comes before the SDK that it is made with."""


@dataclass(frozen=True, slots=True)
class Call:
    """A call of a service: who made it, and all texts of its request and answer but tags."""

    source: str
    record: LaunchRecord
    texts: frozenset[str]


def parse_event(text: str) -> Call | None:
    """The call in an event's own JSON; None for one that failed, and for what is no event.

    The fields: https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html
    """
    try:
        event = _Event.model_validate_json(text)
    except ValidationError:
        return None
    who = event.user_identity
    if event.error_code is not None:
        return None
    record = LaunchRecord(
        event=event.event_name,
        at=event.event_time.astimezone(UTC),
        principal=who.arn or who.invoked_by or who.type,
        person=_person(who),
        tool=_tool(event.user_agent),
        service=who.invoked_by or (who.role if who.role.startswith(_LINKED) else None),
    )
    return Call(event.event_source, record, _texts(event.request_parameters, event.response_elements))


def is_readable(text: str) -> bool:
    """Whether an event is JSON that can be read: what nests deeper than some 200 levels is not."""
    try:
        from_json(text)
    except ValueError:
        return False
    return True


def _texts(*values: JsonValue) -> frozenset[str]:
    """The texts at any depth, save for those of tags."""
    found: set[str] = set()
    waiting = list(values)
    while waiting:
        value = waiting.pop()
        if isinstance(value, str):
            found.add(value)
        elif isinstance(value, dict):
            # A tag may have any text, the name of another resource too.
            waiting += (inner for name, inner in value.items() if not name.lower().startswith("tag"))
        elif isinstance(value, list):
            waiting += value
    return frozenset(found)


def _person(who: _Identity) -> str | None:
    """Who the principal says it is: an IAM user, or the session of a role where sessions bear people's names."""
    if who.type == "IAMUser":
        return who.user_name or None
    session = (who.arn or "").rpartition("/")[2] if who.type == "AssumedRole" else ""
    if session and ("@" in session or who.role.startswith(_PEOPLE)):
        return session
    return None


def _tool(agent: str | None) -> str | None:
    """The program that called, by its user agent."""
    return next((name for word, name in _TOOLS if word in (agent or "").lower()), None)
