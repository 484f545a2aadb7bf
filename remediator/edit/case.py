"""One change in its surroundings: everything that a draft looks at."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from remediator.config import RootConfig
from remediator.edit.followers import follows
from remediator.iac.terraform.configuration.alone import is_alone
from remediator.iac.terraform.configuration.code import Code, labelled
from remediator.iac.terraform.configuration.difference import Difference
from remediator.iac.terraform.configuration.outsiders import outsiders
from remediator.iac.terraform.configuration.root import Instance
from remediator.iac.terraform.configuration.traces import Followed, follow, located
from remediator.iac.terraform.index import RepositoryIndex
from remediator.iac.terraform.sites import Site
from remediator.model import Role, SourceLocation, StateAddress, Value, ValueTrace

_OWN = (Role.LITERAL, Role.BLOCK)


@dataclass(frozen=True, slots=True)
class Reach:
    """What an edit changes: attributes of the resource itself, and other addresses; `unsure` is a sentence or None.

    `following` are alarms and dashboards of the same root, which are to change with it and are none of the others;
    neither is what is to take a value of the resource anew (`taken`, by address and attribute).
    """

    own: frozenset[str]
    others: tuple[str, ...]
    unsure: str | None = None
    following: tuple[Difference, ...] = ()
    taken: frozenset[tuple[str, str]] = frozenset()


@dataclass(frozen=True, slots=True)
class Case:
    """A declared resource, its root, the code, and what else is known; `also` are addresses that change alike.

    `updates` are addresses of the same root with the attribute that is to take a value of the resource anew.
    """

    at: StateAddress
    root: RootConfig
    code: Code
    site: Site
    instance: Instance
    also: frozenset[str]
    updates: frozenset[tuple[str, str]] = frozenset()

    @property
    def index(self) -> RepositoryIndex:
        """The index of the code."""
        return self.code.index

    @property
    def folders(self) -> tuple[str, ...]:
        """The folders of the modules on the way to the resource, its own first and the root's last."""
        module, found = self.instance.module, [self.instance.module.code.folder]
        while module.call is not None:
            module = module.caller
            found.append(module.code.folder)
        return tuple(found)

    def read(self, blob: str) -> bytes:
        """The content of a blob."""
        return self.code.read(blob)

    def follow(self, path: str, wanted: Value = None) -> Followed:
        """The way of an attribute to the literal by which it becomes what is wanted."""
        return follow(self.code, self.instance, path, wanted)

    def of_block(self) -> ValueTrace:
        """The trace that ends at the resource's own block."""
        place = self.instance.declared.place(Role.BLOCK, self.instance.module.address)
        return ValueTrace("", None, (located(self.code, place),))

    def reach(self, contents: Mapping[str, bytes], locations: Sequence[SourceLocation]) -> Reach:
        """What files with other contents change, in the configured roots and outside them."""
        found = self.code.reached(contents)
        if isinstance(found, str):
            return Reach(frozenset(), (), found)
        own = {d.attribute for root, d in found if self._is_own(root, d)}
        taken = {_taking(d) for root, d in found if self._is_taken(root, d)}
        following = tuple(difference for root, difference in found if self._follows(root, difference))
        others = [
            labelled(root, d.address, self.root)
            for root, d in found
            if not self._is_own(root, d) and not self._is_taken(root, d) and not (root == self.root and d in following)
        ]
        for location in locations:
            others += outsiders(self.index, self.code.roots, location)
        return Reach(frozenset(own), tuple(dict.fromkeys(others)), following=following, taken=frozenset(taken))

    def is_alone(self, locations: Sequence[SourceLocation], paths: Sequence[str]) -> bool:
        """Whether writing these attributes at these places, all in the resource's own block, changes nothing else."""
        block, path = self.instance.declared.block, self.instance.declared.file.path
        inside = all(
            at.path == path and at.role in _OWN and block.span.start <= at.start and at.end <= block.span.end
            for at in locations
        )
        return inside and is_alone(self.index, self.code.roots, self.instance, paths)

    def _is_own(self, root: RootConfig, difference: Difference) -> bool:
        return root == self.root and difference.address == self.at.address

    def _is_taken(self, root: RootConfig, difference: Difference) -> bool:
        return root == self.root and _taking(difference) in self.updates

    def _follows(self, root: RootConfig, difference: Difference) -> bool:
        made = self.code.root(root).instances.get(difference.address) if root == self.root else None
        return made is not None and made is not self.instance and follows(difference, made, self.instance)

    def edited(self, contents: Mapping[str, bytes]) -> "Case | str":
        """The same with other contents of some files, or a sentence where the resource is no longer declared."""
        code = self.code.edited(contents)
        instance = code.root(self.root).instances.get(self.at.address)
        if instance is None:
            return f"the edited code no longer declares {self.at.address}"
        return replace(self, code=code, instance=instance)


def _taking(difference: Difference) -> tuple[str, str]:
    """The address that differs, and the attribute or the block of it."""
    return difference.address, difference.attribute.partition(".")[0]
