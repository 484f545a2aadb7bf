"""Issues of GitLab, as its REST API takes them."""


class Issues:
    """The issues of a GitLab that is held in memory."""

    def __init__(self, gitlab) -> None:
        self._gitlab = gitlab

    def list_issues(self, request):
        wanted = set(request.query.get("labels", "").split(",")) - {""}
        found = [i for i in self._gitlab.issues if wanted <= set(i["labels"])]
        return self._gitlab.paged(request, found if request.query.get("sort", "desc") == "asc" else found[::-1])

    def open_issue(self, request):
        iid = len(self._gitlab.issues) + 1
        url = f"https://gitlab.acme.io/acme/ml/infra/-/issues/{iid}"
        self._gitlab.issues.append({
            "id": 500 + iid, "iid": iid, "title": request.body["title"], "description": request.body["description"],
            "labels": request.body["labels"].split(","), "state": "opened", "web_url": url,
            "author": self._gitlab.users[self._gitlab.me],
        })  # fmt: skip
        return self._gitlab.reply(201, self._gitlab.issues[-1])

    def edit_issue(self, request, iid):
        issue = self._gitlab.issues[int(iid) - 1]
        issue |= {k: v for k, v in request.body.items() if k in ("title", "description")}
        issue["labels"] += [label for label in request.body.get("add_labels", "").split(",") if label]
        states = {"reopen": "opened", "close": "closed"}
        issue["state"] = states.get(request.body.get("state_event"), issue["state"])
        return self._gitlab.reply(200, issue)
