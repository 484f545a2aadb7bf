"""The tags of kinds that are listed without them: one paginated call a kind."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import cast

from remediator.observe.parsing import left_out, understood
from remediator.observe.sessions import Clients
from remediator.observe.walking import Paginator


@dataclass(frozen=True, slots=True)
class Tags:
    """Tags by ARN, and by what follows the type in an ARN; what is in neither has no tags.

    `unread` are ARNs of which it is not known.
    """

    by_arn: Mapping[str, Mapping[str, str]]
    by_name: Mapping[str, Mapping[str, str]]
    unread: frozenset[str] = frozenset()

    @classmethod
    def of(cls, clients: Clients, type_: str) -> "Tags":
        """The tags of a type (`sagemaker:endpoint`) by the Resource Groups Tagging API; raises what botocore raises.

        https://docs.aws.amazon.com/resourcegroupstagging/latest/APIReference/API_GetResources.html
        """
        paginator = cast(Paginator, clients.client("resourcegroupstaggingapi").get_paginator("get_resources"))
        found: dict[str, Mapping[str, str]] = {}
        unread: set[str] = set()
        for page in paginator.paginate(ResourceTypeFilters=[type_], ResourcesPerPage=100):
            unread.update(arn.removesuffix(":*") for arn in left_out(page))
            listed = page.get("ResourceTagMappingList")
            with understood():
                for one in listed if isinstance(listed, list) else []:
                    arn = str(one["ResourceARN"]).removesuffix(":*")
                    found[arn] = {str(t["Key"]): str(t["Value"]) for t in one.get("Tags", [])}
        return cls(found, {_name(arn): tags for arn, tags in found.items()}, frozenset(unread))

    def are_known(self, arn: str | None, name: str) -> bool:
        """Whether the tags of the resource with an ARN, or where that is not known with a name, could be read."""
        return arn not in self.unread if arn else name not in map(_name, self.unread)

    def of_one(self, arn: str | None, name: str) -> Mapping[str, str]:
        """The tags of the resource with an ARN, or where that is not known with a name."""
        return self.by_arn.get(arn, {}) if arn else self.by_name.get(name, {})


def _name(arn: str) -> str:
    """`web` of `…:loadbalancer/web` and of `…:log-group:web`."""
    resource = arn.split(":", 5)[-1]
    at = min((resource.find(mark) for mark in "/:" if mark in resource), default=-1)
    return resource[at + 1 :]
