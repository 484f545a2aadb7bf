"""Where one repository's plans are delivered, and by what rules."""

from dataclasses import dataclass
from datetime import datetime

from remediator.config import Config, RepositoryConfig
from remediator.deliver.protocols import Forge
from remediator.git.clones import Clone
from remediator.ledger.ledger import Ledger


@dataclass(frozen=True, slots=True)
class Site:
    """A repository, our clone of it, its forge, the configuration that holds there, the ledger, and the time."""

    repository: RepositoryConfig
    clone: Clone
    forge: Forge
    config: Config
    ledger: Ledger
    now: datetime

    @property
    def slug(self) -> str:
        """The repository's name on its forge."""
        return self.repository.forge_slug
