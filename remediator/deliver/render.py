"""Bodies, summaries and commit messages from `templates/`: every value is escaped for the markup it lands in."""

import textwrap
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from jinja2 import FunctionLoader, StrictUndefined
from jinja2.sandbox import SandboxedEnvironment

from remediator.deliver import escape
from remediator.deliver.boxes import LEAVE, REBUILD, Box
from remediator.deliver.escape import Markup
from remediator.deliver.folding import folded
from remediator.deliver.markers import Marker
from remediator.deliver.page import ROWS, Page, page, title
from remediator.deliver.style import typed
from remediator.deliver.wording import money
from remediator.model import Plan
from remediator.planfile import to_planfile

PULL_LIMIT = 60_000
"""Characters of a pull request's body: safely below GitHub's 65,536."""

TICKET_LIMIT = 30_000
"""Characters of a ticket's description: safely below Jira's 32,767."""

TITLE = 120
SUBJECT = 72
"""Characters of a title, and of a commit's first line, as forges show them whole."""

_SHORTER = (ROWS, 20, 5, 1)
"""Rows of each table and list, tried in this order until a body fits; the folded plan file goes before any row."""


@dataclass(frozen=True, slots=True)
class OnboardingRow:
    """One plan of those that a repository is told of before it lets us in."""

    title: str
    route: str
    monthly: str | None


@dataclass(frozen=True, slots=True)
class Member:
    """One finding of several: its number in the body, what is shown of it, and the box that leaves it out."""

    number: int
    page: Page
    box: Markup


def pull_request_title(plan: Plan, conventional: bool = False) -> str:
    """The title of a pull request or ticket; `conventional` with a type, as its repository writes subjects."""
    return escape.plain(typed(title(plan)) if conventional else title(plan), TITLE)


def pull_request_body(plan: Plan, marker: Marker) -> str:
    """The body of a pull request in Markdown, beginning with its marker; of several findings each is told apart."""
    if len(plan.parts) > 1:
        return _group_body(plan, marker)
    return _within(PULL_LIMIT, "pull_request.md", plan, marker, folded(to_planfile(plan)))


def _group_body(plan: Plan, marker: Marker) -> str:
    for rows, file in ((ROWS, folded(to_planfile(plan))), *((rows, None) for rows in _SHORTER)):
        body = _render("group.md", page(plan, rows), marker, file, members=_members(plan, rows))
        if len(body) <= PULL_LIMIT:
            return body
    return _render("short_group.md", page(plan, 1), marker, members=_members(plan, 1))


def _members(plan: Plan, rows: int) -> tuple[Member, ...]:
    return tuple(
        Member(number, page(part, rows), Markup(Box(LEAVE, part.id))) for number, part in enumerate(plan.parts, 1)
    )


def onboarding_body(plans: Sequence[Plan], file: str, folder: str, marker: Marker) -> str:
    """The body of the request that asks to be let in: what the plans, most dollars first, would come to."""
    rows = [OnboardingRow(title(plan), plan.route.value, money(plan.monthly_saving)) for plan in plans[:ROWS]]
    template = _environment("md").get_template("onboarding.md")
    head = Markup(str(marker))
    return template.render(rows=rows, more=max(0, len(plans) - ROWS), file=file, folder=folder, marker=head)


def ticket_body(plan: Plan, marker: Marker, template: str) -> str:
    """The description of a ticket, by `ticket.md` or `ticket.jira`."""
    return _within(TICKET_LIMIT, template, plan, marker)


def commit_message(plan: Plan, conventional: bool = False) -> str:
    """The commit message: a subject that fits, then lines that no hostile text can turn into trailers."""
    subject, _, body = _render("commit.txt", page(plan)).partition("\n")
    wrapped = [line for text in body.splitlines() for line in textwrap.wrap(text, 100) or [""]]
    return escape.plain(typed(subject) if conventional else subject, SUBJECT) + "\n" + "\n".join(wrapped) + "\n"


def _within(limit: int, template: str, plan: Plan, marker: Marker, file: Markup | None = None) -> str:
    """The body with as much as the limit allows, every table and block of it whole."""
    for rows, shown in ((ROWS, file), *((rows, None) for rows in _SHORTER)):
        body = _render(template, page(plan, rows), marker, shown)
        if len(body) <= limit:
            return body
    return _render(f"short.{template.rpartition('.')[2]}", page(plan, 1), marker, boxed=file is not None)


def _render(
    template: str,
    page: Page,
    marker: Marker | None = None,
    file: Markup | None = None,
    boxed: bool = True,
    members: Sequence[Member] = (),
) -> str:
    head = "" if marker is None else Markup(str(marker))
    return (
        _environment(template.rpartition(".")[2])
        .get_template(template)
        .render(
            page=page, marker=head, rebuild=Markup(Box(REBUILD)) if boxed else None, plan_file=file, members=members
        )
    )


@cache
def _environment(markup: str) -> SandboxedEnvironment:
    text, code, block = _ESCAPES[markup]

    def escaped(value: object) -> str:
        return value if isinstance(value, Markup) else text(str(value))

    environment = SandboxedEnvironment(
        loader=FunctionLoader(_source),
        undefined=StrictUndefined,
        finalize=escaped,
        trim_blocks=True,
        lstrip_blocks=True,
        autoescape=False,
    )
    environment.filters["code"] = code
    environment.filters["block"] = block
    environment.filters["cell"] = escape.cell
    return environment


def _source(name: str) -> str:
    return files("templates").joinpath(name).read_text("utf-8")


def _plain_code(text: str) -> Markup:
    return Markup(escape.plain(text))


_ESCAPES: dict[str, tuple[Callable[[str], Markup], ...]] = {
    "md": (escape.markdown, escape.markdown_code, escape.markdown_block),
    "jira": (escape.wiki, escape.wiki_code, escape.wiki_block),
    "txt": (_plain_code, _plain_code, _plain_code),
}
