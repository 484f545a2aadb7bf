"""The tables of the configuration that say who owns what, how it is known, and how they are reached."""

from typing import Annotated, Self

from pydantic import Field, model_validator

from remediator.config.table import Section
from remediator.model import is_handle

Weight = Annotated[float, Field(ge=0, lt=1)]


class TeamConfig(Section):
    """`[owners.teams.NAME]`: who belongs to a team (handles, or globs on addresses) and how to reach it.

    `escalation` is whom to turn to where the team does not answer: a handle, a channel, an address of an office.
    """

    match: tuple[str, ...] = ()
    jira_assignee: str | None = None
    jira_component: str | None = None
    reviewers: tuple[str, ...] = ()
    escalation: str | None = None


class WeightsConfig(Section):
    """`[owners.weights]`: how much each piece of evidence counts, from 0 (nothing) to below 1.

    What was written down on purpose outweighs what history suggests: CODEOWNERS of the edited file, then of the
    root's module call, of its controller's code, of the block's file, then a tag; a role (`@@maintainer`) names nobody
    in particular, and a file that has its name may have nothing else of it. Who `launched` it answers for it.
    The weights from `created` on are of people by history. They were found one after the other, each tried in steps of
    0.05, by the rates of bench/owner_accuracy.py in nine public repositories cut one and two years before their end,
    with the bound that all of them together stay below CODEOWNERS; docs/owners.md names those repositories, and the
    ones that were held out.
    """

    edited_file: Weight = 0.95
    module_call: Weight = 0.92
    block_file: Weight = 0.88
    role: Weight = 0.4
    controller: Weight = 0.9
    named_file: Weight = 0.5
    tag: Weight = 0.8
    launched: Weight = 0.6
    author_team: Weight = 0.6
    account: Weight = 0.5
    created: Weight = 0.15
    changed: Weight = 0.1
    wrote_module: Weight = 0.05
    file: Weight = 0.1
    directory: Weight = 0.2
    around: Weight = 0.4
    colleagues: Weight = 0.4
    repository: Weight = 0.05
    merges: Weight = 0.1


class MachineConfig(Section):
    """`[owners.automation]`: accounts that no person commits with, matched whole and without regard to case."""

    addresses: tuple[str, ...] = ()
    accounts: tuple[str, ...] = ()
    account_ids: tuple[str, ...] = ()


class ToolConfig(MachineConfig):
    """`[[owners.tools]]`: an AI tool that takes part in commits, by its accounts, trailers or signatures."""

    name: Annotated[str, Field(min_length=1, max_length=60)]
    trailers: tuple[str, ...] = ()
    signatures: tuple[str, ...] = ()


class PlaceholderConfig(Section):
    """`[owners.placeholders]`: names and addresses of commits that strangers share; `*` stands for any text."""

    names: tuple[str, ...] = ()
    addresses: tuple[str, ...] = ()


class OwnersConfig(Section):
    """`[owners]`: the tags that name an owner, the teams, who left, and how evidence is weighed.

    `required_tags` are those that costs are allocated by; what does not carry one is counted in the summary.

    `left` are handles (their @ may be left out), addresses and full names of people who own nothing any more. A commit
    counts half after `commit_half_life_days`, and all that history says of a person half for every
    `person_half_life_days` in which they did not commit to the repository nor merge into it, down to a twentieth: both
    chosen on the same repositories.

    Whom history alone names with less than `least_confidence` is shown, and not asked by name; then `fallback` is, a
    team of `[owners.teams]` or a handle, and where nobody who is named can be reached. Of first owners below the
    default 7 % went on to change the code, of those above it 62 %: docs/owners.md has the measurement.
    """

    tags: tuple[str, ...] = ("team", "owner")
    required_tags: tuple[str, ...] = ()
    left: tuple[str, ...] = ()
    commit_half_life_days: Annotated[float, Field(gt=0)] = 90
    person_half_life_days: Annotated[float, Field(gt=0)] = 120
    least_confidence: Annotated[float, Field(ge=0, lt=1)] = 0.2
    fallback: str | None = None
    weights: WeightsConfig = WeightsConfig()
    automation: MachineConfig = MachineConfig()
    placeholders: PlaceholderConfig = PlaceholderConfig()
    tools: tuple[ToolConfig, ...] = ()
    teams: dict[str, TeamConfig] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _reaches_somebody(self) -> Self:
        if self.fallback is not None and self.fallback not in self.teams and not is_handle(self.fallback):
            raise ValueError(
                f"fallback = '{self.fallback}' is neither a team of [owners.teams] nor a handle; "
                "add the team, or write @name"
            )
        return self
