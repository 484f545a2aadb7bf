"""What a token of ours may do on GitLab: its scopes, when it ends, and the role of its user in each project."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from functools import partial

from gitlab.exceptions import GitlabError
from pydantic import BaseModel, ConfigDict

from remediator.deliver.forges.gitlab.answers import DEVELOPER
from remediator.deliver.forges.gitlab.api import Api
from remediator.errors import RemediatorError
from remediator.model.checks import Check, failed, passed, warned

_SOON = timedelta(days=14)
_READ = ConfigDict(frozen=True, extra="ignore")


class _Token(BaseModel):
    """A token of any kind: https://docs.gitlab.com/api/personal_access_tokens/."""

    model_config = _READ

    scopes: tuple[str, ...]
    active: bool = True
    expires_at: date | None = None


class _Level(BaseModel):
    model_config = _READ

    access_level: int = 0


class _Permissions(BaseModel):
    model_config = _READ

    project_access: _Level | None = None
    group_access: _Level | None = None


class _Project(BaseModel):
    model_config = _READ

    archived: bool = False
    merge_requests_access_level: str = "enabled"
    permissions: _Permissions = _Permissions()

    @property
    def level(self) -> int:
        """The higher of what the project and the group give."""
        given = (self.permissions.project_access, self.permissions.group_access)
        return max((level.access_level for level in given if level), default=0)


def check(api: Api, unit: str, slugs: Sequence[str], today: date) -> Iterator[Check]:
    """The token, and each project; one that fails hides none of the others."""
    try:
        own = api.client.personal_access_tokens
        token = api.read(unit, lambda: _Token.model_validate(own.get("self").attributes))
        yield from _token(unit, token, today)
    except (RemediatorError, GitlabError) as error:
        yield failed(unit, "token", str(error), "set a token with the scope api in the variable of token_env")
        return
    for slug in slugs:
        try:
            found = api.read(slug, partial(api.client.projects.get, slug))
            yield _project(unit, slug, api.read(slug, partial(_Project.model_validate, found.attributes)))
        except RemediatorError as error:
            yield failed(unit, slug, str(error))


def _token(unit: str, token: _Token, today: date) -> Iterator[Check]:
    if not token.active:
        yield failed(unit, "token", "the token is not active", "make a new one, with the scope api")
    elif "api" not in token.scopes:
        said = f"the token has the scopes {', '.join(token.scopes)}, and not api"
        yield failed(unit, "token", said, "make one with the scope api")
    else:
        yield passed(unit, "token", "the token has the scope api")
    if token.expires_at is not None and token.expires_at < today + _SOON:
        yield warned(unit, "token", f"the token ends on {token.expires_at}", "make a new one before that day")


def _project(unit: str, slug: str, project: _Project) -> Check:
    if project.archived:
        return failed(unit, slug, "it is archived, so nothing can be opened there", "unarchive it, or take it out")
    if project.merge_requests_access_level == "disabled":
        return failed(unit, slug, "merge requests are switched off there", "switch them on in the project's settings")
    if project.level < DEVELOPER:
        said = f"the token's user has the access level {project.level}, below Developer ({DEVELOPER})"
        return failed(unit, slug, said, "give the token or its user the role Developer in the project")
    return passed(unit, slug, f"it is there, with the access level {project.level}")
