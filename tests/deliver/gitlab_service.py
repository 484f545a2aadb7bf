"""As much of GitLab's REST API as merge requests take, as its documentation and its own source describe it.

What is asked and answered is held to GitLab's own OpenAPI description, too, as far as that goes.
It is stricter than GitLab in one thing: a parameter that the documentation does not name is refused, not passed over.
"""

import re
from datetime import UTC, datetime
from urllib.parse import unquote

from tests.deliver.gitlab_issues import Issues
from tests.deliver.gitlab_people import People

PAGING = {"page", "per_page", "cursor"}
LISTING = PAGING | {
    "state", "order_by", "sort", "labels", "source_branch", "target_branch", "scope", "author_id", "created_after",
    "updated_after", "search", "view",
}  # fmt: skip
CREATION = {
    "source_branch", "target_branch", "title", "description", "labels", "assignee_ids", "reviewer_ids",
    "remove_source_branch", "squash", "allow_collaboration", "milestone_id", "target_project_id",
}  # fmt: skip
UPDATE = {
    "target_branch", "title", "description", "labels", "add_labels", "remove_labels", "assignee_ids", "reviewer_ids",
    "state_event", "remove_source_branch", "squash", "discussion_locked", "milestone_id", "allow_collaboration",
}  # fmt: skip
MERGE = {
    "auto_merge", "merge_when_pipeline_succeeds", "sha", "squash", "merge_commit_message",
    "should_remove_source_branch",
}  # fmt: skip
ISSUE = {"title", "description", "add_labels", "remove_labels", "state_event", "labels"}
STATUS = {"state", "name", "context", "description", "ref", "target_url", "coverage", "pipeline_id"}
LIMIT = 1_048_576
KNOWN = re.compile(
    r'at (add_|remove_)?labels: ".*" is not of type "array"|/statuses/[0-9a-f]+ never answers 201'
    r"|/merge: takes no parameter (auto_merge|sha|should_remove_source_branch)|takes no parameter cursor"
    r"|/(user|issues(/\d+)?|merge_requests/\d+/notes(/\d+)?) is not described"
)
"""What its description has wrong or has not, by its documentation.

Labels may be one text; a status is created; a merge is told how in its query, too; lists are paged by keyset, too. The
token's own user, issues and notes it has not.
"""


