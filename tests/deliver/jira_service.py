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

from tests.deliver.jira_project import Project, field
from tests.deliver.jira_threads import ME, Threads
from tests.deliver.jira_workflow import Workflow, status_of

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


class Jira:
    """One project FIN; a new issue is shown by search only after `lag` further searches."""

    def __init__(self, service, reply, contract, of_data_center) -> None:
        self.service, self.reply, self._contract, self._own = service, reply, contract, of_data_center
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
        self.project = Project(self)
        self.threads = Threads(self)
        self.steps = Workflow(self)

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
            return self.reply(404, {"message": "null for uri"})
        for method, pattern, handler in (
            ("GET", r"serverInfo", self._server_info),
            ("GET", r"field", self.project.fields),
            ("GET", r"myself", self._myself),
            ("GET", r"search/jql", self._search),
            ("GET", r"search", self._search_old),
            ("GET", r"user/search", self._users),
            ("GET", r"project/FIN/components", self.project.components),
            ("GET", r"project/FIN/statuses", self.project.statuses),
            ("GET", r"mypermissions", self.project.permissions),
            ("GET", r"issue/createmeta/FIN/issuetypes", self.project.types),
            ("GET", r"issue/createmeta/FIN/issuetypes/(\d+)", self.project.form),
            ("POST", r"issue", self._create),
            ("GET", r"issue/(FIN-\d+)", self._get),
            ("PUT", r"issue/(FIN-\d+)", self._put),
            ("POST", r"issue/(FIN-\d+)/attachments", self._attach),
            ("GET", r"issue/(FIN-\d+)/comment", self.threads.list_comments),
            ("POST", r"issue/(FIN-\d+)/comment", self.threads.comment),
            ("GET", r"issue/(FIN-\d+)/comment/(\d+)", self.threads.get_comment),
            ("PUT", r"issue/(FIN-\d+)/comment/(\d+)", self.threads.edit_comment),
            ("GET", r"issue/(FIN-\d+)/properties/([a-z]+)", self.threads.get_property),
            ("PUT", r"issue/(FIN-\d+)/properties/([a-z]+)", self.threads.put_property),
            ("GET", r"issue/(FIN-\d+)/remotelink", self.threads.list_links),
            ("POST", r"issue/(FIN-\d+)/remotelink", self.threads.link),
            ("GET", r"issue/(FIN-\d+)/transitions", self.steps.transitions),
            ("POST", r"issue/(FIN-\d+)/transitions", self.steps.transition),
        ):
            found = re.fullmatch(rf"/rest/api/(?:2|3|latest)/{pattern}", request.path)
            if found and method == request.method:
                return handler(request, *found.groups())
        return self.reply(404, {"errorMessages": [f"no {request.method} {request.path}"], "errors": {}})

    def resolve(self, key: str, resolution: str) -> None:
        self.issues[key]["fields"]["status"] = status_of("Done", "done")
        self.issues[key]["fields"]["resolution"] = {"id": "1", "name": resolution, "self": ""}
        self.issues[key]["fields"]["resolutiondate"] = "2026-11-23T13:00:00.000+0000"

    def _server_info(self, request):
        if self.cloud:
            return self.reply(200, {"deploymentType": "Cloud", "versionNumbers": [1001, 0, 0], "version": "1001.0.0"})
        return self.reply(200, {"deploymentType": "Server", "versionNumbers": [10, 3, 0], "version": "10.3.0"})

    def _myself(self, request):
        return self.reply(200, ME[self.cloud])

    def _users(self, request):
        word = request.query.get("query" if self.cloud else "username", "")
        return self.reply(200, [p for p in self.people if word in p["emailAddress"]])

    def _found(self, jql):
        if jql.startswith("key in"):
            return [self.issues.get(key) for key in re.findall(r'"(FIN-\d+)"', jql)]
        late = {key for key, left in self._hidden.items() if left > 0}
        self._hidden = {key: left - 1 for key, left in self._hidden.items()}
        wanted = set(re.findall(r'"(remediator(?:-(?:epic-)?[0-9a-f]{16})?)"', jql))
        return [i for k, i in self.issues.items() if k not in late and wanted & set(i["fields"]["labels"])]

    def _search(self, request):
        if not self.cloud:
            return self.reply(404, {"errorMessages": ["null for uri"], "errors": {}})
        found = self._found(request.query["jql"])
        if None in found:
            unknown = {"errorMessages": ["An issue with this key does not exist for field 'key'."], "errors": {}}
            return self.reply(400, unknown)
        start = int(request.query.get("nextPageToken", 0))
        size = min(int(request.query.get("maxResults", 50)), self.page)
        shown = [self._shown(issue, request.query.get("properties", "")) for issue in found[start : start + size]]
        last = start + size >= len(found)
        return self.reply(
            200, {"issues": shown, "isLast": last} | ({} if last else {"nextPageToken": str(start + size)})
        )

    def _search_old(self, request):
        if self.cloud:
            return self.reply(410, {"errorMessages": ["The requested API has been removed."], "errors": {}})
        found = self._found(request.query["jql"])
        if None in found:
            return self.reply(400, {"errorMessages": ["An issue with key does not exist."], "errors": {}})
        start, size = int(request.query.get("startAt", 0)), min(int(request.query.get("maxResults", 50)), self.page)
        shown = found[start : start + size]
        return self.reply(200, {"issues": shown, "startAt": start, "maxResults": size, "total": len(found)})

    def _shown(self, issue, properties):
        there = self.properties.get(issue["key"], {})
        return {**issue, "properties": {k: v for k, v in there.items() if k in properties}} if properties else issue

    def _create(self, request):
        fields = request.body["fields"]
        if wrong := self._wrong(fields):
            return self.reply(400, {"errorMessages": [], "errors": wrong})
        key = f"FIN-{len(self.issues) + 1}"
        at = f"{self.service.url}/rest/api/2/issue/{key}"
        self.issues[key] = {
            "id": str(len(self.issues) + 1), "key": key, "self": at,
            "fields": {"components": [], **fields, "description": self._worded(fields.get("description", "")),
                       "status": status_of("To Do", "new"), "resolution": None, "assignee": None, "attachment": [],
                       "created": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.000+0000")},
        }  # fmt: skip
        self._hidden[key] = self.lag
        return self.reply(201, {"id": self.issues[key]["id"], "key": key, "self": at})

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
        return self.reply(200, self.issues[key]) if key in self.issues else self.reply(404, missing)

    def _put(self, request, key):
        fields = dict(request.body["fields"])
        if "assignee" in fields:
            person = fields["assignee"]
            if set(person) != ({"accountId"} if self.cloud else {"name"}) or "nobody" in person.values():
                return self.reply(400, {"errorMessages": [], "errors": {"assignee": "User does not exist."}})
        if "description" in fields:
            fields["description"] = self._worded(fields["description"])
        self.issues[key]["fields"] |= fields
        return self.reply(204)

    def _attach(self, request, key):
        name = re.search(rb'filename="([^"]+)"', request.body)[1].decode()
        attachment = {"id": "1", "filename": name, "size": len(request.body), "self": "", "content": ""}
        self.issues[key]["fields"]["attachment"].append(attachment)
        return self.reply(200, [attachment])

    def say(self, key: str, body: str, author: dict) -> dict:
        said = self.comments.setdefault(key, [])
        at = f"{self.service.url}/rest/api/2/issue/{key}/comment/{len(said) + 1}"
        said.append({"id": str(len(said) + 1), "body": body, "author": author, "self": at})
        return said[-1]
