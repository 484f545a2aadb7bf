"""The tables of repositories and their roots, and of the hosts that states are read from."""

from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import BeforeValidator, Field, WithJsonSchema, model_validator

from remediator.config.table import Name, Section


def _pairs(table: object) -> object:
    return tuple(sorted(table.items())) if isinstance(table, dict) else table


Environment = Annotated[
    tuple[tuple[Annotated[str, Field(pattern=r"^[A-Za-z_][A-Za-z0-9_-]*$")], str], ...],
    BeforeValidator(_pairs),
    WithJsonSchema({"type": "object", "additionalProperties": {"type": "string"}}),
]
"""Variables of the environment by name, a table in TOML and sorted pairs here."""


class RootConfig(Section):
    """`[[repositories.roots]]`: a folder that Terraform is run in, where its state is, and what its variables are.

    `environment` holds what Terraform is run with, where it is run: `TF_VAR_` variables, and those that `get_env()` of
    Terragrunt reads. Where one folder serves several states in one workspace, each has a `name` of its own. Where there
    is a `state_command`, what it prints is the state: an argument list, started without a shell in `state_command_dir`,
    with PATH, HOME and the variables that `state_env` names; then `state` is but what it is called.
    """

    path: str
    name: str | None = None
    state: str = ""
    state_account: str | None = None
    state_command: tuple[str, ...] = ()
    state_command_dir: Path = Path()
    state_env: tuple[str, ...] = ()
    var_files: tuple[str, ...] = ()
    environment: Environment = ()
    workspace: Name = "default"
    workspace_key_prefix: str = "env:"

    @property
    def identity(self) -> str:
        """What its findings are known by: its name, else its path."""
        return self.name or self.path

    @property
    def backend(self) -> str:
        """What the state is called: its reference without a query, or else the program that prints it."""
        return self.state.partition("?")[0] or f"printed by {self.state_command[0]}"

    @model_validator(mode="after")
    def _state_is_somewhere(self) -> "RootConfig":
        if not self.state and not any(self.state_command[:1]):
            raise ValueError(f"root '{self.path}' has neither a state nor a state_command; give it one of them")
        if "@" in urlsplit(self.state).netloc:
            raise ValueError(
                f"root '{self.path}': a state's URL holds no user or password; name their variables in [state_hosts]"
            )
        if (self.state_env or self.state_command_dir != Path()) and not self.state_command:
            raise ValueError(f"root '{self.path}': state_env and state_command_dir belong to a state_command")
        return self


class StateHostConfig(Section):
    """`[state_hosts."HOST"]`: a host that states are read from, and the variables that hold what it asks for.

    With `user_env` it is basic authentication; else GitLab's private token on its API, and a bearer token elsewhere.
    `url` stands in for `https://HOST` where the service is reached otherwise.
    """

    user_env: str | None = None
    token_env: str | None = None
    url: str | None = None

    @model_validator(mode="after")
    def _user_has_a_token(self) -> "StateHostConfig":
        if self.user_env and not self.token_env:
            raise ValueError("user_env needs a token_env, the variable that holds the user's token or password")
        if self.url is not None and not self.url.startswith(("https://", "http://")):
            raise ValueError("url is written as https://host")
        return self


class RepositoryConfig(Section):
    """`[[repositories]]`: a git repository that holds Terraform code, where it is hosted and tracked.

    `codeowners` is the dialect of its CODEOWNERS file; without it the forge's, or what the repository shows. `clone` is
    "blobless" for one whose history is full of large binaries: then only what is read of it is fetched.
    `config_repository` names another of them, whose `.remediator.toml` narrows this one too.
    """

    name: Name
    url: str
    branch: str = "main"
    clone: Literal["full", "blobless"] = "full"
    slug: str | None = None
    forge: str | None = None
    tracker: str | None = None
    codeowners: Literal["github", "gitlab"] | None = None
    config_repository: Name | None = None
    roots: tuple[RootConfig, ...] = ()

    @property
    def forge_slug(self) -> str:
        """`owner/name` or `group/subgroup/name` on the forge: as configured, else the URL's path, else the name."""
        if self.slug:
            return self.slug
        parts = urlsplit(self.url)
        path = parts.path if "://" in self.url else self.url.partition(":")[2]
        names = path.strip("/").removesuffix(".git").split("/")
        names = names[-2:] if parts.scheme == "file" else names  # which has folders before it, where a forge has groups
        return "/".join(names) if is_remote(self.url) and len(names) > 1 else self.name


def is_remote(reference: str) -> bool:
    """Whether a reference is a URL (`scheme://…` or `host:path`), not a path here."""
    return "://" in reference or ":" in reference.partition("/")[0]
