"""The table of the configuration that says how environments are known."""

from typing import Annotated

from pydantic import AfterValidator, Field

from remediator.config.table import Section


def _one_word(text: str) -> str:
    if not text or not all(letter.isalnum() or letter in "*?" for letter in text):
        raise ValueError(f"'{text}' is not one word of letters, digits, * and ?; texts are split at all else")
    return text


Word = Annotated[str, AfterValidator(_one_word), Field(max_length=60)]


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
