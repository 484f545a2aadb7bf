"""What Jira answers, as far as it is read: https://developer.atlassian.com/cloud/jira/platform/rest/v2/."""

from pydantic import BaseModel, ConfigDict, Field


class Read(BaseModel):
    """A frozen answer of which the rest is passed over."""

    model_config = ConfigDict(frozen=True, extra="ignore", populate_by_name=True)


class Named(Read):
    """What has an id and a name."""

    id: str
    name: str


class IssueTypes(Read):
    """A page of a project's issue types; Data Center calls them values."""

    types: tuple[Named, ...] = Field(default=(), alias="issueTypes")
    values: tuple[Named, ...] = ()


class Option(Read):
    """What a field may be set to."""

    id: str | None = None
    name: str | None = None
    value: str | None = None


class Schema(Read):
    """What a field holds; `items` is what an array is of."""

    type: str
    items: str | None = None


class FieldMeta(Read):
    """A field of the form by which an issue is made, or a step is taken; a step's has no id of its own."""

    id: str = Field(default="", alias="fieldId")
    name: str
    required: bool = False
    has_default: bool = Field(default=False, alias="hasDefaultValue")
    type: Schema = Field(alias="schema")
    allowed: tuple[Option, ...] = Field(default=(), alias="allowedValues")


class Fields(Read):
    """A page of such fields; Data Center calls them values."""

    fields: tuple[FieldMeta, ...] = ()
    values: tuple[FieldMeta, ...] = ()
    total: int = 0


class Keeping(Read):
    """What we keep at an issue, in a property: which plan it is for, and hashes of what we wrote.

    `sent` is of the text that we sent last, `seen` of how Jira showed it then, which it may have put in other words;
    `coming` of one that was about to be sent; `said` of our comments by topic. `ended` is that we closed it: open
    again, it is a person's. `repository` is the name, in our configuration, of the one that it is about.
    """

    plan: str | None = None
    rule: str | None = None
    sent: str | None = None
    seen: str | None = None
    coming: str | None = None
    said: dict[str, str] = Field(default_factory=dict)
    ended: bool = False
    repository: str | None = None


class Status(Read):
    """Where a transition leads."""

    name: str


class Transition(Read):
    """A step that is open to us."""

    id: str
    name: str
    to: Status
    fields: dict[str, FieldMeta] = Field(default_factory=dict)


class Transitions(Read):
    """The steps that are open to us."""

    transitions: tuple[Transition, ...]
