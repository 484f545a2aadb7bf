"""What the parts of a configuration know of the module that they are evaluated in."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from remediator.config import RootConfig
from remediator.iac.terraform.configuration.module import Declared, Module, Setting
from remediator.iac.terraform.configuration.repetition import Key
from remediator.iac.terraform.index import RepositoryIndex
from remediator.iac.terraform.language.functions.protocol import Surroundings
from remediator.iac.terraform.language.scope import Budget, Names, Scope
from remediator.iac.terraform.language.values import Evaluated
from remediator.iac.terraform.terragrunt.unit import UnitInputs
from remediator.model import Role

__all__ = ["Defining", "Shared"]


@dataclass(frozen=True, slots=True)
class Shared:
    """What all module instances of one root share; `keys` are the instance keys that a state holds for an address.

    `inputs` are what Terragrunt passes to the root's variables, where it is a unit.
    """

    index: RepositoryIndex
    root: RootConfig
    around: Surroundings
    budget: Budget
    keys: Callable[[str], tuple[Key, ...]]
    inputs: UnitInputs | None = None


class Defining(Names, Protocol):
    """An instance of a module, as far as its variables and what is read of its resources are concerned."""

    @property
    def shared(self) -> Shared:
        """What it shares with all of its root."""

    @property
    def code(self) -> Module:
        """What its files declare."""

    @property
    def address(self) -> str:
        """As `module.a["k"]`, empty for the root."""

    @property
    def call(self) -> Declared | None:
        """The block that calls it, None for the root."""

    @property
    def outer(self) -> Names | None:
        """The names of its call."""

    @property
    def caller(self) -> "Defining":
        """The module instance that it is called in; the root is its own."""

    def scope(self, setting: Setting, role: Role, address: str, names: Names | None = None) -> Scope:
        """The scope of a setting's expression."""

    def defined(self, setting: Setting, role: Role, address: str, names: Names | None = None) -> Evaluated:
        """The value of a definition, which came through it; raises EvaluationError and RefusedError."""
