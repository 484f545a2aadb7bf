"""Cuts the services' own OpenAPI descriptions down to what we use, for the tests to hold requests and fakes against.

    npm pack @octokit/openapi@23.0.2 && tar xzf octokit-openapi-23.0.2.tgz package/generated/api.github.com.json
    python tools/describe_apis.py github package/generated/api.github.com.json
    python tools/describe_apis.py jira swagger-v3.v3.json     # from developer.atlassian.com/cloud/jira/platform
    python tools/describe_apis.py jira-data-center jira_software_dc_10003_swagger.v3.json
        # from dac-static.atlassian.com/server/jira/platform
    python tools/describe_apis.py gitlab openapi_v2.json      # doc/api/openapi/openapi_v2.yaml of GitLab, as JSON

GitHub's description is MIT, Copyright GitHub, as packed by Octokit; Atlassian's of Jira Cloud is Apache-2.0, and of the
one of Data Center, which has no licence of its own, and of GitLab's (CC BY-SA 4.0) the facts alone are taken: names and
types. What is cut: operations that we do not use, prose, examples and titles. Nothing is changed otherwise, but that
GitLab's, which is Swagger 2.0, is turned into OpenAPI 3.0 (`tools/describe_swagger.py`).
"""

import json
import sys
from collections.abc import Iterator
from pathlib import Path

from describe_swagger import Json, opened

FOLDER = Path(__file__).parents[1] / "tests" / "deliver" / "openapi"

_REPO = "/repos/{owner}/{repo}"
_PROJECT = "/api/v4/projects/{id}"
OPERATIONS = {
    "github": {
        "/app/installations/{installation_id}/access_tokens": ("post",),
        _REPO: ("get",),
        f"{_REPO}/commits": ("get",),
        "/users/{username}": ("get",),
        f"{_REPO}/assignees/{{assignee}}": ("get",),
        f"{_REPO}/installation": ("get",),
        f"{_REPO}/issues": ("get", "post"),
        f"{_REPO}/issues/{{issue_number}}": ("get", "patch"),
        f"{_REPO}/issues/{{issue_number}}/assignees": ("post",),
        f"{_REPO}/issues/{{issue_number}}/comments": ("get", "post"),
        f"{_REPO}/issues/{{issue_number}}/labels": ("post",),
        f"{_REPO}/issues/{{issue_number}}/labels/{{name}}": ("delete",),
        f"{_REPO}/issues/comments/{{comment_id}}": ("patch",),
        f"{_REPO}/pulls": ("get", "post"),
        f"{_REPO}/pulls/{{pull_number}}": ("get", "patch"),
        f"{_REPO}/pulls/{{pull_number}}/requested_reviewers": ("post",),
        f"{_REPO}/commits/{{ref}}/statuses": ("get",),
        f"{_REPO}/statuses/{{sha}}": ("post",),
        f"{_REPO}/git/refs": ("post",),
        f"{_REPO}/git/refs/{{ref}}": ("patch", "delete"),
    },
    "jira": {
        "/rest/api/3/serverInfo": ("get",),
        "/rest/api/3/field": ("get",),
        "/rest/api/3/myself": ("get",),
        "/rest/api/3/mypermissions": ("get",),
        "/rest/api/3/search/jql": ("get",),
        "/rest/api/3/priority": ("get",),
        "/rest/api/3/project/{projectIdOrKey}/components": ("get",),
        "/rest/api/3/project/{projectIdOrKey}/statuses": ("get",),
        "/rest/api/3/issue": ("post",),
        "/rest/api/3/issue/createmeta/{projectIdOrKey}/issuetypes": ("get",),
        "/rest/api/3/issue/createmeta/{projectIdOrKey}/issuetypes/{issueTypeId}": ("get",),
        "/rest/api/3/issue/{issueIdOrKey}": ("get", "put"),
        "/rest/api/3/issue/{issueIdOrKey}/attachments": ("post",),
        "/rest/api/3/issue/{issueIdOrKey}/comment": ("get", "post"),
        "/rest/api/3/issue/{issueIdOrKey}/comment/{id}": ("get", "put"),
        "/rest/api/3/issue/{issueIdOrKey}/properties/{propertyKey}": ("get", "put"),
        "/rest/api/3/issue/{issueIdOrKey}/remotelink": ("get", "post"),
        "/rest/api/3/issue/{issueIdOrKey}/transitions": ("get", "post"),
        "/rest/api/3/user/search": ("get",),
    },
    "jira-data-center": {
        "/api/2/serverInfo": ("get",),
        "/api/2/field": ("get",),
        "/api/2/myself": ("get",),
        "/api/2/mypermissions": ("get",),
        "/api/2/search": ("get",),
        "/api/2/project/{projectIdOrKey}/components": ("get",),
        "/api/2/project/{projectIdOrKey}/statuses": ("get",),
        "/api/2/issue": ("post",),
        "/api/2/issue/createmeta/{projectIdOrKey}/issuetypes": ("get",),
        "/api/2/issue/createmeta/{projectIdOrKey}/issuetypes/{issueTypeId}": ("get",),
        "/api/2/issue/{issueIdOrKey}": ("get", "put"),
        "/api/2/issue/{issueIdOrKey}/attachments": ("post",),
        "/api/2/issue/{issueIdOrKey}/comment": ("get", "post"),
        "/api/2/issue/{issueIdOrKey}/comment/{id}": ("get", "put"),
        "/api/2/issue/{issueIdOrKey}/properties/{propertyKey}": ("get", "put"),
        "/api/2/issue/{issueIdOrKey}/remotelink": ("get", "post"),
        "/api/2/issue/{issueIdOrKey}/transitions": ("get", "post"),
        "/api/2/user/search": ("get",),
    },
    "gitlab": {
        "/api/v4/personal_access_tokens/self": ("get",),
        "/api/v4/users": ("get",),
        "/api/v4/users/{id}": ("get",),
        "/api/v4/groups/{id}/members": ("get",),
        "/api/v4/groups/{id}/members/all/{user_id}": ("get",),
        _PROJECT: ("get",),
        f"{_PROJECT}/members/all": ("get",),
        f"{_PROJECT}/merge_requests": ("get", "post"),
        f"{_PROJECT}/merge_requests/{{merge_request_iid}}": ("get", "put"),
        f"{_PROJECT}/merge_requests/{{merge_request_iid}}/approvals": ("get",),
        f"{_PROJECT}/merge_requests/{{merge_request_iid}}/commits": ("get",),
        f"{_PROJECT}/merge_requests/{{merge_request_iid}}/merge": ("put",),
        f"{_PROJECT}/repository/branches/{{branch}}": ("delete",),
        f"{_PROJECT}/repository/commits/{{sha}}/statuses": ("get",),
        f"{_PROJECT}/statuses/{{sha}}": ("post",),
    },
}

