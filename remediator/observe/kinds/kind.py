"""What a kind of resource is to the inventory, as data."""

from dataclasses import dataclass

Input = str | bool | tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Step:
    """One operation on the way to the items of a kind.

    `items` is a JMESPath over a page of the answer. An argument is a constant (`fixed`), the unit's region (the one
    that `region` names), or is read from what the step before found (`given`, by JMESPath). Where one call takes
    several of what the step before found, `many` says how many, and they lie in a list under `Each`. `page` is how many
    items a page may hold at most, where AWS gives fewer unless it is asked for more.
    """

    operation: str
    items: str
    fixed: tuple[tuple[str, Input], ...] = ()
    given: tuple[tuple[str, str], ...] = ()
    region: str | None = None
    many: int = 1
    page: int | None = None


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of resource: which operations list it, and where its facts lie in an item of the last one's answer.

    The facts are JMESPaths over an item, and None where there is no such fact. An item that is plain text is
    `{"Value": text}`; under `Within` lies the item of the step before. `tags` gives a list of `Key` and `Value`, or of
    one map; where AWS does not list tags with the resource it is None, and `tagged` is its type in the Resource Groups
    Tagging API. `spec` pairs a Terraform attribute name with its path; `parent` gives the name of the group that made
    it; `gone` holds for items that no longer exist, or are no resources of the account's own.
    """

    name: str
    service: str
    steps: tuple[Step, ...]
    id: str
    arn: str | None
    tags: str | None
    created_at: str | None
    spec: tuple[tuple[str, str], ...]
    parent: str | None = None
    gone: str | None = None
    tagged: str | None = None
