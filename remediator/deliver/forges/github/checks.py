"""What a token or App of ours may do on GitHub, as far as GitHub tells without anything being written."""

from collections.abc import Iterator, Sequence
from functools import partial

from pydantic import Field

from remediator.deliver.forges.github.answers import Read
from remediator.deliver.forges.github.api import Api
from remediator.deliver.forges.github.login import AppLogin
from remediator.errors import RemediatorError
from remediator.model.checks import Check, failed, passed, warned

_NEEDED = ("contents", "pull_requests", "issues")
_WANTED = (("statuses", "commit statuses are not set"), ("members", "teams cannot be asked to review"))
_PROBES = (("pulls", "Pull requests"), ("issues", "Issues"), ("commits", "Contents"))
_SCOPES = "x-oauth-scopes"
"""The header in which GitHub names the scopes of a classic token, and of no other:
https://docs.github.com/apps/oauth-apps/building-oauth-apps/scopes-for-oauth-apps"""


class _Permissions(Read):
    push: bool = False


class _Repository(Read):
    private: bool = True
    archived: bool = False
    has_issues: bool = True
    permissions: _Permissions = Field(default_factory=_Permissions)


def check(api: Api, unit: str, slugs: Sequence[str]) -> Iterator[Check]:
    """The credentials, and each repository; one that fails hides none of the others."""
    for slug in slugs:
        try:
            if isinstance(api.login, AppLogin):
                yield from _installed(api, api.login, unit, slug)
            yield from _repository(api, unit, slug)
        except RemediatorError as error:
            yield failed(unit, slug, str(error))


def _installed(api: Api, login: AppLogin, unit: str, slug: str) -> Iterator[Check]:
    rights = api.read(slug, lambda: login.installation(slug)).permissions
    missing = [name for name in _NEEDED if rights.get(name) != "write"]
    if missing:
        yield failed(
            unit, f"{slug} installation", f"the App may not write {', '.join(missing)}",
            "grant it in the App's settings under Permissions, and let the owner accept the change",
        )  # fmt: skip
    else:
        yield passed(unit, f"{slug} installation", "the App may write contents, pull requests and issues")
    for name, lacking in _WANTED:
        if name not in rights:
            yield warned(unit, f"{slug} installation", f"the App has no right {name}: {lacking}")


def _repository(api: Api, unit: str, slug: str) -> Iterator[Check]:
    headers, found = api.read(slug, lambda: _asked(api, slug))
    scopes = headers.get(_SCOPES)
    is_app = isinstance(api.login, AppLogin)
    if scopes:
        yield from _scoped(unit, slug, scopes, found)
    elif not is_app:
        yield from _probed(api, unit, slug)
    if found.archived:
        yield failed(unit, slug, "it is archived, so nothing can be opened there", "unarchive it, or take it out")
    elif not is_app and not found.permissions.push:
        yield failed(
            unit, slug, "the token's user may not push there", "give the user the role Write in the repository"
        )
    else:
        yield passed(unit, slug, "it is there, and branches can be pushed")
    if not found.has_issues:
        yield warned(unit, slug, "issues are switched off there, so there is no dashboard")


def _asked(api: Api, slug: str) -> tuple[dict[str, str], _Repository]:
    headers, answer = api.login.requester(slug).requestJsonAndCheck("GET", f"/repos/{slug}")
    lowered = {str(name).lower(): str(value) for name, value in headers.items()}
    return lowered, _Repository.model_validate(answer)


def _scoped(unit: str, slug: str, text: str, found: _Repository) -> Iterator[Check]:
    """A classic token, of which GitHub names the scopes."""
    scopes = {scope.strip() for scope in text.split(",")}
    if "repo" not in scopes and (found.private or "public_repo" not in scopes):
        yield failed(
            unit, f"{slug} token", f"the token has the scopes {text}, and not repo", "make one with the scope repo"
        )
    else:
        yield passed(unit, f"{slug} token", f"the token has the scopes {text}")
    if not scopes & {"read:org", "write:org", "admin:org"}:
        yield warned(
            unit, f"{slug} token", "the token lacks read:org: teams cannot be asked to review",
            "make one with the scope read:org as well, where owners are teams",
        )  # fmt: skip


def _probed(api: Api, unit: str, slug: str) -> Iterator[Check]:
    """A fine-grained token, of which GitHub names nothing: what it may read is tried; what it may write is not."""
    refused: list[str] = []
    for path, name in _PROBES:
        try:
            api.read(slug, partial(api.do, slug, "GET", f"/{path}?per_page=1"))
        except RemediatorError:
            refused.append(name)
    if refused:
        yield failed(
            unit, f"{slug} token", f"the token may not read {', '.join(refused)}",
            "give the fine-grained token Contents, Pull requests and Issues, each read and write",
        )  # fmt: skip
    else:
        yield passed(
            unit, f"{slug} token",
            "the token may read contents, pull requests and issues; whether it may write them GitHub tells of no "
            "fine-grained token",
        )  # fmt: skip
