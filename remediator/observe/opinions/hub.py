"""What AWS Cost Optimization Hub recommends, in all regions of an account.

https://docs.aws.amazon.com/cost-management/latest/APIReference/API_CostOptimizationHub_ListRecommendations.html
"""

from collections.abc import Collection, Iterator
from decimal import Decimal
from typing import Annotated, cast

from botocore.exceptions import ClientError
from botocore.parsers import ResponseParserError
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError
from pydantic.alias_generators import to_camel

from remediator.config import AccountConfig
from remediator.errors import RemediatorError
from remediator.model import Finding, Opinion
from remediator.observe.failures import REFUSALS, explained
from remediator.observe.opinions import Opinions
from remediator.observe.sessions import Clients, open_clients
from remediator.observe.walking import Paginator

__all__ = ["read_hub"]

_ADVISER = "AWS Cost Optimization Hub"
_HOME = "us-east-1"
"""The one region that the service is in, for all others of its partition.
https://docs.aws.amazon.com/general/latest/gr/billing.html"""
_MOST = 200_000
"""Recommendations that are read, a hundred a call."""
_DATABASE = ("aws_db_instance", "aws_rds_cluster_instance")
"""A database and a member of an Aurora cluster are of one type there; no two of them have one identifier."""
_KINDS = {
    "Ec2Instance": ("aws_instance",),
    "Ec2AutoScalingGroup": ("aws_autoscaling_group",),
    "EbsVolume": ("aws_ebs_volume",),
    "EcsService": ("aws_ecs_service",),
    "RdsDbInstance": _DATABASE,
    "RdsDbInstanceStorage": ("aws_db_instance",),
    "NatGateway": ("aws_nat_gateway",),
    "ElastiCacheCluster": ("aws_elasticache_cluster",),
    "SageMakerEndpoint": ("aws_sagemaker_endpoint",),
}
_IDLE = frozenset({"Stop", "Delete", "ScaleIn"})
_OPTIONAL = frozenset({"AccessDeniedException", "ValidationException"})
"""What the service answers where it was not switched on, and to a role that may not ask it."""


class _Item(BaseModel):
    model_config = ConfigDict(alias_generator=to_camel)

    account_id: str = ""
    region: str
    resource_id: str
    current_resource_type: str
    action_type: str
    current_resource_summary: str | None = None
    recommended_resource_summary: str | None = None
    estimated_monthly_savings: Annotated[Decimal, Field(ge=0, allow_inf_nan=False)] | None = None
    currency_code: str | None = None
    recommendation_lookback_period_in_days: float | None = None
    last_refresh_timestamp: AwareDatetime | None = None


def read_hub(account: AccountConfig) -> Opinions:
    """Every recommendation on resources in the account's regions; never raises.

    A management account is told those of its members as well: what is called alike in two of them is left out.
    """
    if account.endpoint_url is None and account.regions[0].startswith(("cn-", "us-gov-")):
        return Opinions()  # these partitions have no hub
    where = f"{account.name}, second opinions"
    try:
        clients = open_clients(account, _HOME, where)
    except RemediatorError:
        return Opinions()  # its units say so
    notes: tuple[str, ...] = ()
    found: list[tuple[_Item, Opinion]] = []
    try:
        items = [item for item in _items(clients, account.regions) if item.region in account.regions]
        found = [(item, opinion) for item in items for opinion in _opinions(item, account)]
    except REFUSALS as error:
        code = error.response.get("Error", {}).get("Code", "") if isinstance(error, ClientError) else ""
        if account.endpoint_url is None or not (code.isdecimal() or isinstance(error, ResponseParserError)):
            enrol = "; enrol the account in it, which is free" if code in _OPTIONAL else ""
            said = explained(where, error, "cost-optimization-hub")
            notes = (f"{said}. {_ADVISER} gives no second opinion there{enrol}.",)
    owners: dict[tuple[str, str, str], set[str]] = {}
    for item, opinion in found:
        owners.setdefault((opinion.region, opinion.kind, opinion.resource), set()).add(item.account_id)
    sure = (o for _, o in found if len(owners[o.region, o.kind, o.resource]) == 1)
    return Opinions(tuple(sure), notes, clients.counter.counts())


def _items(clients: Clients, regions: Collection[str]) -> Iterator[_Item]:
    paginator = cast(Paginator, clients.client("cost-optimization-hub").get_paginator("list_recommendations"))
    kept = {"MaxItems": _MOST}
    for page in paginator.paginate(filter={"regions": list(regions)}, PaginationConfig=kept):
        listed = page.get("items")
        for one in listed if isinstance(listed, list) else []:
            try:
                yield _Item.model_validate(one)
            except ValidationError:
                continue


def _opinions(item: _Item, account: AccountConfig) -> Iterator[Opinion]:
    """What is thought of one resource, for each kind that it may be of."""
    finding = Finding.OVER if item.action_type == "Rightsize" else Finding.NOT_OPTIMIZED
    for kind in _KINDS.get(item.current_resource_type, ()):
        yield Opinion(
            account=account.name,
            region=item.region,
            kind=kind,
            resource=item.resource_id,
            adviser=_ADVISER,
            finding=finding,
            idle=True if item.action_type in _IDLE else None,
            reasons=(item.action_type,),
            current=item.current_resource_summary,
            best=item.recommended_resource_summary,
            saving=item.estimated_monthly_savings,
            currency=item.currency_code,
            days=item.recommendation_lookback_period_in_days,
            refreshed_at=item.last_refresh_timestamp,
        )
