"""As much of Jira's REST API as tickets take, as its own description has it; Cloud, or Data Center (`cloud = False`).

Its search is late on Cloud, where pages have no totals; Data Center has names in place of account ids, pages by
`startAt`, and a description of its own.
"""

import dataclasses
import json
import re
from datetime import UTC, datetime
from pathlib import Path

from jsonschema_rs import Draft4Validator

ADF = Path(__file__).with_name("openapi") / "adf.json"
DOCUMENTS = Draft4Validator(json.loads(ADF.read_text("utf-8")))
KNOWN = re.compile(
    r'/transitions was sent at transition\.id: \d+ is not of type "string"'  # the client sends numbers
    r"|/user/search: takes no parameter include(Active|Inactive)"  # the client asks Cloud as it asks Data Center
    r"|/remotelink was answered at its top: \["  # the description forgets that it is a list
)
"""Where the client, or what Jira really does, differs from Jira's own description."""

KNOWN_OF_DATA_CENTER = re.compile(
    r"at (issues\.\d+\.)?fields\.\w+: "  # whatever a field holds it calls an object
    r"|was answered at its top: \["  # nor does it tell lists
    r"|/properties/\w+ was (sent at its top|answered at value): \{"  # which it calls text, and Jira takes any JSON
    r"|/transitions was sent at transition\.id: "  # the client sends numbers
    r"|/transitions: takes no parameter expand"  # which every resource takes, and it names nowhere:
    # https://docs.atlassian.com/software/jira/docs/api/REST/9.17.0/#expansion
)
"""The same of Data Center's."""

ME = {True: {"accountId": "bot-1"}, False: {"name": "bot", "key": "JIRAUSER1"}}


