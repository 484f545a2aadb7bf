"""As much of Jira's REST API as opening tickets takes; Cloud unless told otherwise, with a search that is late."""

import re


class Jira:
    """One project FIN; a new issue is shown by search only after `lag` further searches."""

    def __init__(self, service, reply) -> None:
        self.service, self._reply = service, reply
        self.issues: dict[str, dict] = {}
        self.cloud, self.lag, self.components = True, 0, ["infra"]
        self._hidden: dict[str, int] = {}

    def answer(self, request):
        for method, pattern, handler in (
            ("GET", r"/rest/api/2/serverInfo", self._server_info),
            ("GET", r"/rest/api/2/field", self._fields),
            ("GET", r"/rest/api/2/search/jql", self._search),
            ("GET", r"/rest/api/2/search", self._search_old),
            ("GET", r"/rest/api/2/project/FIN/components", self._components),
            ("POST", r"/rest/api/2/issue", self._create),
            ("GET", r"/rest/api/2/issue/(FIN-\d+)", self._get),
            ("PUT", r"/rest/api/2/issue/(FIN-\d+)", self._put),
            ("POST", r"/rest/api/2/issue/(FIN-\d+)/attachments", self._attach),
        ):
            found = re.fullmatch(pattern, request.path)
            if found and method == request.method:
                return handler(request, *found.groups())
        return self._reply(404, {"errorMessages": [f"no {request.method} {request.path}"], "errors": {}})

    def resolve(self, key: str, resolution: str) -> None:
        self.issues[key]["fields"]["status"] = _status("Done", "done")
        self.issues[key]["fields"]["resolution"] = {"id": "1", "name": resolution, "self": ""}

    def _server_info(self, request):
        kind = "Cloud" if self.cloud else "Server"
        return self._reply(200, {"deploymentType": kind, "versionNumbers": [9, 12, 0], "version": "9.12.0"})

    def _fields(self, request):
        return self._reply(200, [{"id": "labels", "name": "Labels"}, {"id": "resolution", "name": "Resolution"}])

    def _keyed(self, jql):
        keys = re.findall(r'"(FIN-\d+)"', jql)
        return [self.issues[key] for key in keys] if all(key in self.issues for key in keys) else None

    def _found(self, request):
        wanted = set(re.findall(r'"(remediator-[0-9a-f]{16})"', request.query["jql"]))
        late = {key for key, left in self._hidden.items() if left > 0}
        self._hidden = {key: left - 1 for key, left in self._hidden.items()}
        return [i for k, i in self.issues.items() if k not in late and wanted & set(i["fields"]["labels"])]

    def _search(self, request):
        if not self.cloud:
            return self._reply(404, {"errorMessages": ["null for uri"], "errors": {}})
        if request.query["jql"].startswith("key in"):
            keyed = self._keyed(request.query["jql"])
            unknown = {"errorMessages": ["An issue with this key does not exist for field 'key'."], "errors": {}}
            return self._reply(400, unknown) if keyed is None else self._reply(200, {"issues": keyed, "isLast": True})
        return self._reply(200, {"issues": self._found(request), "isLast": True})

    def _search_old(self, request):
        if self.cloud:
            return self._reply(410, {"errorMessages": ["The requested API has been removed."], "errors": {}})
        found = self._found(request)
        return self._reply(200, {"issues": found, "startAt": 0, "maxResults": 50, "total": len(found)})

    def _components(self, request):
        return self._reply(200, [{"id": "1", "name": name, "self": ""} for name in self.components])

    def _create(self, request):
        fields = request.body["fields"]
        if len(fields["description"]) > 32_767:
            return self._reply(400, {"errorMessages": [], "errors": {"description": "The entered text is too long."}})
        if not all(" " not in label for label in fields["labels"]):
            return self._reply(400, {"errorMessages": [], "errors": {"labels": "has spaces"}})
        key = f"FIN-{len(self.issues) + 1}"
        at = f"{self.service.url}/rest/api/2/issue/{key}"
        self.issues[key] = {
            "id": str(len(self.issues) + 1), "key": key, "self": at,
            "fields": {"components": [], **fields, "status": _status("To Do", "new"), "resolution": None,
                       "assignee": None, "attachment": []},
        }  # fmt: skip
        self._hidden[key] = self.lag
        return self._reply(201, {"id": self.issues[key]["id"], "key": key, "self": at})

    def _get(self, request, key):
        known = key in self.issues
        missing = {"errorMessages": ["Issue does not exist or you do not have permission to see it."], "errors": {}}
        return self._reply(200, self.issues[key]) if known else self._reply(404, missing)

    def _put(self, request, key):
        person = request.body["fields"]["assignee"]
        if set(person) != ({"accountId"} if self.cloud else {"name"}) or "nobody" in person.values():
            return self._reply(400, {"errorMessages": [], "errors": {"assignee": "User does not exist."}})
        self.issues[key]["fields"]["assignee"] = person
        return self._reply(204)

    def _attach(self, request, key):
        name = re.search(rb'filename="([^"]+)"', request.body)[1].decode()
        attachment = {"id": "1", "filename": name, "size": len(request.body), "self": "", "content": ""}
        self.issues[key]["fields"]["attachment"].append(attachment)
        return self._reply(200, [attachment])


def _status(name: str, category: str) -> dict:
    return {"id": "1", "name": name, "self": "", "statusCategory": {"id": 1, "key": category, "name": name, "self": ""}}
