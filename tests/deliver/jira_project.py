"""A project of Jira: its fields, its forms, and what may be done in it."""


def field(key: str, name: str, kind: str, required: bool = False, items: str | None = None, allowed=()) -> dict:
    options = [
        {"id": str(n), ("name" if kind in ("priority", "resolution") else "value"): v} for n, v in enumerate(allowed)
    ]
    schema = {"type": kind} | ({"items": items} if items else {})
    return {
        "fieldId": key, "key": key, "name": name, "required": required, "hasDefaultValue": False,
        "operations": ["set"], "schema": schema,
    } | ({"allowedValues": options} if options else {})  # fmt: skip


class Project:
    """The project of a Jira that is held in memory."""

    def __init__(self, jira) -> None:
        self._jira = jira

    def fields(self, request):
        return self._jira.reply(200, [{"id": f["fieldId"], "name": f["name"]} for f in self._jira.form])

    def components(self, request):
        return self._jira.reply(
            200, [{"id": "1", "name": name, "self": "https://x.io"} for name in self._jira.components]
        )

    def statuses(self, request):
        rows = [{"name": name, "id": "1", "self": "https://x.io"} for name in self._jira.workflow]
        return self._jira.reply(
            200,
            [
                {"id": n, "name": t, "statuses": rows, "subtask": False, "self": "https://x.io"}
                for t, n in self._jira.types.items()
            ],
        )

    def permissions(self, request):
        if request.query.get("projectKey") != "FIN":
            return self._jira.reply(404, {"errorMessages": ["No project could be found with key."], "errors": {}})
        all_ = "BROWSE_PROJECTS,CREATE_ISSUES,EDIT_ISSUES,ADD_COMMENTS,ASSIGN_ISSUES,TRANSITION_ISSUES"
        all_ += ",EDIT_OWN_COMMENTS,CREATE_ATTACHMENTS,LINK_ISSUES,ADMINISTER"
        asked = (request.query["permissions"] if self._jira.cloud else all_).split(",")
        return self._jira.reply(
            200, {"permissions": {key: {"havePermission": key not in self._jira.lacking} for key in asked}}
        )

    def types(self, request):
        rows = [{"id": number, "name": name} for name, number in self._jira.types.items()]
        name = "issueTypes" if self._jira.cloud else "values"
        return self._jira.reply(200, {name: rows, "startAt": 0, "maxResults": 200, "total": len(rows)})

    def form(self, request, number):
        start = int(request.query.get("startAt", 0))
        name = "fields" if self._jira.cloud else "values"
        rows = self._jira.form[start : start + 5]
        return self._jira.reply(200, {name: rows, "startAt": start, "maxResults": 5, "total": len(self._jira.form)})