class Jira:
    """One project FIN; a new issue is shown by search only after `lag` further searches."""

    def __init__(self, service, reply, contract, of_data_center) -> None:
        self.service, self._reply, self._contract, self._own = service, reply, contract, of_data_center
        self.issues: dict[str, dict] = {}
        self.properties: dict[str, dict] = {}
        self.comments: dict[str, list[dict]] = {}
        self.links: dict[str, list[dict]] = {}
        self.cloud, self.lag, self.components = True, 0, ["infra"]
        self.types = {"Task": "10001", "Bug": "10002", "Epic": "10003"}
        self.screens: dict[str, list[dict]] = {}  # fields that a step asks for, by its id
        self.form = [
            field("summary", "Summary", "string", required=True),
            field("issuetype", "Issue Type", "issuetype", required=True),
            field("project", "Project", "project", required=True),
            field("description", "Description", "string"),
            field("labels", "Labels", "array", items="string"),
            field("components", "Components", "array", items="component"),
            field("priority", "Priority", "priority", allowed=["High", "Medium", "Low"]),
            field("duedate", "Due date", "date"),
            field("parent", "Parent", "issuelink"),
            field("customfield_10014", "Epic Link", "any"),
            field("customfield_10020", "Team", "option", allowed=["FinOps", "Platform"]),
            field("customfield_10021", "Cost centre", "string"),
            field("customfield_10022", "Points", "number"),
        ]
        self.workflow = {
            "To Do": [("11", "Start", "In Progress"), ("12", "Done", "Done")],
            "In Progress": [("12", "Done", "Done")],
            "Done": [("13", "Reopen Issue", "To Do")],
        }
        self.people = [
            {
                "accountId": "5b10a",
                "name": "alice",
                "emailAddress": "alice@acme.io",
                "displayName": "Alice",
                "self": "https://x.io",
            },
            {
                "accountId": "5b10b",
                "name": "alice2",
                "emailAddress": "xalice@acme.io",
                "displayName": "Alice",
                "self": "https://x.io",
            },
        ]
        self.lacking: set[str] = set()  # permissions that the user does not have
        self.page = 50
        self.rewords = False  # whether texts are shown otherwise than they were sent
        self.problems: list[str] = []
        self._hidden: dict[str, int] = {}

    def answer(self, request):
        reply = self._route(request)
        if "/rest/api/3/" in request.path:  # things name themselves in the version that they are asked for in
            reply.body = json.loads(json.dumps(reply.body).replace("/rest/api/2/", "/rest/api/3/"))
        if not self.cloud and reply.status != 404:  # it has no version 3
            described = dataclasses.replace(request, path=request.path.replace("/rest/api/latest/", "/rest/api/2/"))
            reply = self._own.filled(described, reply)
            found = self._own.problems(described, reply)
            self.problems += [problem for problem in found if not KNOWN_OF_DATA_CENTER.search(problem)]
        self._hold_texts(request)
        if self.cloud:
            described = dataclasses.replace(request, path=request.path.replace("/rest/api/latest/", "/rest/api/2/"))
            described.path = described.path.replace("/rest/api/2/", "/rest/api/3/")
            reply = self._contract.filled(described, reply)
            if reply.status != 410:  # what was taken away is described no more
                found = self._contract.problems(described, reply)
                self.problems += [problem for problem in found if not KNOWN.search(problem)]
        return reply

    def _hold_texts(self, request) -> None:
        """Version 3 takes documents, as their schema has them; version 2 takes strings."""
        body = request.body if isinstance(request.body, dict) else {}
        for text in (body.get("fields", {}).get("description"), body.get("body")):
            if text is not None and "/rest/api/3/" in request.path:
                self.problems += [f"no document: {error.message[:200]}" for error in DOCUMENTS.iter_errors(text)]
            elif text is not None and not isinstance(text, str):
                self.problems.append(f"{request.method} {request.path} was sent a text that is no string")

    def _route(self, request):
        if not self.cloud and "/rest/api/3/" in request.path:
            return self._reply(404, {"message": "null for uri"})
        for method, pattern, handler in (
            ("GET", r"serverInfo", self._server_info),
            ("GET", r"field", self._fields),
            ("GET", r"myself", self._myself),
            ("GET", r"search/jql", self._search),
            ("GET", r"search", self._search_old),
            ("GET", r"user/search", self._users),
            ("GET", r"project/FIN/components", self._components),
            ("GET", r"project/FIN/statuses", self._statuses),
            ("GET", r"mypermissions", self._permissions),
            ("GET", r"issue/createmeta/FIN/issuetypes", self._types),
            ("GET", r"issue/createmeta/FIN/issuetypes/(\d+)", self._form),
            ("POST", r"issue", self._create),
            ("GET", r"issue/(FIN-\d+)", self._get),
            ("PUT", r"issue/(FIN-\d+)", self._put),
            ("POST", r"issue/(FIN-\d+)/attachments", self._attach),
            ("GET", r"issue/(FIN-\d+)/comment", self._list_comments),
            ("POST", r"issue/(FIN-\d+)/comment", self._comment),
            ("GET", r"issue/(FIN-\d+)/comment/(\d+)", self._get_comment),
            ("PUT", r"issue/(FIN-\d+)/comment/(\d+)", self._edit_comment),
            ("GET", r"issue/(FIN-\d+)/properties/([a-z]+)", self._get_property),
            ("PUT", r"issue/(FIN-\d+)/properties/([a-z]+)", self._put_property),
            ("GET", r"issue/(FIN-\d+)/remotelink", self._list_links),
            ("POST", r"issue/(FIN-\d+)/remotelink", self._link),
            ("GET", r"issue/(FIN-\d+)/transitions", self._transitions),
            ("POST", r"issue/(FIN-\d+)/transitions", self._transition),
        ):
            found = re.fullmatch(rf"/rest/api/(?:2|3|latest)/{pattern}", request.path)
            if found and method == request.method:
                return handler(request, *found.groups())
        return self._reply(404, {"errorMessages": [f"no {request.method} {request.path}"], "errors": {}})

    def resolve(self, key: str, resolution: str) -> None:
        self.issues[key]["fields"]["status"] = _status("Done", "done")
        self.issues[key]["fields"]["resolution"] = {"id": "1", "name": resolution, "self": ""}
        self.issues[key]["fields"]["resolutiondate"] = "2026-11-23T13:00:00.000+0000"

    def _server_info(self, request):
        if self.cloud:
            return self._reply(200, {"deploymentType": "Cloud", "versionNumbers": [1001, 0, 0], "version": "1001.0.0"})
        return self._reply(200, {"deploymentType": "Server", "versionNumbers": [10, 3, 0], "version": "10.3.0"})

    def _fields(self, request):
        return self._reply(200, [{"id": f["fieldId"], "name": f["name"]} for f in self.form])

    def _myself(self, request):
        return self._reply(200, ME[self.cloud])

    def _users(self, request):
        word = request.query.get("query" if self.cloud else "username", "")
        return self._reply(200, [p for p in self.people if word in p["emailAddress"]])

    def _found(self, jql):
        if jql.startswith("key in"):
            return [self.issues.get(key) for key in re.findall(r'"(FIN-\d+)"', jql)]
        late = {key for key, left in self._hidden.items() if left > 0}
        self._hidden = {key: left - 1 for key, left in self._hidden.items()}
        wanted = set(re.findall(r'"(remediator(?:-(?:epic-)?[0-9a-f]{16})?)"', jql))
        return [i for k, i in self.issues.items() if k not in late and wanted & set(i["fields"]["labels"])]

    def _search(self, request):
        if not self.cloud:
            return self._reply(404, {"errorMessages": ["null for uri"], "errors": {}})
        found = self._found(request.query["jql"])
        if None in found:
            unknown = {"errorMessages": ["An issue with this key does not exist for field 'key'."], "errors": {}}
            return self._reply(400, unknown)
        start = int(request.query.get("nextPageToken", 0))
        size = min(int(request.query.get("maxResults", 50)), self.page)
        shown = [self._shown(issue, request.query.get("properties", "")) for issue in found[start : start + size]]
        last = start + size >= len(found)
        return self._reply(
            200, {"issues": shown, "isLast": last} | ({} if last else {"nextPageToken": str(start + size)})
        )

    def _search_old(self, request):
        if self.cloud:
            return self._reply(410, {"errorMessages": ["The requested API has been removed."], "errors": {}})
        found = self._found(request.query["jql"])
        if None in found:
            return self._reply(400, {"errorMessages": ["An issue with key does not exist."], "errors": {}})
        start, size = int(request.query.get("startAt", 0)), min(int(request.query.get("maxResults", 50)), self.page)
        shown = found[start : start + size]
        return self._reply(200, {"issues": shown, "startAt": start, "maxResults": size, "total": len(found)})

    def _shown(self, issue, properties):
        there = self.properties.get(issue["key"], {})
        return {**issue, "properties": {k: v for k, v in there.items() if k in properties}} if properties else issue

    def _components(self, request):
        return self._reply(200, [{"id": "1", "name": name, "self": "https://x.io"} for name in self.components])

    def _statuses(self, request):
        rows = [{"name": name, "id": "1", "self": "https://x.io"} for name in self.workflow]
        return self._reply(
            200,
            [
                {"id": n, "name": t, "statuses": rows, "subtask": False, "self": "https://x.io"}
                for t, n in self.types.items()
            ],
        )

    def _permissions(self, request):
        if request.query.get("projectKey") != "FIN":
            return self._reply(404, {"errorMessages": ["No project could be found with key."], "errors": {}})
        all_ = "BROWSE_PROJECTS,CREATE_ISSUES,EDIT_ISSUES,ADD_COMMENTS,ASSIGN_ISSUES,TRANSITION_ISSUES"
        all_ += ",EDIT_OWN_COMMENTS,CREATE_ATTACHMENTS,LINK_ISSUES,ADMINISTER"
        asked = (request.query["permissions"] if self.cloud else all_).split(",")
        return self._reply(200, {"permissions": {key: {"havePermission": key not in self.lacking} for key in asked}})

    def _types(self, request):
        rows = [{"id": number, "name": name} for name, number in self.types.items()]
        name = "issueTypes" if self.cloud else "values"
        return self._reply(200, {name: rows, "startAt": 0, "maxResults": 200, "total": len(rows)})

    def _form(self, request, number):
        start = int(request.query.get("startAt", 0))
        name = "fields" if self.cloud else "values"
        rows = self.form[start : start + 5]
        return self._reply(200, {name: rows, "startAt": start, "maxResults": 5, "total": len(self.form)})

    def _create(self, request):
        fields = request.body["fields"]
        if wrong := self._wrong(fields):
            return self._reply(400, {"errorMessages": [], "errors": wrong})
        key = f"FIN-{len(self.issues) + 1}"
        at = f"{self.service.url}/rest/api/2/issue/{key}"
        self.issues[key] = {
            "id": str(len(self.issues) + 1), "key": key, "self": at,
            "fields": {"components": [], **fields, "description": self._worded(fields.get("description", "")),
                       "status": _status("To Do", "new"), "resolution": None, "assignee": None, "attachment": [],
                       "created": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.000+0000")},
        }  # fmt: skip
        self._hidden[key] = self.lag
        return self._reply(201, {"id": self.issues[key]["id"], "key": key, "self": at})

    def _wrong(self, fields) -> dict[str, str]:
        known = {f["fieldId"]: f for f in self.form}
        wrong = {k: f"Field '{k}' cannot be set. It is not on the appropriate screen" for k in fields if k not in known}
        if len(str(fields.get("description", ""))) > 32_767:
            wrong["description"] = "The entered text is too long."
        if any(" " in label for label in fields.get("labels", ())):
            wrong["labels"] = "The label can't contain spaces."
        for key, value in fields.items():
            options = [o.get("value", o.get("name")) for o in known.get(key, {}).get("allowedValues", [])]
            named = value.get("value", value.get("name")) if isinstance(value, dict) else None
            if options and named not in options:
                wrong[key] = f"Option value '{named}' is not valid"
        return wrong

    def _worded(self, text):
        if isinstance(text, dict):
            return {
                **text,
                "content": [{**block, "localId": "1"} if self.rewords else block for block in text["content"]],
            }
        return "\r\n".join(line.replace("h3. ", "h3. {anchor}") for line in text.split("\n")) if self.rewords else text

    def _get(self, request, key):
        missing = {"errorMessages": ["Issue does not exist or you do not have permission to see it."], "errors": {}}
        return self._reply(200, self.issues[key]) if key in self.issues else self._reply(404, missing)

    def _put(self, request, key):
        fields = dict(request.body["fields"])
        if "assignee" in fields:
            person = fields["assignee"]
            if set(person) != ({"accountId"} if self.cloud else {"name"}) or "nobody" in person.values():
                return self._reply(400, {"errorMessages": [], "errors": {"assignee": "User does not exist."}})
        if "description" in fields:
            fields["description"] = self._worded(fields["description"])
        self.issues[key]["fields"] |= fields
        return self._reply(204)

    def _attach(self, request, key):
        name = re.search(rb'filename="([^"]+)"', request.body)[1].decode()
        attachment = {"id": "1", "filename": name, "size": len(request.body), "self": "", "content": ""}
        self.issues[key]["fields"]["attachment"].append(attachment)
        return self._reply(200, [attachment])

    def _list_comments(self, request, key):
        found = self.comments.get(key, [])
        return self._reply(200, {"comments": found, "startAt": 0, "maxResults": 5000, "total": len(found)})

    def _comment(self, request, key):
        return self._reply(201, self.say(key, request.body["body"], ME[self.cloud]))

    def say(self, key: str, body: str, author: dict) -> dict:
        said = self.comments.setdefault(key, [])
        at = f"{self.service.url}/rest/api/2/issue/{key}/comment/{len(said) + 1}"
        said.append({"id": str(len(said) + 1), "body": body, "author": author, "self": at})
        return said[-1]

    def _get_comment(self, request, key, number):
        return self._reply(200, self.comments[key][int(number) - 1])

    def _edit_comment(self, request, key, number):
        self.comments[key][int(number) - 1]["body"] = request.body["body"]
        return self._reply(200, self.comments[key][int(number) - 1])

    def _get_property(self, request, key, name):
        found = self.properties.get(key, {}).get(name)
        if found is None:
            return self._reply(404, {"errorMessages": ["The property does not exist."], "errors": {}})
        return self._reply(200, {"key": name, "value": found})

    def _put_property(self, request, key, name):
        is_new = name not in self.properties.setdefault(key, {})
        value = request.body if isinstance(request.body, dict) else json.loads(request.body)
        self.properties[key][name] = value
        return self._reply(201 if is_new else 200, {})

    def _list_links(self, request, key):
        return self._reply(200, self.links.get(key, []))

    def _link(self, request, key):
        links = self.links.setdefault(key, [])
        at = f"{self.service.url}/rest/api/2/issue/{key}/remotelink/{len(links) + 1}"
        links.append({"id": len(links) + 1, "self": at, "object": request.body["object"]})
        return self._reply(201 if self.cloud else 200, {"id": len(links), "self": at})

    def _transitions(self, request, key):
        status = self.issues[key]["fields"]["status"]["name"]
        rows = [
            {"id": n, "name": name, "to": {"name": to, "id": "1"},
             "fields": {f["fieldId"]: {k: v for k, v in f.items() if k != "fieldId"} for f in self.screens.get(n, [])}}
            for n, name, to in self.workflow[status]
        ]  # fmt: skip
        return self._reply(200, {"transitions": rows})

    def _transition(self, request, key):
        status = self.issues[key]["fields"]["status"]["name"]
        wanted = str(request.body["transition"]["id"])
        to = next((to for n, _, to in self.workflow[status] if n == wanted), None)
        if to is None:
            return self._reply(400, {"errorMessages": ["It seems that you have tried to perform an illegal step."]})
        given = request.body.get("fields", {})
        asked = {f["fieldId"]: f["required"] for f in self.screens.get(wanted, [])}
        wrong = {k: f"{k} is required." for k, required in asked.items() if required and k not in given}
        wrong |= {k: f"Field '{k}' cannot be set. It is not on the appropriate screen" for k in set(given) - set(asked)}
        if wrong:
            return self._reply(400, {"errorMessages": [], "errors": wrong})
        done = to == "Done"
        self.issues[key]["fields"]["status"] = _status(to, "done" if done else "new")
        self.issues[key]["fields"]["resolutiondate"] = "2026-11-23T12:00:00.000+0000" if done else None
        self.issues[key]["fields"]["resolution"] = (
            {"id": "1", "name": "Done"} | given.get("resolution", {}) if done else None
        )
        self.issues[key]["fields"] |= {k: v for k, v in given.items() if k != "resolution"}
        return self._reply(204)


def field(key: str, name: str, kind: str, required: bool = False, items: str | None = None, allowed=()) -> dict:
    options = [
        {"id": str(n), ("name" if kind in ("priority", "resolution") else "value"): v} for n, v in enumerate(allowed)
    ]
    schema = {"type": kind} | ({"items": items} if items else {})
    return {
        "fieldId": key, "key": key, "name": name, "required": required, "hasDefaultValue": False,
        "operations": ["set"], "schema": schema,
    } | ({"allowedValues": options} if options else {})  # fmt: skip


def _status(name: str, category: str) -> dict:
    return {"id": "1", "name": name, "self": "", "statusCategory": {"id": 1, "key": category, "name": name, "self": ""}}
