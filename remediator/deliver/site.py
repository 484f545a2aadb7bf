"""Where one repository's plans are delivered, and by what rules."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from remediator.config import Config, RepositoryConfig
from remediator.config.disclosure import DisclosureConfig
from remediator.deliver.dashboard import NO_ANSWERS, Answers
from remediator.deliver.disclosure import Audience, Shown, shown_to
from remediator.deliver.protocols import Forge
from remediator.deliver.style import SUBJECTS, is_conventional
from remediator.errors import RemediatorError
from remediator.git.clones import Clone
from remediator.git.revisions import recent_subjects
from remediator.ledger.ledger import Ledger
from remediator.model import Plan
from remediator.trace.codeowners.rules import CodeOwners


def as_it_is(plan: Plan) -> None:
    """Ask nothing more of a plan."""


@dataclass(frozen=True, slots=True)
class Around:
    """What a run knows of a repository beside one plan: what people ticked on its dashboard, and the other plans.

    `seen` is that the run saw enough to say which findings have left a request of several; `confirm` evaluates their
    edits together, and raises TogetherError where they are not what each of them is. `disclosure` is that of what tells
    of plans in several folders; without it the configuration's holds for that too.
    """

    answers: Answers = NO_ANSWERS
    plans: tuple[Plan, ...] = ()
    seen: bool = True
    confirm: Callable[[Plan], None] = as_it_is
    disclosure: DisclosureConfig | None = None


ALONE: Final = Around()
"""Of a plan that is delivered by itself."""


@dataclass(frozen=True, slots=True)
class Site:
    """A repository, our clone of it, its forge, the configuration that holds there, the ledger, and the time.

    `plans` are those that a run has for it; `owners` reads its CODEOWNERS; `seen`, `confirm` and
    `disclosure` are as in `Around`.
    """

    repository: RepositoryConfig
    clone: Clone
    forge: Forge
    config: Config
    ledger: Ledger
    now: datetime
    plans: tuple[Plan, ...] = ()
    owners: Callable[[], CodeOwners] = CodeOwners
    seen: bool = True
    confirm: Callable[[Plan], None] = as_it_is
    disclosure: DisclosureConfig | None = None

    @property
    def conventional(self) -> bool:
        """Whether commits and titles are written with a type here; reads the newest subjects of the base."""
        style = self.config.requests.commit_style
        subjects = recent_subjects(self.clone, self.clone.head, SUBJECTS) if style == "auto" else ()
        return is_conventional(style, subjects)

    @property
    def shown(self) -> Shown:
        """What whoever reads the repository is shown; it is public where its forge does not say."""
        return self._shown(self.config.disclosure)

    @property
    def shown_of_all(self) -> Shown:
        """The same of what tells of plans in several folders, each of which may hide more."""
        return self._shown(self.disclosure or self.config.disclosure)

    @property
    def asks_by(self) -> str:
        """What its forge calls a request."""
        forge = self.config.forges.get(self.repository.forge or "")
        return "merge request" if forge is not None and forge.kind == "gitlab" else "pull request"

    def _shown(self, disclosure: DisclosureConfig) -> Shown:
        try:
            visibility = self.forge.visibility(self.slug)
        except RemediatorError:
            visibility = None
        return shown_to(Audience(visibility) if visibility else None, disclosure)

    @property
    def slug(self) -> str:
        """The repository's name on its forge."""
        return self.repository.forge_slug
