"""As much of GitHub as pull requests take: REST as its own description has it, and the few questions of GraphQL.

What the description does not tell (which 422 says what, what a secondary limit looks like) is as GitHub's documentation
and issue trackers report it.
"""

import hashlib
import json
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from tests.deliver.github_app import REPOSITORY, App
from tests.deliver.github_issues import Issues
from tests.deliver.github_questions import Answers
from tests.deliver.github_refs import Refs

LABELS_URL = "https://api.github.com/labels"
SECONDARY = {
    "documentation_url": "https://docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api",
    "message": "You have exceeded a secondary rate limit. Please wait a few minutes before you try again.",
}
UNDESCRIBED = (304, 401, 410)
"""Answers that every operation may give, and 410, where issues are switched off."""


class GitHub:
    """One repository `acme/infra`; `branches` says which branches exist, `reviewers` who may review."""

    def __init__(self, service, reply, upstream, contract, questions) -> None:
        self.service, self.reply, self.upstream = service, reply, upstream
        self._contract, self.questions = contract, questions
        self.branches = upstream.branches
        self.pulls: list[dict] = []  # issues, too: they are numbered together
        self.comments: list[dict] = []
        self.statuses: list[dict] = []
        self.reviews: dict[int, list[tuple[str, str]]] = {}
        self.passers_by: set[str] = set()
        self.rollup: str | None = None
        self.reviewers = {"alice", "bob", "ranking"}
        self.assignable = {"alice", "bob"}
        self.accounts = {"alice": {}, "bob": {}, "octobot": {}}
        self.teams = {"acme/ranking", "acme/platform"}
        self.refusal: str | None = None  # the kind of error that a question for teams gets
        self.now = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
        self.issues_enabled = self.drafts = self.auto_merges = True
        self.prefix = ""  # "/api/v3" for an Enterprise Server
        self.tokens = {"t0ken"}
        self.login = "octobot"
        self.visibility: str | None = "private"
        self.app_key: str | None = None  # the public key of the App
        self.lifetime, self.minted = timedelta(hours=1), 0
        self.scopes: tuple[str, ...] | None = None  # those of a classic token
        self.rights = {"contents": "write", "pull_requests": "write", "issues": "write", "statuses": "write"}
        self.repository = {"private": True, "archived": False, "has_issues": True, "permissions": {"push": True}}
        self.problems: list[str] = []
        self.graphql = Answers(self)
        self.refs = Refs(self)
        self.lists = Issues(self)
        self.apps = App(self)

    def answer(self, request):
        request.path = request.path.removeprefix(self.prefix)
        if request.path in ("/graphql", "/api/graphql"):
            return self.graphql.answer(request)
        reply = self._rest(request)
        if reply.status in (200, 201) and request.method == "GET":
            tag = f'W/"{hashlib.sha256(json.dumps(reply.body).encode()).hexdigest()}"'
            if request.headers.get("If-None-Match") == tag:
                return self.reply(304, None, {"ETag": tag})
            reply.headers["ETag"] = tag
        reply = self._contract.filled(request, reply)
        if reply.status not in UNDESCRIBED:
            described = reply
            if self.prefix and isinstance(reply.body, dict):  # what only an Enterprise Server tells is not described
                described = replace(reply, body={k: v for k, v in reply.body.items() if k != "suspended_at"})
            self.problems += self._contract.problems(request, described)
        return reply

    def _rest(self, request):
        if "/installation" in request.path:
            return self.apps.answer(request)
        if not self.is_known(request):
            return self.reply(401, {"message": "Bad credentials"})
        for method, pattern, handler in (
            ("GET", REPOSITORY, self._repository),
            ("GET", rf"{REPOSITORY}/commits", lambda _: self.reply(200, [])),
            ("GET", r"/users/([^/]+)", self._account),
            ("GET", rf"{REPOSITORY}/assignees/([^/]+)", self._assignee),
            ("GET", rf"{REPOSITORY}/issues", self.lists.list_issues),
            ("POST", rf"{REPOSITORY}/issues", self.lists.open_issue),
            ("GET", rf"{REPOSITORY}/issues/(\d+)", self.lists.get_issue),
            ("PATCH", rf"{REPOSITORY}/issues/(\d+)", self._edit),
            ("GET", rf"{REPOSITORY}/pulls", self.lists.list_pulls),
            ("POST", rf"{REPOSITORY}/pulls", self._create),
            ("GET", rf"{REPOSITORY}/pulls/(\d+)", self._get),
            ("PATCH", rf"{REPOSITORY}/pulls/(\d+)", self._edit),
            ("POST", rf"{REPOSITORY}/issues/(\d+)/labels", self._label),
            ("DELETE", rf"{REPOSITORY}/issues/(\d+)/labels/([^/]+)", self._unlabel),
            ("POST", rf"{REPOSITORY}/issues/(\d+)/assignees", self._assign),
            ("GET", rf"{REPOSITORY}/issues/(\d+)/comments", self._list_comments),
            ("POST", rf"{REPOSITORY}/issues/(\d+)/comments", self._comment),
            ("PATCH", rf"{REPOSITORY}/issues/comments/(\d+)", self._edit_comment),
            ("POST", rf"{REPOSITORY}/pulls/(\d+)/requested_reviewers", self._review),
            ("GET", rf"{REPOSITORY}/commits/([0-9a-f]+)/statuses", self._list_statuses),
            ("POST", rf"{REPOSITORY}/statuses/([0-9a-f]+)", self._status),
            ("POST", rf"{REPOSITORY}/git/refs", self.refs.make_ref),
            ("PATCH", rf"{REPOSITORY}/git/refs/(heads/.+)", self.refs.move_ref),
            ("DELETE", rf"{REPOSITORY}/git/refs/(heads/.+)", self.refs.delete_ref),
        ):
            found = re.fullmatch(pattern, request.path)
            if found and method == request.method:
                return handler(request, *found.groups())
        return self.reply(404, {"message": "Not Found"})

    def _repository(self, request):
        headers = {"X-OAuth-Scopes": ", ".join(self.scopes)} if self.scopes is not None else {}
        known = {} if self.visibility is None else {"visibility": self.visibility}
        return self.reply(200, {"full_name": REPOSITORY.removeprefix("/repos/"), **self.repository, **known}, headers)

    def is_known(self, request) -> bool:
        kind, _, token = request.headers.get("Authorization", "").partition(" ")
        return kind.lower() in ("token", "bearer") and token in self.tokens

    def add(self, head: str, body: str, state: str = "open", merged: bool = False, labels=("remediator",), fork=False):
        number = len(self.pulls) + 1
        url = f"{self.service.url}{self.prefix}{REPOSITORY}"
        repository = "mallory/infra" if fork else "acme/infra"
        at = f"{self.now:%Y-%m-%dT%H:%M:%SZ}"
        self.pulls.append(
            {
                "number": number,
                "id": number,
                "node_id": f"PR_{number}",
                "url": f"{url}/pulls/{number}",
                "issue_url": f"{url}/issues/{number}",
                "html_url": f"https://github.com/acme/infra/pull/{number}",
                "state": state,
                "title": "",
                "body": body,
                "user": {"login": self.login},
                "labels": [self._named(name) for name in labels],
                "assignees": [],
                "requested_reviewers": [],
                "requested_teams": [],
                "draft": False,
                "auto_merge": None,
                "created_at": at,
                "merged_at": at if merged else None,
                "head": {
                    "ref": head,
                    "sha": self.branches().get(head, "0" * 40),
                    "label": f"{repository.split('/')[0]}:{head}",
                    "repo": {"full_name": repository, "url": f"{self.service.url}/repos/{repository}"},
                },
                "base": {
                    "ref": "main",
                    "sha": "1" * 40,
                    "label": "acme:main",
                    "repo": {"full_name": "acme/infra", "url": url},
                },
            }
        )
        return self.pulls[-1]

    def close(self, number: int, merged: bool = False) -> None:
        pull = self.pulls[number - 1]
        pull["state"] = "closed"
        pull["merged_at"] = f"{self.now:%Y-%m-%dT%H:%M:%SZ}" if merged else None

    def _named(self, name: str) -> dict:
        return {"id": 1, "name": name, "color": "ededed", "default": False, "url": f"{LABELS_URL}/{name}"}

    def paged(self, request, items):
        size, page = int(request.query.get("per_page", 30)), int(request.query.get("page", 1))
        query = "&".join(f"{k}={v}" for k, v in {**request.query, "page": str(page + 1)}.items())
        more = {"Link": f'<{self.service.url}{request.path}?{query}>; rel="next"'} if len(items) > page * size else {}
        return self.reply(200, items[(page - 1) * size : page * size], more)

    def _create(self, request):
        head, base = request.body["head"], request.body["base"]
        if head not in self.branches():
            return self._invalid({"resource": "PullRequest", "field": "head", "code": "invalid"})
        if any(
            p["head"]["ref"] == head and p["base"]["ref"] == base and p["state"] == "open"
            for p in self.pulls
            if "head" in p
        ):
            message = f"A pull request already exists for acme:{head}."
            return self._invalid({"resource": "PullRequest", "code": "custom", "message": message})
        if self.branches()[head] == self.branches()[base]:
            message = f"No commits between {base} and {head}"
            return self._invalid({"resource": "PullRequest", "code": "custom", "message": message})
        if len(request.body["body"]) > 65_536:
            return self._invalid({"resource": "PullRequest", "field": "body", "code": "too_long"})
        if request.body.get("draft") and not self.drafts:
            message = "Draft pull requests are not supported in this repository."
            return self.reply(422, {"message": message, "documentation_url": "https://docs.github.com/rest"})
        pull = self.add(head, request.body["body"], labels=())
        pull["title"], pull["draft"] = request.body["title"], request.body.get("draft", False)
        return self.reply(201, pull)

    def _get(self, request, number):
        known = int(number) <= len(self.pulls) and "head" in self.pulls[int(number) - 1]
        return self.reply(200, self.pulls[int(number) - 1]) if known else self.reply(404, {"message": "Not Found"})

    def _edit(self, request, number):
        thing = self.pulls[int(number) - 1]
        reopened = request.body.get("state") == "open" and thing["state"] == "closed"
        if reopened and "head" in thing and thing["head"]["ref"] not in self.branches():
            return self._invalid({"resource": "PullRequest", "field": "state", "code": "invalid"})
        if len(request.body.get("body", "")) > 65_536:
            return self._invalid({"resource": "Issue", "field": "body", "code": "too_long"})
        thing.update(request.body)
        return self.reply(200, thing if "/pulls/" in request.path else self.lists.as_issue(thing))

    def _label(self, request, number):
        pull = self.pulls[int(number) - 1]
        names = request.body if isinstance(request.body, list) else request.body["labels"]
        there = {label["name"] for label in pull["labels"]}
        pull["labels"] += [self._named(name) for name in names if name not in there]
        return self.reply(200, pull["labels"])

    def _unlabel(self, request, number, name):
        pull = self.pulls[int(number) - 1]
        kept = [label for label in pull["labels"] if label["name"] != name]
        if kept == pull["labels"]:
            return self.reply(404, {"message": "Label does not exist"})
        pull["labels"] = kept
        return self.reply(200, kept)

    def _assign(self, request, number):
        pull = self.pulls[int(number) - 1]
        pull["assignees"] = [{"login": n} for n in request.body["assignees"] if n in self.assignable]
        return self.reply(201, self.lists.as_issue(pull))

    def _account(self, request, login):
        if login not in self.accounts:
            return self.reply(404, {"message": "Not Found"})
        return self.reply(200, {"login": login, "type": "User", "user_view_type": "public", **self.accounts[login]})

    def _assignee(self, request, login):
        return self.reply(204) if login in self.assignable else self.reply(404, {"message": "Not Found"})

    def _list_comments(self, request, number):
        return self.paged(request, [c for c in self.comments if c["issue"] == int(number)])

    def _comment(self, request, number):
        return self.reply(201, self.say(int(number), request.body["body"], self.login))

    def say(self, number: int, body: str, login: str) -> dict:
        comment = {"id": len(self.comments) + 1, "issue": number, "body": body, "user": {"login": login}}
        self.comments.append(comment)
        return comment

    def _edit_comment(self, request, number):
        self.comments[int(number) - 1]["body"] = request.body["body"]
        return self.reply(200, self.comments[int(number) - 1])

    def _review(self, request, number):
        asked = [*request.body.get("reviewers", []), *request.body.get("team_reviewers", [])]
        if not set(asked) <= self.reviewers:
            message = "Reviews may only be requested from collaborators."
            return self.reply(422, {"message": message, "documentation_url": "https://docs.github.com/rest"})
        pull = self.pulls[int(number) - 1]
        there = {reviewer["login"] for reviewer in pull["requested_reviewers"]}  # who is asked twice is asked once
        pull["requested_reviewers"] += [{"login": name} for name in asked if name not in there]
        return self.reply(201, pull)

    def _list_statuses(self, request, sha):
        return self.paged(request, [s for s in self.statuses[::-1] if s["sha"] == sha])

    def _status(self, request, sha):
        self.statuses.append({**request.body, "sha": sha, "creator": {"login": self.login}})
        return self.reply(201, self.statuses[-1])

    def _invalid(self, error):
        url = "https://docs.github.com/rest/pulls/pulls#create-a-pull-request"
        return self.reply(422, {"message": "Validation Failed", "errors": [error], "documentation_url": url})

    # GraphQL: each question that is asked, by what it asks for
