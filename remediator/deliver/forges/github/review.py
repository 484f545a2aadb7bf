"""What people and checks made of an open pull request: one question to GraphQL for all of it."""

from typing import Literal

from remediator.deliver.forges.github.answers import Standing
from remediator.deliver.forges.github.api import Api, MissingError
from remediator.deliver.protocols import Review
from remediator.git import ours
from remediator.git.ours import Written

QUERY = """
query ($owner: String!, $name: String!, $number: Int!) {
  repository(owner: $owner, name: $name) {
    pullRequest(number: $number) {
      id headRefOid isDraft mergeable
      latestOpinionatedReviews(first: 100, writersOnly: true) { nodes { state author { login } } }
      commits(last: 100) {
        totalCount
        nodes {
          commit {
            oid message authoredDate committedDate author { email } committer { email } statusCheckRollup { state }
          }
        }
      }
      tip: commits(last: 1) {
        nodes {
          commit {
            statusCheckRollup {
              contexts(first: 100) {
                nodes { ... on StatusContext { context state } ... on CheckRun { name conclusion } }
              }
            }
          }
        }
      }
    }
  }
}
"""

WEB_FLOW = "noreply@github.com"
"""Who commits what GitHub commits itself."""

_CHECKS: dict[str, Literal["pending", "success", "failure"]] = {
    "SUCCESS": "success",
    "FAILURE": "failure",
    "ERROR": "failure",
    "PENDING": "pending",
    "EXPECTED": "pending",
}
"""https://docs.github.com/graphql/reference/enums#statusstate"""


def review(api: Api, repository: str, reference: str) -> Review:
    """Raises RemediatorError, never guesses; of over a hundred commits some are not ours.

    Whoever can read may approve, which holds nothing: only the reviews of those who may write are asked for.
    """
    standing = read(api, repository, reference)
    tip = next((c for c in standing.commits if c.oid == standing.head), None)
    return Review(
        head=standing.head,
        draft=standing.draft,
        conflicts=standing.mergeable == "CONFLICTING",
        approved_by=tuple(o.author.login for o in standing.opinions if o.state == "APPROVED" and o.author),
        checks=_CHECKS.get(tip.rollup.state) if tip and tip.rollup else None,
        foreign=foreign_commits(api, repository, standing),
        passed=tuple(check.context or check.name for check in standing.checks if check.passed),
    )


def read(api: Api, repository: str, reference: str) -> Standing:
    """Where a pull request stands."""
    owner, _, name = repository.partition("/")

    def send() -> Standing | None:
        data = api.ask(repository, QUERY, owner=owner, name=name, number=int(reference))
        there = data.get("repository") and data["repository"].get("pullRequest")
        return Standing.of(data) if there else None

    standing = api.read(repository, send)
    if standing is None:
        raise MissingError(f"{repository}: there is no pull request {reference} on GitHub")
    return standing


def foreign_commits(api: Api, repository: str, standing: Standing) -> tuple[str, ...]:
    """The commits that are not wholly ours: the branch is people's then, and is left to them."""
    return tuple(c.oid for c in standing.commits if not is_ours(api, repository, c.written))


def is_ours(api: Api, repository: str, commit: Written) -> bool:
    """Whether our own git made a commit, or GitHub for our App."""
    if ours.is_ours(commit, api.ours):
        return True
    if not api.login.signs or commit.committer != WEB_FLOW:
        return False
    return commit.author.endswith(f"+{api.myself(repository)}@users.noreply.github.com")
