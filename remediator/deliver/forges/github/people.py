"""People and labels of a pull request, set after it is there; what cannot be set is a sentence, not a failure."""

from collections.abc import Callable, Collection
from functools import partial

from github import GithubException
from requests.exceptions import RequestException

from remediator.deliver.forges.github.answers import Issue, Pull
from remediator.deliver.forges.github.api import Api, judge
from remediator.deliver.protocols import PullDraft

ASSIGNEES = 10
"""As many people as GitHub assigns: https://docs.github.com/rest/issues/assignees#add-assignees-to-an-issue"""


def complete(api: Api, pull: Pull, draft: PullDraft) -> tuple[str, ...]:
    """Ask reviewers, assign people, and label last, which shows that all was done; sentences on what was not."""
    notes = [*_assign(api, pull, draft), *_ask_all(api, pull, draft)]
    path = f"/issues/{pull.number}/labels"
    notes.append(_try("label it", partial(_write, api, draft.repository, path, {"labels": list(draft.labels)})))
    return tuple(note for note in notes if note)


def _assign(api: Api, pull: Pull, draft: PullDraft) -> list[str | None]:
    """Persons only, and no more than GitHub takes; who has no access is left out by it without a word."""
    people = [handle.removeprefix("@") for handle in draft.assignees if "/" not in handle][:ASSIGNEES]
    if not people:
        return []
    path = f"/issues/{pull.number}/assignees"

    taken: set[str] = set()

    def assign() -> None:
        send = partial(api.send, draft.repository, "POST", path, Issue, {"assignees": people})
        taken.update(user.login.lower() for user in api.retry.read(send).assignees)

    failed = _try("assign it", assign)
    if failed:
        return [failed]
    return [f"GitHub did not assign it to {p}: they have no access" for p in people if p.lower() not in taken]


def _ask_all(api: Api, pull: Pull, draft: PullDraft) -> list[str | None]:
    """Ask them all at once; where one of them cannot review, each by itself."""
    # GitHub is told a team without its organisation, so a team of another would be ours of the same name.
    own = draft.repository.partition("/")[0].lower()
    foreign = [h for h in draft.reviewers if "/" in h and h.removeprefix("@").partition("/")[0].lower() != own]
    notes = [f"did not ask {h.removeprefix('@')}: it is a team of another organisation" for h in foreign]
    handles = tuple(h for h in draft.reviewers if h not in foreign)
    if not handles or _try("", partial(_ask, api, pull, draft.repository, handles)) is None:
        return [*notes]
    return [
        *notes,
        *(
            _try(f"ask {h.removeprefix('@')} to review it", partial(_ask, api, pull, draft.repository, (h,)))
            for h in handles
        ),
    ]


def _ask(api: Api, pull: Pull, repository: str, handles: Collection[str]) -> None:
    people = [h.removeprefix("@") for h in handles if "/" not in h]
    teams = [h.rpartition("/")[2] for h in handles if "/" in h]
    body = {"reviewers": people, "team_reviewers": teams}
    _write(api, repository, f"/pulls/{pull.number}/requested_reviewers", body)


def _write(api: Api, repository: str, path: str, body: dict[str, list[str]]) -> None:
    api.retry.read(partial(api.do, repository, "POST", path, body))


def _try(what: str, send: Callable[[], None]) -> str | None:
    """None where it worked, else a sentence."""
    try:
        send()
    except (GithubException, RequestException, ValueError) as error:
        answer = judge(error)
        return f"could not {what} (GitHub answered {answer.status if answer and answer.status else 'nothing'})"
    return None
