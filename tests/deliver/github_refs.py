"""Branches of a GitHub repository, as its REST API makes, moves and deletes them."""


class Refs:
    """The refs of a GitHub whose repository is real."""

    def __init__(self, github) -> None:
        self._github = github

    def make_ref(self, request):
        name = request.body["ref"].removeprefix("refs/heads/")
        if name in self._github.branches():
            return self._github.reply(422, {"message": "Reference already exists"})
        return self.set_ref(name, request.body["sha"], 201)

    def move_ref(self, request, ref):
        name, sha = ref.removeprefix("heads/"), request.body["sha"]
        for pull in self._github.pulls:  # one that has nothing to merge any more is closed by GitHub
            if (
                pull.get("head", {}).get("ref") == name
                and pull["state"] == "open"
                and sha == self._github.branches().get("main")
            ):
                pull["state"] = "closed"
        return self.set_ref(name, sha, 200)

    def set_ref(self, name, sha, status):
        self._github.upstream.bare_git("update-ref", f"refs/heads/{name}", sha)
        return self._github.reply(status, {"ref": f"refs/heads/{name}", "object": {"sha": sha, "type": "commit"}})

    def delete_ref(self, request, ref):
        if ref.removeprefix("heads/") not in self._github.branches():
            return self._github.reply(422, {"message": "Reference does not exist"})
        self._github.upstream.bare_git("update-ref", "-d", f"refs/{ref}")
        return self._github.reply(204)
