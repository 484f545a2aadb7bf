"""Users and members of GitLab, as its REST API tells of them."""


def shown(user: dict) -> dict:
    """A user in lists and as a member, which do not tell who is a bot."""
    return {key: value for key, value in user.items() if key != "bot"}


class People:
    """The people of a GitLab that is held in memory."""

    def __init__(self, gitlab) -> None:
        self._gitlab = gitlab

    def myself(self, request):
        return self._gitlab.reply(200, self._gitlab.users[self._gitlab.me])

    def search_users(self, request):
        name = request.query["username"].lower()
        found = [u for u in self._gitlab.users.values() if u["username"].lower() == name]
        return self._gitlab.paged(request, list(map(shown, found)))

    def get_user(self, request, number):
        user = self._gitlab.users.get(int(number))
        return self._gitlab.reply(200, user) if user else self._gitlab.reply(404, {"message": "404 User Not Found"})

    def list_members(self, request, path):
        if path not in self._gitlab.groups:
            return self._gitlab.reply(404, {"message": "404 Group Not Found"})
        found = [(self._gitlab.users[number], level) for number, level in self._gitlab.groups[path]]
        return self._gitlab.paged(request, [shown(user) | {"access_level": level} for user, level in found])

    def member(self, request, path, number):
        if path not in self._gitlab.joined or int(number) != self._gitlab.me:
            return self._gitlab.reply(404, {"message": "404 Not found"})
        return self._gitlab.reply(200, shown(self._gitlab.users[self._gitlab.me]) | {"access_level": 30})

    def list_access(self, request):
        """Who has access; `members` have the role Developer, `guests` another."""
        levels = {**dict.fromkeys(self._gitlab.members, 30), **self._gitlab.guests}
        asked = request.all.get("user_ids[]", [])
        found = [{**self._gitlab.users[n], "access_level": level} for n, level in levels.items() if str(n) in asked]
        return self._gitlab.paged(request, list(map(shown, found)))