class GitLab:
    """One project `acme/ml/infra` with the group `acme/ranking`; `members` are the ids of who has access to it."""

    def __init__(self, service, reply, upstream, contract) -> None:
        self.service, self.reply, self._upstream, self._contract = service, reply, upstream, contract
        self.problems: list[str] = []
        self.token, self.now = "t0ken", datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
        self.me = 90
        self.users = {
            1: _user(1, "bob"),
            2: _user(2, "alice"),
            3: _user(3, "Cy"),
            4: _user(4, "dora", state="blocked"),
            5: _user(5, "renovate", bot=True),
            6: _user(6, "group_3_bot_0a1b", bot=True),
            7: _user(7, "bobby"),
            90: _user(90, "project_1_bot_ffee", bot=True),
        }
        self.members, self.guests = {1, 2, 3}, {}
        self.groups = {"acme/ranking": [(2, 30), (3, 40), (4, 30), (5, 40), (6, 40), (7, 20)]}
        self.joined: set[str] = set()  # groups that the token's user is a member of, by their own paths or from above
        self.premium = True
        self.project = {
            "id": 1,
            "path_with_namespace": "acme/ml/infra",
            "default_branch": "main",
            "archived": False,
            "visibility": "private",
            "merge_requests_access_level": "enabled",
            "permissions": {"project_access": {"access_level": 30}, "group_access": None},
        }
        self.own = {"id": 1, "name": "remediator", "scopes": ["api"], "active": True, "expires_at": "2027-06-01"}
        self.requests: list[dict] = []
        self.notes: dict[int, list[dict]] = {}
        self.approvals: dict[int, list[int]] = {}
        self.issues: list[dict] = []
        self.statuses: list[dict] = []
        self.next_page = "page"  # or "cursor", where it pages by keyset
        self.people = People(self)
        self.tracker = Issues(self)

    def answer(self, request):
        reply = self._answer(request)
        if reply.status < 300:
            self.problems += [p for p in self._contract.problems(request, reply) if not KNOWN.search(p)]
        return reply

    def _answer(self, request):
        if request.headers.get("Authorization") != f"Bearer {self.token}":
            return self.reply(401, {"message": "401 Unauthorized"})
        project = r"/api/v4/projects/acme%2Fml%2Finfra"
        for method, pattern, handler, known in (
            ("GET", r"/api/v4/user", self.people.myself, set()),
            ("GET", r"/api/v4/personal_access_tokens/self", lambda _: self.reply(200, dict(self.own)), set()),
            ("GET", r"/api/v4/users", self.people.search_users, PAGING | {"username", "active", "humans"}),
            ("GET", r"/api/v4/users/(\d+)", self.people.get_user, set()),
            ("GET", r"/api/v4/groups/([^/]+)/members", self.people.list_members, PAGING | {"query", "user_ids"}),
            ("GET", r"/api/v4/groups/([^/]+)/members/all/(\d+)", self.people.member, set()),
            ("GET", rf"{project}/members/all", self.people.list_access, PAGING | {"query", "user_ids[]", "state"}),
            ("GET", project, self._get_project, {"statistics", "license"}),
            ("GET", rf"{project}/merge_requests", self._list, LISTING),
            ("POST", rf"{project}/merge_requests", self._create, CREATION),
            ("GET", rf"{project}/merge_requests/(\d+)", self._get, set()),
            ("PUT", rf"{project}/merge_requests/(\d+)", self._update, UPDATE),
            ("GET", rf"{project}/merge_requests/(\d+)/commits", self._list_commits, PAGING),
            ("GET", rf"{project}/merge_requests/(\d+)/approvals", self._get_approvals, set()),
            ("GET", rf"{project}/merge_requests/(\d+)/notes", self._list_notes, PAGING | {"sort", "order_by"}),
            ("POST", rf"{project}/merge_requests/(\d+)/notes", self._add_note, {"body"}),
            ("PUT", rf"{project}/merge_requests/(\d+)/notes/(\d+)", self._edit_note, {"body"}),
            ("DELETE", rf"{project}/repository/branches/([^/]+)", self._delete_branch, set()),
            ("PUT", rf"{project}/merge_requests/(\d+)/merge", self._merge, MERGE),
            ("GET", rf"{project}/issues", self.tracker.list_issues, PAGING | {"labels", "state", "order_by", "sort"}),
            ("POST", rf"{project}/issues", self.tracker.open_issue, {"title", "description", "labels"}),
            ("PUT", rf"{project}/issues/(\d+)", self.tracker.edit_issue, ISSUE),
            ("GET", rf"{project}/repository/commits/([0-9a-f]+)/statuses", self._list_statuses, PAGING | {"name"}),
            ("POST", rf"{project}/statuses/([0-9a-f]+)", self._set_status, STATUS),
        ):
            found = re.fullmatch(pattern, request.path)
            if found and method == request.method:
                unknown = (set(request.query) | set(request.body or {})) - known
                if unknown:
                    return self.reply(400, {"error": f"{', '.join(sorted(unknown))} is not documented"})
                return handler(request, *(unquote(group) for group in found.groups()))
        return self.reply(404, {"message": "404 Project Not Found"})

    def add(self, head: str, body: str, state: str = "opened", labels=("remediator",), fork: bool = False) -> dict:
        iid = len(self.requests) + 1
        self.requests.append(
            {
                "id": 1000 + iid,
                "iid": iid,
                "project_id": 1,
                "title": "",
                "description": body,
                "state": state,
                "created_at": f"{self.now:%Y-%m-%dT%H:%M:%S.000Z}",
                "merged_at": None,
                "target_branch": "main",
                "source_branch": head,
                "source_project_id": 77 if fork else 1,
                "target_project_id": 1,
                "author": self.users[self.me],
                "assignees": [],
                "reviewers": [],
                "labels": sorted(labels),
                "draft": False,
                "work_in_progress": False,
                "sha": self._upstream.branches().get(head),
                "has_conflicts": False,
                "web_url": f"https://gitlab.acme.io/acme/ml/infra/-/merge_requests/{iid}",
                "references": {"short": f"!{iid}", "full": f"acme/ml/infra!{iid}"},
            }
        )
        return self.requests[-1]

    def set_state(self, iid: int, state: str) -> None:
        self.requests[iid - 1]["state"] = state

    def paged(self, request, items):
        size = int(request.query.get("per_page", 20))
        page = int(request.query.get(self.next_page, 1))
        query = "&".join(f"{k}={v}" for k, v in {**request.query, self.next_page: str(page + 1)}.items())
        # The external URL as GitLab is configured with it, which need not be the one it is asked at.
        link = f'<https://gitlab.acme.io{request.path}?{query}>; rel="next"'
        headers = {"X-Page": str(page), "X-Per-Page": str(size)} | ({"Link": link} if len(items) > page * size else {})
        return self.reply(200, items[(page - 1) * size : page * size], headers)

    def _get_project(self, request):
        return self.reply(200, self.project)

    def _list(self, request):
        if self.project["merge_requests_access_level"] == "disabled":
            return self.reply(403, {"message": "403 Forbidden"})
        q = request.query
        labels = set(q.get("labels", "").split(",")) - {""}
        found = [
            {name: value for name, value in m.items() if name != "pipeline"}  # as only one that is asked for has it
            for m in self.requests
            if q.get("state", "all") in ("all", m["state"])
            and labels <= set(m["labels"])
            and q.get("source_branch") in (None, m["source_branch"])
            and q.get("target_branch") in (None, m["target_branch"])
        ]
        return self.paged(request, found if q.get("sort", "desc") == "asc" else found[::-1])

    def _create(self, request):
        body = request.body
        head, base = body["source_branch"], body["target_branch"]
        if self.project["archived"] or self.project["merge_requests_access_level"] == "disabled":
            return self.reply(403, {"message": "403 Forbidden"})
        if head not in self._upstream.branches():
            return self.reply(400, {"message": {"source_branch": ["does not exist"]}})
        for there in self.requests:
            if (there["source_branch"], there["target_branch"], there["state"]) == (head, base, "opened"):
                message = f"Another open merge request already exists for this source branch: !{there['iid']}"
                return self.reply(409, {"message": [message]})
        if len(body.get("description", "")) > LIMIT:
            return self.reply(400, {"message": {"description": [f"is too long (maximum is {LIMIT} characters)"]}})
        made = self.add(head, "", labels=body.get("labels", "").split(","))
        made["force_remove_source_branch"] = body.get("remove_source_branch", False)
        self._write(made, {k: v for k, v in body.items() if k != "labels"})
        return self.reply(201, made)

    def _get(self, request, iid):
        if int(iid) > len(self.requests):
            return self.reply(404, {"message": "404 Not found"})
        return self.reply(200, self._fresh(int(iid)) | {"head_pipeline": self.requests[int(iid) - 1].get("pipeline")})

    def _fresh(self, iid: int) -> dict:
        request = self.requests[iid - 1]
        request["sha"] = self._upstream.branches().get(request["source_branch"], request["sha"])
        return request

    def _update(self, request, iid):
        there = self.requests[int(iid) - 1]
        self._write(there, request.body)
        return self.reply(200, there)

    def _write(self, there, body) -> None:
        for name in ("title", "description"):
            there[name] = body.get(name, there[name])
        there["draft"] = there["work_in_progress"] = there["title"].startswith("Draft:")
        for name in ("assignees", "reviewers"):
            wanted = body.get(f"{name[:-1]}_ids")
            if wanted is not None:  # who has no access is left out without a word, and all but one where it is free
                taken = [self.users[number] for number in wanted if number in self.members]
                there[name] = taken if self.premium else taken[:1]
        added = body.get("add_labels", "").split(",") if body.get("add_labels") else []
        there["labels"] = sorted({*there["labels"], *added})
        removed = set(body.get("remove_labels", "").split(","))
        there["labels"] = [label for label in there["labels"] if label not in removed]
        if body.get("state_event") == "close" and there["state"] == "opened":
            there["state"] = "closed"
        # GitLab opens no request again whose branch is gone, and answers as if nothing had been asked.
        if body.get("state_event") == "reopen" and there["source_branch"] in self._upstream.branches():
            there["state"] = "opened"

    def _merge(self, request, iid):
        there = self._fresh(int(iid))
        asked = {**request.query, **(request.body or {})}
        if asked.get("sha") != there["sha"]:
            return self.reply(409, {"message": "SHA does not match HEAD of source branch"})
        if (there.get("pipeline") or {}).get("status") != "running":
            there["state"] = "merged"
        there["merge_when_pipeline_succeeds"] = True
        return self.reply(200, there)

    def _list_statuses(self, request, sha):
        name = request.query.get("name")
        return self.paged(request, [s for s in self.statuses[::-1] if s["sha"] == sha and name in (None, s["name"])])

    def _set_status(self, request, sha):
        number = len(self.statuses) + 1
        body = {"id": number, "sha": sha, "name": request.body["name"], "status": request.body["state"]}
        self.statuses.append(body | {"description": request.body["description"]})
        return self.reply(201, self.statuses[-1])

    def _list_commits(self, request, iid):
        head = self._fresh(int(iid))["sha"]  # its commits are known after its branch is gone, too
        names = ("id", "author_email", "committer_email", "authored_date", "committed_date", "message")
        said = self._upstream.bare_git("log", "-z", "--format=%H%x1f%ae%x1f%ce%x1f%aI%x1f%cI%x1f%B", f"main..{head}")
        rows = [dict(zip(names, one.split("\x1f"), strict=True)) for one in said.split("\0") if one]
        return self.paged(request, rows)

    def _get_approvals(self, request, iid):
        users = [{"user": self.users[number]} for number in self.approvals.get(int(iid), [])]
        return self.reply(200, {"approved": bool(users), "approved_by": users})

    def _list_notes(self, request, iid):
        notes = self.notes.get(int(iid), [])
        return self.paged(request, notes if request.query.get("sort", "desc") == "asc" else notes[::-1])

    def _add_note(self, request, iid):
        notes = self.notes.setdefault(int(iid), [])
        notes.append(self.note(len(notes) + 1, request.body["body"], self.me))
        return self.reply(201, notes[-1])

    def note(self, number: int, body: str, author: int, system: bool = False) -> dict:
        return {"id": number, "body": body, "author": self.users[author], "system": system}

    def _edit_note(self, request, iid, number):
        note = next(n for n in self.notes[int(iid)] if n["id"] == int(number))
        note["body"] = request.body["body"]
        return self.reply(200, note)

    def _delete_branch(self, request, branch):
        if branch not in self._upstream.branches():
            return self.reply(404, {"message": "404 Branch Not Found"})
        self._upstream.bare_git("update-ref", "-d", f"refs/heads/{branch}")
        return self.reply(204)


def _user(number: int, name: str, state: str = "active", bot: bool = False) -> dict:
    url = f"https://gitlab.acme.io/{name}"
    return {"id": number, "username": name, "name": name.title(), "state": state, "bot": bot, "web_url": url}
