"""What hangs on an issue of Jira: comments, properties and links."""

import json

ME = {True: {"accountId": "bot-1"}, False: {"name": "bot", "key": "JIRAUSER1"}}


class Threads:
    """The threads of a Jira that is held in memory."""

    def __init__(self, jira) -> None:
        self._jira = jira

    def list_comments(self, request, key):
        found = self._jira.comments.get(key, [])
        return self._jira.reply(200, {"comments": found, "startAt": 0, "maxResults": 5000, "total": len(found)})

    def comment(self, request, key):
        return self._jira.reply(201, self._jira.say(key, request.body["body"], ME[self._jira.cloud]))

    def get_comment(self, request, key, number):
        return self._jira.reply(200, self._jira.comments[key][int(number) - 1])

    def edit_comment(self, request, key, number):
        self._jira.comments[key][int(number) - 1]["body"] = request.body["body"]
        return self._jira.reply(200, self._jira.comments[key][int(number) - 1])

    def get_property(self, request, key, name):
        found = self._jira.properties.get(key, {}).get(name)
        if found is None:
            return self._jira.reply(404, {"errorMessages": ["The property does not exist."], "errors": {}})
        return self._jira.reply(200, {"key": name, "value": found})

    def put_property(self, request, key, name):
        is_new = name not in self._jira.properties.setdefault(key, {})
        value = request.body if isinstance(request.body, dict) else json.loads(request.body)
        self._jira.properties[key][name] = value
        return self._jira.reply(201 if is_new else 200, {})

    def list_links(self, request, key):
        return self._jira.reply(200, self._jira.links.get(key, []))

    def link(self, request, key):
        links = self._jira.links.setdefault(key, [])
        at = f"{self._jira.service.url}/rest/api/2/issue/{key}/remotelink/{len(links) + 1}"
        links.append({"id": len(links) + 1, "self": at, "object": request.body["object"]})
        return self._jira.reply(201 if self._jira.cloud else 200, {"id": len(links), "self": at})
