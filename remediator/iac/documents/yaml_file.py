"""YAML with exact byte ranges, read as Terraform's `yamldecode` reads it."""

from decimal import Decimal

from remediator.errors import RemediatorError
from remediator.iac.documents.limits import MAX_DEPTH
from remediator.iac.documents.yaml_nodes import Written, YamlMapping, YamlNode, YamlScalar, YamlSequence, composed
from remediator.iac.documents.yaml_scalars import plain_scalar
from remediator.iac.terraform.language.places import Place
from remediator.iac.terraform.language.values import Evaluated, Fields, Items
from remediator.model import Role

__all__ = ["read_yaml"]

MAX_NODES = 50_000
"""Values that a file may come to once aliases are followed: they multiply."""
_MERGE = "<<"
_STRING = "tag:yaml.org,2002:str"


def read_yaml(path: str, content: bytes) -> Evaluated:
    """A YAML file as a value, every part with its place; an alias has the place of its anchor.

    Block scalars and empty values have no place: they are not edited. Raises RemediatorError where it cannot be read,
    or where aliases make it grow beyond bounds.
    """
    top = composed(path, content)
    if top is None:
        raise RemediatorError(f"{path} holds nothing, which Terraform does not read")
    return _Reading(path, content).value(top.node, "", 0)


class _Reading:
    def __init__(self, path: str, content: bytes) -> None:
        self.path = path
        self.content = content
        self.left = MAX_NODES
        self.addresses: dict[int, str] = {}

    def value(self, node: YamlNode, address: str, depth: int) -> Evaluated:
        self.left -= 1
        if depth > MAX_DEPTH or self.left < 0:
            raise RemediatorError(f"{self.path} nests or repeats more than is followed; flatten it")
        if isinstance(node, YamlMapping):
            return Evaluated(Fields(self.fields(node, address, depth)), self.place(node, address))
        if isinstance(node, YamlSequence):
            items = (self.value(item.node, f"{address}[{at}]", depth + 1) for at, item in enumerate(node.items))
            return Evaluated(Items(tuple(items)), self.place(node, address))
        return Evaluated(self.scalar(node), self.place(node, address) if _is_written_out(node) else None)

    def fields(self, node: YamlMapping, address: str, depth: int) -> dict[str, Evaluated]:
        """The members; what is merged counts from where it is merged, so that it replaces what stands before it."""
        found: dict[str, Evaluated] = {}
        own: set[str] = set()
        for key, value in node.pairs:
            name = self.key(key)
            if name is None:
                if not isinstance(value.node, YamlMapping):
                    raise self.refused(key.start, "merges what is no mapping, which Terraform does not read")
                self.left -= 1  # a merge of nothing takes its time too
                if depth > MAX_DEPTH or self.left < 0:
                    raise self.refused(key.start, "merges more than is followed")
                found |= self.fields(value.node, address, depth + 1)
                continue
            if name in own:
                raise self.refused(key.start, f"has the key {name[:80]!r} twice")
            own.add(name)
            found[name] = self.value(value.node, f"{address}.{name}".lstrip("."), depth + 1)
        return found

    def key(self, key: Written) -> str | None:
        """The name that a key is, None where it merges."""
        node = key.node
        if not isinstance(node, YamlScalar):
            raise self.refused(key.start, "has a key that is no text")
        if node.text == _MERGE and node.tag is None:
            return None
        data = self.scalar(node)
        if isinstance(data, bool):
            return "true" if data else "false"
        if isinstance(data, Decimal):
            return format(data.normalize(), "f")
        if data is None:
            raise self.refused(key.start, "has a key that is null")
        return data

    def scalar(self, node: YamlScalar) -> str | bool | Decimal | None:
        if node.tag == _STRING or (node.tag is None and node.style is not None):
            return node.text
        if node.tag is not None:
            raise self.refused(node.start, f"has the tag {node.tag[-40:]}, which is not read")
        return plain_scalar(node.text, self.path)

    def place(self, node: YamlNode, address: str) -> Place:
        first = self.addresses.setdefault(id(node), address)  # an alias is the node of its anchor
        return Place(self.path, node.start, node.end, Role.YAML_FILE, first or self.path)

    def refused(self, at: int, why: str) -> RemediatorError:
        line = self.content.count(b"\n", 0, at) + 1
        return RemediatorError(f"{self.path}:{line} {why}")


def _is_written_out(node: YamlScalar) -> bool:
    """Whether other text may stand in its place."""
    return node.style not in ("|", ">") and node.start < node.end and node.tag is None
