"""Bodies, summaries and commit messages from `templates/`: every value is escaped for the markup it lands in."""

import textwrap
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cache
from importlib.resources import files
from typing import TypeAlias

from jinja2 import FunctionLoader, StrictUndefined, pass_context
from jinja2.runtime import Context
from jinja2.sandbox import SandboxedEnvironment

from remediator.deliver import escape
from remediator.deliver.boxes import LEAVE, REBUILD, Box
from remediator.deliver.disclosure import NOTHING, Shown, discreet, unshown_savings
from remediator.deliver.escape import Markup
from remediator.deliver.folding import disclosed, folded
from remediator.deliver.markers import Marker
from remediator.deliver.page import NOT_KNOWN, NOT_SHOWN, ROWS, Page, page, title, unsaid_names
from remediator.deliver.style import typed
from remediator.deliver.wording import money
from remediator.model import Plan, Route

_Escape: TypeAlias = Callable[[str, int, Shown], Markup]

PULL_LIMIT = 60_000
"""Characters of a pull request's body: safely below GitHub's 65,536."""

TICKET_LIMIT = 30_000
"""Characters of a ticket's description: safely below Jira's 32,767."""

TITLE = 120
SUBJECT = 72
"""Characters of a title, and of a commit's first line, as forges show them whole."""
NAMES = 90
"""Characters of the names of resources in a row that asks to be let in."""

_SHORTER = (ROWS, 20, 5, 1)
"""Rows of each table and list, tried in this order until a body fits; the folded plan file goes before any row."""


@dataclass(frozen=True, slots=True)
class OnboardingRow:
    """One plan of those that a repository is told of before it lets us in."""

    title: str
    route: str
    monthly: str


@dataclass(frozen=True, slots=True)
class Member:
    """One finding of several: its number in the body, what is shown of it, and the box that leaves it out."""

    number: int
    page: Page
    box: Markup


def pull_request_title(plan: Plan, shown: Shown = NOTHING, conventional: bool = False) -> str:
    """The title of a pull request or ticket; `conventional` with a type, as its repository writes subjects."""
    return escape.plain(typed(title(plan)) if conventional else title(plan), TITLE, shown.of(plan))


def pull_request_body(plan: Plan, marker: Marker, shown: Shown = NOTHING) -> str:
    """The body of a pull request in Markdown, beginning with its marker; of several findings each is told apart."""
    file = folded(disclosed(plan, shown))
    if len(plan.parts) > 1:
        return _within(PULL_LIMIT, "group.md", plan, shown, marker, file)
    return _within(PULL_LIMIT, "pull_request.md", plan, shown, marker, file)


def onboarding_body(
    plans: Sequence[Plan],
    file: str,
    folder: str,
    most: int,
    marker: Marker,
    shown: Shown = NOTHING,
    asks_by: str = Route.PULL_REQUEST.value,
) -> str:
    """The body of the request that asks to be let in: what the plans, most dollars first, would come to.

    `most` is how many requests there will be at once, `asks_by` what the forge calls one.
    """
    about = {"file": file, "folder": folder, "most": most, "marker": Markup(str(marker)), "asks_by": asks_by}
    return _environment("md").get_template("onboarding.md").render(_found(plans, shown, asks_by) | about)


def account_body(plans: Sequence[Plan], account: str, marker: Marker, template: str, shown: Shown = NOTHING) -> str:
    """The ticket that asks whether we may open any for an account, by `ticket.md` or `ticket.jira` of its tracker."""
    markup = template.rpartition(".")[2]
    named = _environment(markup).get_template(f"account.{markup}")
    return named.render(_found(plans, shown) | {"account": account, "marker": Markup(str(marker))})


def _found(plans: Sequence[Plan], shown: Shown, asks_by: str = Route.PULL_REQUEST.value) -> dict[str, object]:
    """What was found, as the templates that ask to be let in take it."""
    sums: dict[str, Decimal] = {}
    for plan in plans:
        if (monthly := discreet(plan, shown).monthly_saving) is not None:
            sums[plan.currency] = sums.get(plan.currency, Decimal(0)) + monthly
    return {
        "rows": [_onboarding_row(plan, shown, asks_by) for plan in plans[:ROWS]],
        "more": max(0, len(plans) - ROWS),
        "together": " and ".join(f"{money(total)} {currency}" for currency, total in sums.items() if total),
        "shown": shown,
    }


