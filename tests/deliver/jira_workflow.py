"""The steps that an issue of Jira may take, and what they ask for."""


def status_of(name: str, category: str) -> dict:
    return {"id": "1", "name": name, "self": "", "statusCategory": {"id": 1, "key": category, "name": name, "self": ""}}


class Workflow:
    """The workflow of a Jira that is held in memory."""

    def __init__(self, jira) -> None:
        self._jira = jira

    def transitions(self, request, key):
        status = self._jira.issues[key]["fields"]["status"]["name"]
        screens = self._jira.screens
        rows = [
            {"id": n, "name": name, "to": {"name": to, "id": "1"},
             "fields": {f["fieldId"]: {k: v for k, v in f.items() if k != "fieldId"} for f in screens.get(n, [])}}
            for n, name, to in self._jira.workflow[status]
        ]  # fmt: skip
        return self._jira.reply(200, {"transitions": rows})

    def transition(self, request, key):
        status = self._jira.issues[key]["fields"]["status"]["name"]
        wanted = str(request.body["transition"]["id"])
        to = next((to for n, _, to in self._jira.workflow[status] if n == wanted), None)
        if to is None:
            return self._jira.reply(
                400, {"errorMessages": ["It seems that you have tried to perform an illegal step."]}
            )
        given = request.body.get("fields", {})
        asked = {f["fieldId"]: f["required"] for f in self._jira.screens.get(wanted, [])}
        wrong = {k: f"{k} is required." for k, required in asked.items() if required and k not in given}
        wrong |= {k: f"Field '{k}' cannot be set. It is not on the appropriate screen" for k in set(given) - set(asked)}
        if wrong:
            return self._jira.reply(400, {"errorMessages": [], "errors": wrong})
        done = to == "Done"
        self._jira.issues[key]["fields"]["status"] = status_of(to, "done" if done else "new")
        self._jira.issues[key]["fields"]["resolutiondate"] = "2026-11-23T12:00:00.000+0000" if done else None
        self._jira.issues[key]["fields"]["resolution"] = (
            {"id": "1", "name": "Done"} | given.get("resolution", {}) if done else None
        )
        self._jira.issues[key]["fields"] |= {k: v for k, v in given.items() if k != "resolution"}
        return self._jira.reply(204)
