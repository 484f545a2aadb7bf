"""Who is meant by an assignee: an account of exactly that id, name or address, never the first of those found."""

from remediator.deliver.trackers.jira.api import Api


def person(api: Api, who: str) -> dict[str, str] | None:
    """How an assignee is written; None where an address is nobody's, or several people's. Raises what the library does.

    An account id (on Data Center a name) is taken as it is: assigning it fails where there is no such account. An
    address is looked up; Cloud shows those of managed accounts only.
    """
    key = "accountId" if api.is_cloud else "name"
    if "@" not in who:
        return {key: who}
    search = api.client.search_users
    found = search(query=who, maxResults=50) if api.is_cloud else search(user=who, maxResults=50)
    exact = [user for user in found if getattr(user, "emailAddress", "").casefold() == who.casefold()]
    return {key: str(getattr(exact[0], key))} if len(exact) == 1 else None
