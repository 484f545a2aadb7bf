"""The fakes of the services: modules without types, which the type checker takes as such."""

from importlib import import_module

http_service, git_service, github_service, gitlab_service, jira_service, contract = (
    import_module(f"tests.deliver.{name}")
    for name in ("http_service", "git_service", "github_service", "gitlab_service", "jira_service", "contract")
)
