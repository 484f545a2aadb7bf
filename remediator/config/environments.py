"""The table of the configuration that says how environments are known."""

from typing import Annotated

from pydantic import Field

from remediator.config.table import Section

Word = Annotated[str, Field(pattern=r"^([^\W_]|[*?])+$", max_length=60)]


class EnvironmentsConfig(Section):
    """`[environments]`: the tags that name an environment, and the words for each.

    A word is letters and digits, and may hold `*` and `?`. It counts where it is a whole word of a tag's value, a
    workspace, a folder of a root or an account's name, in any case. Keys of tags are matched in any case too.
    """

    tags: tuple[str, ...] = ("environment", "env", "stage")
    prod: tuple[Word, ...] = ("prod", "prd", "production", "live")
    staging: tuple[Word, ...] = ("staging", "stage", "stg", "uat", "preprod")
    dev: tuple[Word, ...] = (
        "dev", "development", "test", "tst", "sandbox", "sbx", "qa", "lab", "experiment",
    )  # fmt: skip