_PROSE = frozenset({"description", "summary", "example", "examples", "externalDocs", "title", "tags", "operationId"})
_NAMES = frozenset({"properties", "schemas", "parameters", "responses", "headers", "patternProperties"})
"""Keys below which names are not keywords: a property may be called `description`."""


def without_prose(value: Json, named: bool = False) -> Json:
    """The value without its prose; with `named` its keys are names."""
    if isinstance(value, list):
        return [without_prose(item) for item in value]
    if not isinstance(value, dict):
        return value
    kept = ((k, v) for k, v in value.items() if named or (k not in _PROSE and not k.startswith("x-")))
    return {k: without_prose(v, not named and k in _NAMES) for k, v in kept}


def references(value: Json) -> Iterator[str]:
    """The names of all that a value refers to."""
    if isinstance(value, list):
        for item in value:
            yield from references(item)
    elif isinstance(value, dict):
        at = value.get("$ref")
        if isinstance(at, str):
            yield at
        for item in value.values():
            yield from references(item)


def reduced(whole: dict[str, Json], operations: dict[str, tuple[str, ...]]) -> dict[str, Json]:
    """The description of these operations, with all that they refer to."""
    paths: dict[str, Json] = {}
    for path, methods in operations.items():
        item = whole["paths"][path]
        shared = {"parameters": item["parameters"]} if "parameters" in item else {}
        paths[path] = without_prose({**shared, **{method: item[method] for method in methods}})
    components: dict[str, dict[str, Json]] = {}
    waiting, seen = set(references(paths)), set()
    while waiting:
        at = waiting.pop()
        if at in seen:
            continue
        seen.add(at)
        _, _, kind, name = at.split("/")
        kept = without_prose(whole["components"][kind][name])
        components.setdefault(kind, {})[name] = kept
        waiting |= set(references(kept))
    info = {key: whole["info"][key] for key in ("title", "version", "license") if key in whole["info"]}
    return {"openapi": whole["openapi"], "info": info, "paths": paths, "components": components}


def main() -> None:
    """Read a whole description, write the reduced one."""
    service, path = sys.argv[1:]
    whole = json.loads(Path(path).read_text("utf-8"))
    found = reduced(opened(whole) if "swagger" in whole else whole, OPERATIONS[service])
    FOLDER.mkdir(exist_ok=True)
    text = json.dumps(found, sort_keys=True, separators=(",", ":")) + "\n"
    (FOLDER / f"{service}.json").write_text(text, "utf-8")


if __name__ == "__main__":
    main()