def _onboarding_row(plan: Plan, shown: Shown, asks_by: str) -> OnboardingRow:
    saving = money(discreet(plan, shown).monthly_saving)
    monthly = f"{saving} {plan.currency}" if saving else NOT_SHOWN if unshown_savings(plan, shown) else NOT_KNOWN
    unsaid = escape.middle(unsaid_names(plan), NAMES, shown.of(plan))
    title = f"{pull_request_title(plan, shown)}{f' ({unsaid})' if unsaid else ''}"
    return OnboardingRow(title, asks_by if plan.route is Route.PULL_REQUEST else plan.route.value, monthly)


def ticket_body(plan: Plan, marker: Marker, template: str, shown: Shown = NOTHING) -> str:
    """The description of a ticket, by `ticket.md` or `ticket.jira`."""
    return _within(TICKET_LIMIT, template, plan, shown, marker)


def commit_message(plan: Plan, shown: Shown = NOTHING, conventional: bool = False) -> str:
    """The commit message: a subject that fits, then lines that no hostile text can turn into trailers."""
    about = shown.of(plan)
    subject, _, body = _render("commit.txt", page(discreet(plan, shown)), about).partition("\n")
    wrapped = [line for text in body.splitlines() for line in textwrap.wrap(text, 100) or [""]]
    return escape.plain(typed(subject) if conventional else subject, SUBJECT, about) + "\n" + "\n".join(wrapped) + "\n"


def _within(limit: int, template: str, plan: Plan, shown: Shown, marker: Marker, file: Markup | None = None) -> str:
    """The body with as much as the limit allows, every table and block of it whole."""
    told, hid, about = discreet(plan, shown), unshown_savings(plan, shown), shown.of(plan)
    if (monthly := told.monthly_saving) != plan.monthly_saving:  # nor is it told in the hidden line
        marker = replace(marker, monthly=None if monthly is None else round(monthly, 2))
    for rows, folded_in in ((ROWS, file), *((rows, None) for rows in _SHORTER)):
        body = _render(template, page(told, rows, hid), about, marker, folded_in, members=_members(told, rows, hid))
        if len(body) <= limit:
            return body
    short = f"short_{template}" if len(plan.parts) > 1 else f"short.{template.rpartition('.')[2]}"
    return _render(short, page(told, 1, hid), about, marker, boxed=file is not None, members=_members(told, 1, hid))


def _members(plan: Plan, rows: int, unshown: Collection[str]) -> tuple[Member, ...]:
    return tuple(
        Member(number, page(part, rows, unshown), Markup(Box(LEAVE, part.id)))
        for number, part in enumerate(plan.parts, 1)
    )


def _render(
    template: str,
    page: Page,
    shown: Shown,
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
            page=page,
            marker=head,
            rebuild=Markup(Box(REBUILD)) if boxed else None,
            plan_file=file,
            shown=shown,
            members=members,
        )
    )


@cache
def _environment(markup: str) -> SandboxedEnvironment:
    text, code, block = map(_for_audience, _ESCAPES[markup])

    @pass_context
    def escaped(context: Context, value: object) -> str:
        return value if isinstance(value, Markup) else text(context, str(value))

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


def _for_audience(escaping: _Escape) -> Callable[[Context, str], Markup]:
    """An escape as templates use it, by what the readers of what is rendered are shown."""

    @pass_context
    def escaped(context: Context, value: str) -> Markup:
        return escaping(value, escape.TEXT, context["shown"])

    return escaped


def _source(name: str) -> str:
    return files("templates").joinpath(name).read_text("utf-8")


def _plain(text: str, limit: int, shown: Shown) -> Markup:
    return Markup(escape.plain(text, limit, shown))


_ESCAPES: dict[str, tuple[_Escape, _Escape, _Escape]] = {
    "md": (escape.markdown, escape.markdown_code, escape.markdown_block),
    "jira": (escape.wiki, escape.wiki_code, escape.wiki_block),
    "txt": (_plain, _plain, _plain),
}
