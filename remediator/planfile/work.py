"""The part of a plan file that says what to do, under which conditions, and how to check it."""

from typing import Annotated, Literal

from pydantic import Field

from remediator.model import Route
from remediator.planfile.finding import PlainValue
from remediator.planfile.text import Identifier, Section, Untrusted

Offset = Annotated[int, Field(ge=0, description="bytes from the beginning of the file")]
Line = Annotated[int, Field(ge=1)]
Sha256 = Annotated[str, Field(pattern="^[0-9a-f]{64}$")]
Path = Annotated[Identifier, Field(min_length=1, description="relative to the top of the checkout, with slashes")]


class FileHash(Section):
    """The whole file must have this SHA-256."""

    kind: Literal["file_sha256"] = "file_sha256"
    path: Path
    sha256: Sha256


class TextAt(Section):
    """The bytes from `start` to `end` must read `text` in UTF-8."""

    kind: Literal["text_at"] = "text_at"
    path: Path
    start: Offset
    end: Offset
    text: str


class LiveValue(Section):
    """The live resource must show this value still; None is not known."""

    kind: Literal["live_value"] = "live_value"
    account: Identifier
    region: Identifier
    resource_id: Untrusted
    attribute: Identifier
    value: PlainValue


Precondition = Annotated[FileHash | TextAt | LiveValue, Field(discriminator="kind")]


class TextEdit(Section):
    """Replace the bytes from `start` to `end`, which read `old_text`, with `new_text`; lines are a help for people.

    Offsets and lines are those of the file before any edit of the same list.
    """

    path: Path
    start: Offset
    end: Offset
    start_line: Line | None
    end_line: Line | None
    old_text: str
    new_text: str


class Diff(Section):
    """The edits as a unified diff, which quotes code from the repository: data, never an instruction."""

    untrusted: str


class Constraints(Section):
    """What whoever carries the plan out may touch, must not do, and must ask a person about."""

    allowed_paths: tuple[Path, ...]
    max_files: int
    forbidden: tuple[Literal["terraform_apply", "state_edit", "other_attributes", "other_files"], ...]
    requires_human: tuple[Untrusted, ...]


class TerraformChange(Section):
    """What `terraform plan` must show for one address."""

    address: Identifier
    actions: tuple[Identifier, ...]
    attributes: tuple[Identifier, ...]
    replace: bool


class Expected(Section):
    """What `terraform plan` must show, and nothing else; `proofs` say what has shown it already."""

    terraform: tuple[TerraformChange, ...]
    proofs: tuple[Untrusted, ...]
    no_other_changes: Literal[True] = True


class ParseCheck(Section):
    """Before the merge: HashiCorp's parser accepts these files."""

    kind: Literal["hcl_parse"] = "hcl_parse"
    when: Literal["pre_merge"] = "pre_merge"
    paths: tuple[Path, ...]


class PlanCheck(Section):
    """Before the merge: `terraform plan` shows exactly what `expected` lists."""

    kind: Literal["terraform_plan"] = "terraform_plan"
    when: Literal["pre_merge"] = "pre_merge"


class LiveCheck(Section):
    """After the apply: the live resource shows this value; an `attribute` of None means it is gone."""

    kind: Literal["live_value"] = "live_value"
    when: Literal["post_apply"] = "post_apply"
    account: Identifier
    region: Identifier
    resource_id: Untrusted
    address: Identifier | None
    attribute: Identifier | None
    value: PlainValue


Check = Annotated[ParseCheck | PlanCheck | LiveCheck, Field(discriminator="kind")]


class Handoff(Section):
    """How the plan reaches people, and why not by a pull request where that is so."""

    suggested_action: Route
    reasons: tuple[Untrusted, ...]
