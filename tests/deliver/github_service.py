"""As much of GitHub as pull requests take: REST as its own description has it, and the few questions of GraphQL.

What the description does not tell (which 422 says what, what a secondary limit looks like) is as GitHub's documentation
and issue trackers report it.
"""

import base64
import hashlib
import json
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial

import jwt

LABELS_URL = "https://api.github.com/labels"
SECONDARY = {
    "documentation_url": "https://docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api",
    "message": "You have exceeded a secondary rate limit. Please wait a few minutes before you try again.",
}
UNDESCRIBED = (304, 401, 410)
"""Answers that every operation may give, and 410, where issues are switched off."""

REPOSITORY = r"/repos/acme/infra"


class GitHub:
    """One repository `acme/infra`; `branches` says which branches exist, `reviewers` who may review."""

    def __init__(self, service, reply, upstream, contract, questions) -> None:
        self.service, self._reply, self._upstream = service, reply, upstream
        self._contract, self._questions = contract, questions
        self._branches = upstream.branches
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

    def answer(self, request):
        request.path = request.path.removeprefix(self.prefix)
        if request.path in ("/graphql", "/api/graphql"):
            return self._graphql(request)
        reply = self._rest(request)
        if reply.status in (200, 201) and request.method == "GET":
            tag = f'W/"{hashlib.sha256(json.dumps(reply.body).encode()).hexdigest()}"'
            if request.headers.get("If-None-Match") == tag:
                return self._reply(304, None, {"ETag": tag})
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
            return self._app(request)
        if not self._is_known(request):
            return self._reply(401, {"message": "Bad credentials"})
        for method, pattern, handler in (
            ("GET", REPOSITORY, self._repository),
            ("GET", rf"{REPOSITORY}/commits", lambda _: self._reply(200, [])),
            ("GET", r"/users/([^/]+)", self._account),
            ("GET", rf"{REPOSITORY}/assignees/([^/]+)", self._assignee),
            ("GET", rf"{REPOSITORY}/issues", self._list_issues),
            ("POST", rf"{REPOSITORY}/issues", self._open_issue),
            ("GET", rf"{REPOSITORY}/issues/(\d+)", self._get_issue),
            ("PATCH", rf"{REPOSITORY}/issues/(\d+)", self._edit),
            ("GET", rf"{REPOSITORY}/pulls", self._list_pulls),
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
            ("POST", rf"{REPOSITORY}/git/refs", self._make_ref),
            ("PATCH", rf"{REPOSITORY}/git/refs/(heads/.+)", self._move_ref),
            ("DELETE", rf"{REPOSITORY}/git/refs/(heads/.+)", self._delete_ref),
        ):
            found = re.fullmatch(pattern, request.path)
            if found and method == request.method:
                return handler(request, *found.groups())
        return self._reply(404, {"message": "Not Found"})

    def _repository(self, request):
        headers = {"X-OAuth-Scopes": ", ".join(self.scopes)} if self.scopes is not None else {}
        known = {} if self.visibility is None else {"visibility": self.visibility}
        return self._reply(200, {"full_name": REPOSITORY.removeprefix("/repos/"), **self.repository, **known}, headers)

    def _is_known(self, request) -> bool:
        kind, _, token = request.headers.get("Authorization", "").partition(" ")
        return kind.lower() in ("token", "bearer") and token in self.tokens

    def _app(self, request):
        """The installation and its tokens, for whoever signs as the App."""
        kind, _, token = request.headers.get("Authorization", "").partition(" ")
        try:
            claims = jwt.decode(token, self.app_key or "", algorithms=["RS256"], options={"verify_iat": False})
        except jwt.PyJWTError:
            return self._reply(401, {"message": "A JSON web token could not be decoded"})
        if kind != "Bearer" or str(claims["iss"]) != "4711" or claims["exp"] - claims["iat"] > 660:
            return self._reply(401, {"message": "'Expiration time' claim ('exp') is too far in the future"})
        if request.path == f"{REPOSITORY}/installation":
            body = {"id": 99, "app_slug": "acme-remediator", "app_id": 4711, "permissions": self.rights}
            return self._reply(200, body)
        if request.path != "/app/installations/99/access_tokens":
            return self._reply(404, {"message": "Not Found"})
        self.minted += 1
        token = f"ghs_4711_{'x' * 300}{self.minted}"  # no longer 40 characters, as GitHub announced in April 2026
        self.tokens.add(token)
        at = datetime.now(UTC) + self.lifetime
        return self._reply(201, {"token": token, "expires_at": f"{at:%Y-%m-%dT%H:%M:%SZ}"})

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
                    "sha": self._branches().get(head, "0" * 40),
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

    def _paged(self, request, items):
        size, page = int(request.query.get("per_page", 30)), int(request.query.get("page", 1))
        query = "&".join(f"{k}={v}" for k, v in {**request.query, "page": str(page + 1)}.items())
        more = {"Link": f'<{self.service.url}{request.path}?{query}>; rel="next"'} if len(items) > page * size else {}
        return self._reply(200, items[(page - 1) * size : page * size], more)

    def _as_issue(self, thing):
        issue = {
            **{
                k: thing[k] for k in ("number", "id", "node_id", "html_url", "state", "title", "body", "user", "labels")
            },
            "assignees": thing["assignees"],
            "created_at": thing["created_at"],
            "url": thing["issue_url"],
        }
        if "head" in thing:
            part = {"url": thing["url"], "html_url": thing["html_url"], "merged_at": thing["merged_at"]}
            issue["pull_request"] = {**part, "diff_url": thing["url"], "patch_url": thing["url"]}
        return issue

    def _list_issues(self, request):
        if not self.issues_enabled:
            return self._reply(410, {"message": "Issues are disabled for this repo"})
        wanted = set(request.query.get("labels", "").split(",")) - {""}
        states = {"all": {"open", "closed"}}.get(
            request.query.get("state", "open"), {request.query.get("state", "open")}
        )
        found = [
            self._as_issue(p)
            for p in self.pulls
            if wanted <= {label["name"] for label in p["labels"]} and p["state"] in states
        ]
        return self._paged(request, found if request.query.get("direction") == "asc" else found[::-1])

    def _open_issue(self, request):
        if not self.issues_enabled:
            return self._reply(410, {"message": "Issues are disabled for this repo"})
        issue = self.add("", request.body["body"], labels=request.body["labels"])
        for name in ("head", "base", "merged_at", "draft"):
            del issue[name]
        issue["title"] = request.body["title"]
        return self._reply(201, self._as_issue(issue))

    def _get_issue(self, request, number):
        return self._reply(200, self._as_issue(self.pulls[int(number) - 1]))

    def _list_pulls(self, request):
        state, head = request.query.get("state", "open"), request.query.get("head")
        pulls = [p for p in self.pulls if "head" in p]
        found = [p for p in pulls if state in ("all", p["state"]) and head in (None, p["head"]["label"])]
        return self._paged(request, found if request.query.get("direction") == "asc" else found[::-1])

    def _create(self, request):
        head, base = request.body["head"], request.body["base"]
        if head not in self._branches():
            return self._invalid({"resource": "PullRequest", "field": "head", "code": "invalid"})
        if any(
            p["head"]["ref"] == head and p["base"]["ref"] == base and p["state"] == "open"
            for p in self.pulls
            if "head" in p
        ):
            message = f"A pull request already exists for acme:{head}."
            return self._invalid({"resource": "PullRequest", "code": "custom", "message": message})
        if self._branches()[head] == self._branches()[base]:
            message = f"No commits between {base} and {head}"
            return self._invalid({"resource": "PullRequest", "code": "custom", "message": message})
        if len(request.body["body"]) > 65_536:
            return self._invalid({"resource": "PullRequest", "field": "body", "code": "too_long"})
        if request.body.get("draft") and not self.drafts:
            message = "Draft pull requests are not supported in this repository."
            return self._reply(422, {"message": message, "documentation_url": "https://docs.github.com/rest"})
        pull = self.add(head, request.body["body"], labels=())
        pull["title"], pull["draft"] = request.body["title"], request.body.get("draft", False)
        return self._reply(201, pull)

    def _get(self, request, number):
        known = int(number) <= len(self.pulls) and "head" in self.pulls[int(number) - 1]
        return self._reply(200, self.pulls[int(number) - 1]) if known else self._reply(404, {"message": "Not Found"})

    def _edit(self, request, number):
        thing = self.pulls[int(number) - 1]
        reopened = request.body.get("state") == "open" and thing["state"] == "closed"
        if reopened and "head" in thing and thing["head"]["ref"] not in self._branches():
            return self._invalid({"resource": "PullRequest", "field": "state", "code": "invalid"})
        if len(request.body.get("body", "")) > 65_536:
            return self._invalid({"resource": "Issue", "field": "body", "code": "too_long"})
        thing.update(request.body)
        return self._reply(200, thing if "/pulls/" in request.path else self._as_issue(thing))

    def _label(self, request, number):
        pull = self.pulls[int(number) - 1]
        names = request.body if isinstance(request.body, list) else request.body["labels"]
        there = {label["name"] for label in pull["labels"]}
        pull["labels"] += [self._named(name) for name in names if name not in there]
        return self._reply(200, pull["labels"])

    def _unlabel(self, request, number, name):
        pull = self.pulls[int(number) - 1]
        kept = [label for label in pull["labels"] if label["name"] != name]
        if kept == pull["labels"]:
            return self._reply(404, {"message": "Label does not exist"})
        pull["labels"] = kept
        return self._reply(200, kept)

    def _assign(self, request, number):
        pull = self.pulls[int(number) - 1]
        pull["assignees"] = [{"login": n} for n in request.body["assignees"] if n in self.assignable]
        return self._reply(201, self._as_issue(pull))

    def _account(self, request, login):
        if login not in self.accounts:
            return self._reply(404, {"message": "Not Found"})
        return self._reply(200, {"login": login, "type": "User", "user_view_type": "public", **self.accounts[login]})

    def _assignee(self, request, login):
        return self._reply(204) if login in self.assignable else self._reply(404, {"message": "Not Found"})

    def _find_assignable(self, variables):
        """By the beginning of a name, as a search does it."""
        words = {key: word for key, word in variables.items() if key.startswith("login")}
        return {
            "repository": {
                key: {"nodes": [{"login": login} for login in sorted(self.assignable) if login.startswith(word)]}
                for key, word in words.items()
            }
        }

    def _find_teams(self, variables):
        """Those of one organisation; one without any is as good as none."""
        owner = variables["owner"]
        there = {team.partition("/")[2] for team in self.teams if team.partition("/")[0] == owner}
        kind = self.refusal or (None if there else "NOT_FOUND")
        if kind is not None:
            return [{"type": kind, "path": ["organization"], "message": "no"}]
        asked = {key: {"slug": slug} if slug in there else None for key, slug in variables.items() if key != "owner"}
        return {"organization": {"teams": {"totalCount": len(there)}, **asked}}

    def _list_comments(self, request, number):
        return self._paged(request, [c for c in self.comments if c["issue"] == int(number)])

    def _comment(self, request, number):
        return self._reply(201, self.say(int(number), request.body["body"], self.login))

    def say(self, number: int, body: str, login: str) -> dict:
        comment = {"id": len(self.comments) + 1, "issue": number, "body": body, "user": {"login": login}}
        self.comments.append(comment)
        return comment

    def _edit_comment(self, request, number):
        self.comments[int(number) - 1]["body"] = request.body["body"]
        return self._reply(200, self.comments[int(number) - 1])

    def _review(self, request, number):
        asked = [*request.body.get("reviewers", []), *request.body.get("team_reviewers", [])]
        if not set(asked) <= self.reviewers:
            message = "Reviews may only be requested from collaborators."
            return self._reply(422, {"message": message, "documentation_url": "https://docs.github.com/rest"})
        pull = self.pulls[int(number) - 1]
        there = {reviewer["login"] for reviewer in pull["requested_reviewers"]}  # who is asked twice is asked once
        pull["requested_reviewers"] += [{"login": name} for name in asked if name not in there]
        return self._reply(201, pull)

    def _list_statuses(self, request, sha):
        return self._paged(request, [s for s in self.statuses[::-1] if s["sha"] == sha])

    def _status(self, request, sha):
        self.statuses.append({**request.body, "sha": sha, "creator": {"login": self.login}})
        return self._reply(201, self.statuses[-1])

    def _make_ref(self, request):
        name = request.body["ref"].removeprefix("refs/heads/")
        if name in self._branches():
            return self._reply(422, {"message": "Reference already exists"})
        return self._set_ref(name, request.body["sha"], 201)

    def _move_ref(self, request, ref):
        name, sha = ref.removeprefix("heads/"), request.body["sha"]
        for pull in self.pulls:  # one that has nothing to merge any more is closed by GitHub
            if (
                pull.get("head", {}).get("ref") == name
                and pull["state"] == "open"
                and sha == self._branches().get("main")
            ):
                pull["state"] = "closed"
        return self._set_ref(name, sha, 200)

    def _set_ref(self, name, sha, status):
        self._upstream.bare_git("update-ref", f"refs/heads/{name}", sha)
        return self._reply(status, {"ref": f"refs/heads/{name}", "object": {"sha": sha, "type": "commit"}})

    def _delete_ref(self, request, ref):
        if ref.removeprefix("heads/") not in self._branches():
            return self._reply(422, {"message": "Reference does not exist"})
        self._upstream.bare_git("update-ref", "-d", f"refs/{ref}")
        return self._reply(204)

    def _invalid(self, error):
        url = "https://docs.github.com/rest/pulls/pulls#create-a-pull-request"
        return self._reply(422, {"message": "Validation Failed", "errors": [error], "documentation_url": url})

    # GraphQL: each question that is asked, by what it asks for

    def _graphql(self, request):
        if not self._is_known(request):
            return self._reply(401, {"message": "Bad credentials"})
        query, variables = request.body["query"], request.body["variables"]
        for word, handler in (
            ("createCommitOnBranch", self._commit),
            ("convertPullRequestToDraft", self._to_draft),
            ("markPullRequestReadyForReview", self._to_ready),
            ("enablePullRequestAutoMerge", self._enable),
            ("autoMergeAllowed", self._ask_merge),
            ("latestOpinionatedReviews", partial(self._standing, "writersOnly: true" in query)),
            ("ref(qualifiedName", self._tip),
            ("assignableUsers", self._find_assignable),
            ("organization(login", self._find_teams),
            ("viewer", lambda _: {"viewer": {"login": self.login}}),
        ):
            if word in query:
                data = handler(variables)
                shown = None if isinstance(data, list) else data
                self.problems += self._questions.problems(query, variables, shown)
                return self._reply(200, {"data": None, "errors": data} if isinstance(data, list) else {"data": data})
        return self._reply(200, {"errors": [{"message": f"no such field: {query}"}]})

    def _to_draft(self, variables):
        self._node(variables)["draft"] = True
        return {"convertPullRequestToDraft": {"clientMutationId": None}}

    def _to_ready(self, variables):
        self._node(variables)["draft"] = False
        return {"markPullRequestReadyForReview": {"clientMutationId": None}}

    def _node(self, variables):
        return next(p for p in self.pulls if p["node_id"] == variables["id"])

    def _ask_merge(self, variables):
        pull = self.pulls[variables["number"] - 1]
        enabled = pull["auto_merge"] and {"enabledAt": self.now.isoformat()}
        there = {"id": pull["node_id"], "autoMergeRequest": enabled}
        return {
            "repository": {
                "autoMergeAllowed": self.auto_merges, "viewerDefaultMergeMethod": "SQUASH", "pullRequest": there
            }
        }  # fmt: skip

    def _enable(self, variables):
        if self.rollup == "SUCCESS":
            return [{"type": "UNPROCESSABLE", "message": "Pull request Pull request is in clean status"}]
        self._node(variables)["auto_merge"] = {"merge_method": variables["method"].lower()}
        return {"enablePullRequestAutoMerge": {"clientMutationId": None}}

    def _standing(self, writers, variables):
        if variables["number"] > len(self.pulls):
            return {"repository": {"pullRequest": None}}
        pull = self.pulls[variables["number"] - 1]
        head = self._branches().get(pull["head"]["ref"], pull["head"]["sha"])
        log = ("log", "--reverse", "-z", "--format=%H%x1f%ae%x1f%ce%x1f%aI%x1f%cI%x1f%B", f"main..{head}")
        rows = [one.split("\x1f") for one in self._upstream.bare_git(*log).split("\0") if one]
        said = [s for s in self.statuses[::-1] if s["sha"] == head]
        contexts = [{"context": s["context"], "state": s["state"].upper()} for s in said]
        rollup = {"state": self.rollup} if self.rollup else None
        checks = {"contexts": {"nodes": contexts}} if said else None
        nodes = [
            {"commit": {"oid": sha, "author": {"email": author}, "committer": {"email": committer},
                        "authoredDate": authored, "committedDate": committed, "message": message,
                        "statusCheckRollup": rollup if sha == head else None}}
            for sha, author, committer, authored, committed, message in rows
        ]  # fmt: skip
        reviews = self.reviews.get(variables["number"], [])
        asked = [(who, s) for who, s in reviews if not (writers and who in self.passers_by)]
        opinions = [{"state": s, "author": {"login": who}} for who, s in asked]
        standing = {
            "id": pull["node_id"], "headRefOid": head, "isDraft": pull["draft"],
            "mergeable": pull.get("conflicting") or "MERGEABLE", "latestOpinionatedReviews": {"nodes": opinions},
            "commits": {"totalCount": len(nodes), "nodes": nodes[-100:]},
            "tip": {"nodes": [{"commit": {"statusCheckRollup": checks}}]},
        }  # fmt: skip
        return {"repository": {"pullRequest": standing}}

    def _tip(self, variables):
        branch = variables["branch"].removeprefix("refs/heads/")
        files = {}
        for name in (v for v in variables if v.startswith("file")):
            path = variables[name].partition(":")[2]
            line = self._upstream.bare_git("ls-tree", variables["branch"], path) if branch in self._branches() else ""
            files[name] = {"oid": line.split()[2]} if line else None
        ref = None
        if branch in self._branches():
            sha = self._branches()[branch]
            author, parents, message = self._upstream.bare_git("show", "-s", "--format=%ae%x00%P%x00%B", sha).split(
                "\0"
            )
            nodes = [{"oid": parent} for parent in parents.split()]
            target = {"oid": sha, "message": message, "author": {"email": author}, "parents": {"nodes": nodes}}
            ref = {"target": target}
        return {"repository": {"ref": ref, **files}}

    def _commit(self, variables):
        fields = variables["input"]
        name = fields["branch"]["branchName"]
        head = self._branches().get(name)
        if head != fields["expectedHeadOid"]:
            message = f'Expected branch to point to "{head}" but it did not. Pull and try again.'
            return [{"type": "STALE_DATA", "path": ["createCommitOnBranch"], "message": message}]
        message = f"{fields['message']['headline']}\n\n{fields['message'].get('body', '')}".strip()
        email = f"987+{self.login}@users.noreply.github.com"
        files = {a["path"]: base64.b64decode(a["contents"]) for a in fields["fileChanges"]["additions"]}
        sha = self._upstream.commit_in_bare(head, files, message, (self.login, email), ("GitHub", "noreply@github.com"))
        self._upstream.bare_git("update-ref", f"refs/heads/{name}", sha, head)
        return {"createCommitOnBranch": {"commit": {"oid": sha}}}
