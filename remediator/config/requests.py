"""What every pull request of ours is given."""

from typing import Annotated, Literal

from pydantic import Field

from remediator.config.table import Section

Label = Annotated[str, Field(min_length=1, max_length=50, pattern=r"^[^\x00-\x1f,]+$")]
Handle = Annotated[str, Field(pattern=r"^@[A-Za-z0-9][A-Za-z0-9_./-]{0,200}$")]
Person = Annotated[str, Field(max_length=200, pattern=r"^[^<>\x00-\x1f]+ <[^<>@\s\x00-\x1f]+@[^<>@\s\x00-\x1f]+>$")]
Rule = Annotated[str, Field(pattern=r"^[a-z0-9_]{1,64}$")]
Glob = Annotated[str, Field(min_length=1, max_length=200)]
GroupBy = Literal["root", "owner", "rule", "module"]
CommitStyle = Literal["auto", "conventional", "plain"]


class OwnRequests(Section):
    """`[requests]` of a repository: whether they are opened as drafts, with which labels beside ours, and whom to ask.

    `reviewers` stand in for the owners that were found. With `group_by` findings of one root, owner, rule or module
    call are asked for in one request, `group_size` of them at most; what removes anything never is. `commit_style`
    says how subjects and titles are written: `auto` is as the repository's own.
    """

    draft: bool = False
    labels: Annotated[tuple[Label, ...], Field(max_length=20)] = ()
    reviewers: Annotated[tuple[Handle, ...], Field(max_length=20)] = ()
    group_by: GroupBy | None = None
    group_size: Annotated[int, Field(ge=2, le=50)] = 20
    commit_style: CommitStyle = "auto"


class RequestsConfig(OwnRequests):
    """`[requests]`: what a repository may say, and beside it what it may not.

    `author` is who writes commits, `name <address>`; GitHub signs an App's, which are the App's own. `auto_merge` are
    rules whose requests the forge is asked to merge once its own rules let it, where Terraform proved them. `status`
    puts what was proved on the commit. `disable_autoplan_label` is a label of its own for plan servers that take a
    lock for each request (Atlantis: --disable-autoplan-label). `applied` are the names of checks and statuses whose
    success says that it was applied before it is merged; * is anything.
    """

    author: Person | None = None
    auto_merge: Annotated[tuple[Rule, ...], Field(max_length=100)] = ()
    status: bool = False
    disable_autoplan_label: Label | None = None
    applied: Annotated[tuple[Glob, ...], Field(max_length=20)] = ("*/apply", "*/apply: *")

    @property
    def address(self) -> str | None:
        """The author's address."""
        return self.author.rpartition("<")[2].rstrip(">") if self.author else None

    @property
    def given(self) -> tuple[str, ...]:
        """The labels of every request, beside ours."""
        return (*self.labels, *((self.disable_autoplan_label,) if self.disable_autoplan_label else ()))

    def with_own(self, own: OwnRequests) -> "RequestsConfig":
        """These with a repository's own: drafts where either says so, the labels of both, its reviewers first."""
        labels = tuple(dict.fromkeys((*self.labels, *own.labels)))
        theirs = {
            "draft": self.draft or own.draft,
            "labels": labels,
            "reviewers": own.reviewers or self.reviewers,
            "group_by": own.group_by or self.group_by,
            "group_size": min(self.group_size, own.group_size),
            "commit_style": self.commit_style if own.commit_style == "auto" else own.commit_style,
        }
        return self.model_copy(update=theirs)
