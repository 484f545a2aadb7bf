"""What git shows a forge whose tokens are made as they are needed: a GitHub App's installation token."""

from collections.abc import Callable
from functools import cache, partial

from github import GithubException
from requests.exceptions import RequestException

from remediator.config import Config, RepositoryConfig, secret
from remediator.deliver.forges.github.api import judge
from remediator.deliver.forges.github.login import AppLogin, Server
from remediator.errors import RemediatorError


def git_token(config: Config, repository: RepositoryConfig) -> Callable[[], str] | None:
    """What gives a token that holds, each time it is asked; None where a variable holds it, or none is needed."""
    forge = config.forges.get(repository.forge or "")
    if forge is None or forge.app_id is None:
        return None
    key = secret(forge.secret_env, f"forges.{repository.forge}", "a private key")
    return partial(_token, _app(forge.api, forge.app_id, key), repository.forge_slug)


@cache  # one connection for all repositories, so that a token is made once an hour and not for each of them
def _app(api: str, app_id: int, key: str) -> AppLogin:
    return AppLogin(Server(api, pace=0), app_id, key)


def _token(app: AppLogin, slug: str) -> str:
    try:
        return app.token(slug)
    except (GithubException, RequestException, ValueError) as error:
        answer = judge(error)
        said = f"answered {answer.status}" if answer and answer.status else "did not answer"
        raise RemediatorError(
            f"{slug}: GitHub {said} when the App asked for a token; check app_id, the key in private_key_env, and that "
            "the App is installed there"
        ) from error
