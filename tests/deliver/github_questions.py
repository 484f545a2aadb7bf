"""What GitHub's GraphQL answers: each question that is asked, by what it asks for."""

import base64
from functools import partial


class Answers:
    """The answers of a GitHub that is held in memory."""

    def __init__(self, github) -> None:
        self._github = github

    def answer(self, request):
        if not self._github.is_known(request):
            return self._github.reply(401, {"message": "Bad credentials"})
        query, variables = request.body["query"], request.body["variables"]
        for word, handler in (
            ("createCommitOnBranch", self.commit),
            ("convertPullRequestToDraft", self.to_draft),
            ("markPullRequestReadyForReview", self.to_ready),
            ("enablePullRequestAutoMerge", self.enable),
            ("autoMergeAllowed", self.ask_merge),
            ("latestOpinionatedReviews", partial(self.standing, "writersOnly: true" in query)),
            ("ref(qualifiedName", self.tip),
            ("assignableUsers", self.find_assignable),
            ("organization(login", self.find_teams),
            ("viewer", lambda _: {"viewer": {"login": self._github.login}}),
        ):
            if word in query:
                data = handler(variables)
                shown = None if isinstance(data, list) else data
                self._github.problems += self._github.questions.problems(query, variables, shown)
                return self._github.reply(
                    200, {"data": None, "errors": data} if isinstance(data, list) else {"data": data}
                )
        return self._github.reply(200, {"errors": [{"message": f"no such field: {query}"}]})

    def to_draft(self, variables):
        self.node(variables)["draft"] = True
        return {"convertPullRequestToDraft": {"clientMutationId": None}}

    def to_ready(self, variables):
        self.node(variables)["draft"] = False
        return {"markPullRequestReadyForReview": {"clientMutationId": None}}

    def node(self, variables):
        return next(p for p in self._github.pulls if p["node_id"] == variables["id"])

    def ask_merge(self, variables):
        pull = self._github.pulls[variables["number"] - 1]
        enabled = pull["auto_merge"] and {"enabledAt": self._github.now.isoformat()}
        there = {"id": pull["node_id"], "autoMergeRequest": enabled}
        return {
            "repository": {
                "autoMergeAllowed": self._github.auto_merges, "viewerDefaultMergeMethod": "SQUASH", "pullRequest": there
            }
        }  # fmt: skip

    def enable(self, variables):
        if self._github.rollup == "SUCCESS":
            return [{"type": "UNPROCESSABLE", "message": "Pull request Pull request is in clean status"}]
        self.node(variables)["auto_merge"] = {"merge_method": variables["method"].lower()}
        return {"enablePullRequestAutoMerge": {"clientMutationId": None}}

    def standing(self, writers, variables):
        if variables["number"] > len(self._github.pulls):
            return {"repository": {"pullRequest": None}}
        pull = self._github.pulls[variables["number"] - 1]
        head = self._github.branches().get(pull["head"]["ref"], pull["head"]["sha"])
        log = ("log", "--reverse", "-z", "--format=%H%x1f%ae%x1f%ce%x1f%aI%x1f%cI%x1f%B", f"main..{head}")
        rows = [one.split("\x1f") for one in self._github.upstream.bare_git(*log).split("\0") if one]
        said = [s for s in self._github.statuses[::-1] if s["sha"] == head]
        contexts = [{"context": s["context"], "state": s["state"].upper()} for s in said]
        rollup = {"state": self._github.rollup} if self._github.rollup else None
        checks = {"contexts": {"nodes": contexts}} if said else None
        nodes = [
            {"commit": {"oid": sha, "author": {"email": author}, "committer": {"email": committer},
                        "authoredDate": authored, "committedDate": committed, "message": message,
                        "statusCheckRollup": rollup if sha == head else None}}
            for sha, author, committer, authored, committed, message in rows
        ]  # fmt: skip
        reviews = self._github.reviews.get(variables["number"], [])
        asked = [(who, s) for who, s in reviews if not (writers and who in self._github.passers_by)]
        opinions = [{"state": s, "author": {"login": who}} for who, s in asked]
        standing = {
            "id": pull["node_id"], "headRefOid": head, "isDraft": pull["draft"],
            "mergeable": pull.get("conflicting") or "MERGEABLE", "latestOpinionatedReviews": {"nodes": opinions},
            "commits": {"totalCount": len(nodes), "nodes": nodes[-100:]},
            "tip": {"nodes": [{"commit": {"statusCheckRollup": checks}}]},
        }  # fmt: skip
        return {"repository": {"pullRequest": standing}}

    def tip(self, variables):
        branch = variables["branch"].removeprefix("refs/heads/")
        files = {}
        for name in (v for v in variables if v.startswith("file")):
            path = variables[name].partition(":")[2]
            line = (
                self._github.upstream.bare_git("ls-tree", variables["branch"], path)
                if branch in self._github.branches()
                else ""
            )
            files[name] = {"oid": line.split()[2]} if line else None
        ref = None
        if branch in self._github.branches():
            sha = self._github.branches()[branch]
            author, parents, message = self._github.upstream.bare_git(
                "show", "-s", "--format=%ae%x00%P%x00%B", sha
            ).split("\0")
            nodes = [{"oid": parent} for parent in parents.split()]
            target = {"oid": sha, "message": message, "author": {"email": author}, "parents": {"nodes": nodes}}
            ref = {"target": target}
        return {"repository": {"ref": ref, **files}}

    def commit(self, variables):
        fields = variables["input"]
        name = fields["branch"]["branchName"]
        head = self._github.branches().get(name)
        if head != fields["expectedHeadOid"]:
            message = f'Expected branch to point to "{head}" but it did not. Pull and try again.'
            return [{"type": "STALE_DATA", "path": ["createCommitOnBranch"], "message": message}]
        message = f"{fields['message']['headline']}\n\n{fields['message'].get('body', '')}".strip()
        email = f"987+{self._github.login}@users.noreply.github.com"
        files = {a["path"]: base64.b64decode(a["contents"]) for a in fields["fileChanges"]["additions"]}
        sha = self._github.upstream.commit_in_bare(
            head, files, message, (self._github.login, email), ("GitHub", "noreply@github.com")
        )
        self._github.upstream.bare_git("update-ref", f"refs/heads/{name}", sha, head)
        return {"createCommitOnBranch": {"commit": {"oid": sha}}}

    def find_assignable(self, variables):
        """By the beginning of a name, as a search does it."""
        words = {key: word for key, word in variables.items() if key.startswith("login")}
        return {
            "repository": {
                key: {
                    "nodes": [{"login": login} for login in sorted(self._github.assignable) if login.startswith(word)]
                }
                for key, word in words.items()
            }
        }

    def find_teams(self, variables):
        """Those of one organisation; one without any is as good as none."""
        owner = variables["owner"]
        there = {team.partition("/")[2] for team in self._github.teams if team.partition("/")[0] == owner}
        kind = self._github.refusal or (None if there else "NOT_FOUND")
        if kind is not None:
            return [{"type": kind, "path": ["organization"], "message": "no"}]
        asked = {key: {"slug": slug} if slug in there else None for key, slug in variables.items() if key != "owner"}
        return {"organization": {"teams": {"totalCount": len(there)}, **asked}}
