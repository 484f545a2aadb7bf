"""The options that every command takes."""

from pathlib import Path
from typing import Annotated, Literal, TypeAlias

import typer

ConfigPath: TypeAlias = Annotated[Path, typer.Option("--config", help="The configuration file.", show_default=True)]
LogFormat: TypeAlias = Annotated[
    Literal["text", "json"], typer.Option("--log-format", help="How the log on standard error is written.")
]
Verbose: TypeAlias = Annotated[bool, typer.Option("--verbose", "-v", help="Log what is being done.")]
OutputFormat: TypeAlias = Annotated[
    Literal["text", "json", "markdown"],
    typer.Option("--format", help="text for people, json for programs, markdown to post."),
]
TextOrJson: TypeAlias = Annotated[
    Literal["text", "json"], typer.Option("--format", help="text for people, json for programs.")
]
OnlyRule: TypeAlias = Annotated[str | None, typer.Option("--only", help="Only this rule.", metavar="RULE")]
OnlyAccount: TypeAlias = Annotated[str | None, typer.Option("--account", help="Only this account.")]
OnlyRepository: TypeAlias = Annotated[str | None, typer.Option("--repo", help="Only this repository.")]
SettingsOf: TypeAlias = Annotated[
    str | None, typer.Option("--repo", help="What holds in this repository, and which file says so.")
]

DEFAULT_CONFIG = Path("config.toml")
