"""The value a conversion gives."""

from collections.abc import Mapping
from dataclasses import dataclass

from remediator.iac.terraform.shadow.spots import Spot
from remediator.iac.terraform.shadow.variables import VariableFile

__all__ = ["FILE_NAME", "OPERANDS", "Place", "Shadow"]

FILE_NAME = "shadow.tf"
"""The one configuration file of every folder of a shadow."""
OPERANDS = " reads"
"""Behind the name of an attribute: what its expression reads of `each` and `count`; no attribute is called so."""


@dataclass(frozen=True, slots=True)
class Place:
    """The declaration that a `terraform_data` stands for: its module's folder and its address in there."""

    folder: str
    address: str


@dataclass(frozen=True, slots=True)
class Shadow:
    """A converted root: `files` by path in the repository, one configuration file to a folder and what it reads.

    `lines` says of every line of a configuration file what it carries; `places` what each `terraform_data` stands for;
    `originals` holds the expressions as they are written, `uses` what each of them refers to; `left_out` says what is
    not provable, and why; `given_up` is the part of it that Terraform could not evaluate.
    """

    root: str
    files: Mapping[str, bytes]
    variable_files: tuple[VariableFile, ...]
    lines: Mapping[str, tuple[Spot | None, ...]]
    places: Mapping[str, Place]
    originals: Mapping[Spot, str]
    uses: Mapping[Spot, frozenset[Spot]]
    left_out: Mapping[Spot, str]
    given_up: Mapping[Spot, str]
