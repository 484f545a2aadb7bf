"""Which repository's `.remediator.toml` holds for others too: that of their organization."""

from remediator.config.repositories import RepositoryConfig
from remediator.config.sections import Config

ORGANIZATION = (".github", "remediator-config")
"""Names of the repository that speaks for its owner: GitHub keeps an organization's defaults in `.github`, see
https://docs.github.com/communities/setting-up-your-project-for-healthy-contributions/creating-a-default-community-health-file"""


def above(repository: RepositoryConfig, config: Config) -> RepositoryConfig | None:
    """The configured repository whose file holds for another too; None where there is none.

    It is the one that `config_repository` names, else one on the same forge that lies beside it, or beside a group
    that it is in, and is called as ORGANIZATION says; the nearest where there are several.
    """
    if repository.config_repository is not None:
        named = config.repository(repository.config_repository)
        return named if named is not repository else None
    beside = (
        one
        for one in config.repositories
        if one is not repository
        and one.forge == repository.forge
        and _speaks_for(one.forge_slug, repository.forge_slug)
    )
    return max(beside, key=lambda one: one.forge_slug.count("/"), default=None)


def _speaks_for(slug: str, other: str) -> bool:
    owner, _, name = slug.rpartition("/")
    return bool(owner) and name in ORGANIZATION and other.startswith(f"{owner}/")
