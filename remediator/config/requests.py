"""What every pull request of ours is given."""

from typing import Annotated, Literal

from pydantic import Field

from remediator.config.table import Section

Label = Annotated[str, Field(min_length=1, max_length=50, pattern=r"^[^\x00-\x1f,]+$")]
Handle = Annotated[str, Field(pattern=r"^@[A-Za-z0-9][A-Za-z0-9_./-]{0,200}$")]
GroupBy = Literal["root", "owner", "rule", "module"]


class RequestsConfig(Section):
    """`[requests]`: whether they are opened as drafts, with which labels beside ours, and whom else to ask.

    Labels such as `no-autoplan` keep a plan server from taking a lock for each (Atlantis: --disable-autoplan-label).
    `reviewers` stand in for the owners that were found. With `group_by` findings of one root, owner, rule or module
    call are asked for in one request, `group_size` of them at most; what removes anything never is.
    """

    draft: bool = False
    labels: Annotated[tuple[Label, ...], Field(max_length=20)] = ()
    reviewers: Annotated[tuple[Handle, ...], Field(max_length=20)] = ()
    group_by: GroupBy | None = None
    group_size: Annotated[int, Field(ge=2, le=50)] = 20

    def with_own(self, own: "RequestsConfig") -> "RequestsConfig":
        """These with a repository's own: drafts where either says so, the labels of both, its reviewers first."""
        labels = tuple(dict.fromkeys((*self.labels, *own.labels)))
        theirs = {
            "draft": self.draft or own.draft,
            "labels": labels,
            "reviewers": own.reviewers or self.reviewers,
            "group_by": own.group_by or self.group_by,
            "group_size": min(self.group_size, own.group_size),
        }
        return self.model_copy(update=theirs)
