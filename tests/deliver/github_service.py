"""As much of GitHub's REST API as opening pull requests takes, as its documentation describes it."""

import re
from datetime import UTC, datetime

LABELS_URL = "https://api.github.com/labels"


class GitHub:
    """One repository `acme/infra`; `branches` says which branches exist, `reviewers` who may review."""

    def __init__(self, service, reply, branches) -> None:
        self.service, self._reply, self._branches = service, reply, branches
        self.pulls: list[dict] = []
        self.reviewers = {"alice", "bob", "ranking"}
        self.now = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
        self.issues_enabled = True

    def answer(self, request):
        if (
            request.headers.get("Authorization") != "token t0ken"
            and request.headers.get("Authorization") != "Bearer t0ken"
        ):
            return self._reply(401, {"message": "Bad credentials"})
        for method, pattern, handler in (
            ("GET", r"/repos/acme/infra/issues", self._list_issues),
            ("GET", r"/repos/acme/infra/pulls", self._list_pulls),
            ("POST", r"/repos/acme/infra/pulls", self._create),
            ("GET", r"/repos/acme/infra/pulls/(\d+)", self._get),
            ("POST", r"/repos/acme/infra/issues/(\d+)/labels", self._label),
            ("POST", r"/repos/acme/infra/issues/(\d+)/assignees", self._assign),
            ("POST", r"/repos/acme/infra/pulls/(\d+)/requested_reviewers", self._review),
        ):
            found = re.fullmatch(pattern, request.path)
            if found and method == request.method:
                return handler(request, *found.groups())
        return self._reply(404, {"message": "Not Found"})

    def add(self, head: str, body: str, state: str = "open", merged: bool = False, labels=("remediator",), fork=False):
        number = len(self.pulls) + 1
        url = f"{self.service.url}/repos/acme/infra"
        repository = "mallory/infra" if fork else "acme/infra"
        self.pulls.append(
            {
                "number": number,
                "id": number,
                "url": f"{url}/pulls/{number}",
                "issue_url": f"{url}/issues/{number}",
                "html_url": f"https://github.com/acme/infra/pull/{number}",
                "state": state,
                "title": "",
                "body": body,
                "labels": [self._named(name) for name in labels],
                "assignees": [],
                "requested_reviewers": [],
                "requested_teams": [],
                "created_at": f"{self.now:%Y-%m-%dT%H:%M:%SZ}",
                "merged_at": f"{self.now:%Y-%m-%dT%H:%M:%SZ}" if merged else None,
                "head": {
                    "ref": head,
                    "sha": "0" * 40,
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
        return {"id": 1, "name": name, "color": "ededed", "url": f"{LABELS_URL}/{name}"}

    def _paged(self, request, items):
        size, page = int(request.query.get("per_page", 30)), int(request.query.get("page", 1))
        query = "&".join(f"{k}={v}" for k, v in {**request.query, "page": str(page + 1)}.items())
        more = {"Link": f'<{self.service.url}{request.path}?{query}>; rel="next"'} if len(items) > page * size else {}
        return self._reply(200, items[(page - 1) * size : page * size], more)

    def _list_issues(self, request):
        if not self.issues_enabled:
            return self._reply(410, {"message": "Issues are disabled for this repo"})
        wanted = set(request.query.get("labels", "").split(",")) - {""}
        states = {"all": {"open", "closed"}}.get(
            request.query.get("state", "open"), {request.query.get("state", "open")}
        )
        return self._paged(
            request,
            [
                {
                    **{k: p[k] for k in ("number", "id", "html_url", "state", "title", "body", "labels", "created_at")},
                    "url": p["issue_url"],
                    "pull_request": {"url": p["url"], "html_url": p["html_url"], "merged_at": p["merged_at"]},
                }
                for p in self.pulls
                if wanted <= {label["name"] for label in p["labels"]} and p["state"] in states
            ],
        )

    def _list_pulls(self, request):
        state, head = request.query.get("state", "open"), request.query.get("head")
        found = [p for p in self.pulls if state in ("all", p["state"]) and head in (None, p["head"]["label"])]
        return self._paged(request, found if request.query.get("direction") == "asc" else found[::-1])

    def _create(self, request):
        head, base = request.body["head"], request.body["base"]
        if head not in self._branches():
            return self._invalid({"resource": "PullRequest", "field": "head", "code": "invalid"})
        if any(p["head"]["ref"] == head and p["base"]["ref"] == base and p["state"] == "open" for p in self.pulls):
            message = f"A pull request already exists for acme:{head}."
            return self._invalid({"resource": "PullRequest", "code": "custom", "message": message})
        if len(request.body["body"]) > 65_536:
            return self._invalid({"resource": "PullRequest", "field": "body", "code": "too_long"})
        pull = self.add(head, request.body["body"], labels=())
        pull["title"] = request.body["title"]
        return self._reply(201, pull)

    def _get(self, request, number):
        known = int(number) <= len(self.pulls)
        return self._reply(200, self.pulls[int(number) - 1]) if known else self._reply(404, {"message": "Not Found"})

    def _label(self, request, number):
        pull = self.pulls[int(number) - 1]
        names = request.body if isinstance(request.body, list) else request.body["labels"]
        there = {label["name"] for label in pull["labels"]}
        pull["labels"] += [self._named(name) for name in names if name not in there]
        return self._reply(200, pull["labels"])

    def _assign(self, request, number):
        pull = self.pulls[int(number) - 1]
        pull["assignees"] = [{"login": name, "id": 1, "url": ""} for name in request.body["assignees"]]
        return self._reply(201, {"number": int(number), "assignees": pull["assignees"]})

    def _review(self, request, number):
        asked = [*request.body.get("reviewers", []), *request.body.get("team_reviewers", [])]
        if not set(asked) <= self.reviewers:
            return self._invalid("Reviews may only be requested from collaborators.")
        pull = self.pulls[int(number) - 1]
        pull["requested_reviewers"] += [{"login": name} for name in asked]
        return self._reply(201, pull)

    def _invalid(self, error):
        return self._reply(422, {"message": "Validation Failed", "errors": [error], "status": "422"})
