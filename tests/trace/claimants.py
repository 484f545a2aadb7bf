"""Owners ranked from claims that a test makes, with a configuration of teams."""

from remediator.config import OwnersConfig, TeamConfig
from remediator.model import Attributes
from remediator.trace.activity import NOBODY, Activity
from remediator.trace.authorship import machines
from remediator.trace.claims import Author, Labels, Places
from remediator.trace.codeowners import Dialect, read
from remediator.trace.owners import Facts, Known, rank
from remediator.trace.people import People, Person

PLACES = Places(("envs/dev/dev.tfvars",), "envs/dev/main.tf", "modules/box/main.tf")
ALICE = Author(Person("Alice Moreau", "alice@acme.io"), "created", "a" * 40)
BO = Author(Person("Bo", "7+bo@users.noreply.github.com"), "changed", "b" * 40)


def ranked(text="", places=PLACES, tags=None, authors=(), config=None, activity=NOBODY, owner=None, dialect="github"):
    config = config or OwnersConfig()
    known = Known(read(text, Dialect(dialect)), activity, machines(config), config)
    labels = (Labels("on the resource", Attributes(tags or {})),)
    return rank(Facts(places, labels, tuple(authors), "ml-dev", owner), known)


def handles(*arguments, **options):
    return [owner.handle for owner in ranked(*arguments, **options).owners]


def active(*persons):
    """An activity in which the persons committed alike, all to one file."""
    people = People.of(persons)
    weights = {people.key(person.names()[0]): 1.0 for person in persons}
    shown = {people.key(person.names()[0]): person for person in persons}
    return Activity(
        people=people,
        shown=shown,
        files={PLACES.edited[0]: weights},
        folders={"envs/dev": weights},
        workplaces={},
        trees={"envs": weights},
        repository=weights,
        merges={},
        seen={},
    )


FALLBACK = OwnersConfig(
    fallback="platform",
    teams={"platform": TeamConfig(reviewers=("@acme/platform",), jira_assignee="pf", escalation="#platform")},
)
