"""What one event of CloudTrail says of who made a resource."""

from datetime import UTC, datetime

from pydantic import BaseModel, ConfigDict, ValidationError
from pydantic.alias_generators import to_camel

from remediator.model import LaunchRecord

__all__ = ["parse_event"]

_PEOPLE = "AWSReservedSSO_"
"""What roles of IAM Identity Center are called; their sessions bear the user's name.

https://docs.aws.amazon.com/singlesignon/latest/userguide/referencingpermissionsets.html
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
    user_agent: str | None = None
    error_code: str | None = None


_TOOLS = (
    ("terraform", "Terraform"),
    ("opentofu", "OpenTofu"),
    ("pulumi", "Pulumi"),
    ("aws-cli", "the AWS CLI"),
    ("console.amazonaws.com", "the console"),
    ("coral/netty", "the console"),
    ("boto3", "boto3"),
    ("aws-sdk", "an AWS SDK"),
)
"""Words of user agents, and the programs that send them; Terraform's own comes before the SDK that it is made with."""


def parse_event(text: str) -> LaunchRecord | None:
    """The record in an event's own JSON; None for a call that failed, and for what is no event.

    The fields: https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html
    """
    try:
        event = _Event.model_validate_json(text)
    except ValidationError:
        return None
    who = event.user_identity
    if event.error_code is not None:
        return None
    return LaunchRecord(
        event=event.event_name,
        at=event.event_time.astimezone(UTC),
        principal=who.arn or who.invoked_by or who.type,
        person=_person(who),
        tool=_tool(event.user_agent),
        service=who.invoked_by,
    )


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
