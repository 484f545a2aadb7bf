"""Issues and pull requests of GitHub, which are numbered and listed together."""


class Issues:
    """What is listed of a GitHub that is held in memory."""

    def __init__(self, github) -> None:
        self._github = github

    def as_issue(self, thing):
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

    def list_issues(self, request):
        if not self._github.issues_enabled:
            return self._github.reply(410, {"message": "Issues are disabled for this repo"})
        wanted = set(request.query.get("labels", "").split(",")) - {""}
        states = {"all": {"open", "closed"}}.get(
            request.query.get("state", "open"), {request.query.get("state", "open")}
        )
        found = [
            self.as_issue(p)
            for p in self._github.pulls
            if wanted <= {label["name"] for label in p["labels"]} and p["state"] in states
        ]
        return self._github.paged(request, found if request.query.get("direction") == "asc" else found[::-1])

    def open_issue(self, request):
        if not self._github.issues_enabled:
            return self._github.reply(410, {"message": "Issues are disabled for this repo"})
        issue = self._github.add("", request.body["body"], labels=request.body["labels"])
        for name in ("head", "base", "merged_at", "draft"):
            del issue[name]
        issue["title"] = request.body["title"]
        return self._github.reply(201, self.as_issue(issue))

    def get_issue(self, request, number):
        return self._github.reply(200, self.as_issue(self._github.pulls[int(number) - 1]))

    def list_pulls(self, request):
        state, head = request.query.get("state", "open"), request.query.get("head")
        pulls = [p for p in self._github.pulls if "head" in p]
        found = [p for p in pulls if state in ("all", p["state"]) and head in (None, p["head"]["label"])]
        return self._github.paged(request, found if request.query.get("direction") == "asc" else found[::-1])
