"""From TOML to a configuration, with errors for the person who wrote it."""

import os
import tomllib
from pathlib import Path
from typing import get_args

from pydantic import BaseModel, ValidationError

from remediator.config.repositories import RootConfig, is_remote
from remediator.config.sections import Config
from remediator.config.words import nearest
from remediator.errors import ConfigError


def load(path: Path) -> Config:
    """The configuration in a TOML file; relative paths in it are relative to that file.

    Raises ConfigError, worded for the person who wrote the file.
    """
    try:
        text = path.read_text("utf-8")
    except OSError as error:
        raise ConfigError(
            f"{path} cannot be read ({error.strerror}); copy config.example.toml there, or name another with --config"
        ) from error
    except UnicodeDecodeError as error:
        raise ConfigError(f"{path} is not UTF-8 text; save it as UTF-8") from error
    return parse(text, path)


def parse(text: str, path: Path) -> Config:
    """The configuration in TOML text; `path` names it in errors and anchors relative paths. Raises ConfigError."""
    try:
        tables = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{path} is not valid TOML: {error}") from error
    try:
        config = Config.model_validate(tables)
    except ValidationError as error:
        sentences = (sentence(e["loc"], e["type"], e["msg"]) for e in error.errors())
        raise ConfigError(f"{path}: " + "; ".join(sentences)) from error
    return _anchored(config, path.parent.absolute())


def _anchored(config: Config, base: Path) -> Config:
    """The configuration with its relative paths made absolute from the folder of its file."""
    run = config.run.model_copy(update={"state_dir": base / config.run.state_dir.expanduser()})
    repositories = tuple(
        repository.model_copy(
            update={
                "url": _anchored_path(repository.url, base),
                "roots": tuple(_anchored_root(root, base) for root in repository.roots),
            }
        )
        for repository in config.repositories
    )
    return config.model_copy(update={"run": run, "repositories": repositories})


def _anchored_root(root: RootConfig, base: Path) -> RootConfig:
    state = _anchored_path(root.state.removeprefix("file:"), base) if root.state else ""
    folder = base / root.state_command_dir.expanduser()
    return root.model_copy(update={"state": state, "state_command_dir": folder if root.state_command else Path()})


def _anchored_path(reference: str, base: Path) -> str:
    """A path made absolute; a URL as it is."""
    return reference if is_remote(reference) else str(base / Path(reference).expanduser())


def sentence(location: tuple[str | int, ...], kind: str, message: str, root: type[BaseModel] = Config) -> str:
    """A mistake that pydantic found, in words; an unknown key names the nearest that its table has below `root`."""
    where = ".".join(str(part) for part in location)
    if kind == "tuple_type":
        message = "write a list, in brackets"
    if kind != "extra_forbidden":
        return f"{where}: {message.removeprefix('Value error, ')}".removeprefix(": ")
    return f"unknown key '{where}'{nearest(str(location[-1]), _keys_at(location[:-1], root))}"


def _keys_at(location: tuple[str | int, ...], root: type[BaseModel]) -> list[str]:
    """The keys that the table at a location may have."""
    section = root
    for part in location:
        field = section.model_fields.get(str(part))
        section = (_table(field.annotation) if field is not None else None) or section
    return list(section.model_fields)


def _table(annotation: object) -> type[BaseModel] | None:
    """The table that a key holds: one, or several in a list or by name."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((found for inner in get_args(annotation) if (found := _table(inner)) is not None), None)


def secret(env: str | None, what: str, kind: str = "a token") -> str:
    """The secret of a kind in an environment variable; raises ConfigError naming the variable to set."""
    if env is None:
        raise ConfigError(f"{what} has no token_env; name the environment variable that holds its token")
    value = os.environ.get(env, "")
    if not value:
        raise ConfigError(f"{what} needs {kind} in the environment variable {env}, which is not set")
    return value
