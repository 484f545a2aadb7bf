"""What Compute Optimizer thinks of the EC2 instances of an account and region: an independent second opinion.

https://docs.aws.amazon.com/compute-optimizer/latest/APIReference/API_GetEC2InstanceRecommendations.html
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from typing import TYPE_CHECKING, cast

from botocore.exceptions import BotoCoreError, ClientError
from pydantic import AwareDatetime, BaseModel, ConfigDict, ValidationError
from pydantic.alias_generators import to_camel

from remediator.observe.failures import explained
from remediator.observe.sessions import Clients

if TYPE_CHECKING:
    from mypy_boto3_compute_optimizer import ComputeOptimizerClient
    from mypy_boto3_compute_optimizer.type_defs import GetEC2InstanceRecommendationsRequestTypeDef

__all__ = ["Finding", "Opinion", "Opinions", "read_opinions"]

_PAGES = 200
"""Pages of up to 1,000 instances, more than a region of any account holds."""


class Finding(Enum):
    """What an instance is found to be; the words are those of the API in lower case, however it spells them."""

    OVER = "overprovisioned"
    UNDER = "underprovisioned"
    OPTIMIZED = "optimized"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Opinion:
    """What is thought of one instance, over so many days, and of the best type for it.

    `risk` is that of the best type: 0 always holds what is needed, 4 most likely does not.
    """

    instance: str
    type: str
    finding: Finding
    reasons: tuple[str, ...]
    best: str | None
    risk: float | None
    idle: bool | None
    days: float | None
    refreshed_at: datetime | None

    @property
    def against_less(self) -> bool:
        """Whether it speaks against a smaller instance: no other finding does, nor does having no opinion."""
        return self.finding is Finding.UNDER


@dataclass(frozen=True, slots=True)
class Opinions:
    """Opinions by instance id; `problem` says why there are none, or not all, and is no disagreement."""

    by_instance: Mapping[str, Opinion] = field(default_factory=dict)
    problem: str | None = None


class _Part(BaseModel):
    model_config = ConfigDict(alias_generator=to_camel)


class _Option(_Part):
    instance_type: str
    rank: int | None = None
    performance_risk: float | None = None


class _Recommendation(_Part):
    instance_arn: str
    current_instance_type: str = ""
    finding: str = ""
    finding_reason_codes: tuple[str, ...] = ()
    recommendation_options: tuple[_Option, ...] = ()
    look_back_period_in_days: float | None = None
    last_refresh_timestamp: AwareDatetime | None = None
    idle: str | None = None


def read_opinions(clients: Clients, where: str) -> Opinions:
    """Every opinion on the instances of an account and region, a thousand a call; `where` names the unit.

    Never raises: an account that has not opted in, a refusal and a region without the service are a problem.
    """
    client = cast("ComputeOptimizerClient", clients.client("compute-optimizer"))
    request: GetEC2InstanceRecommendationsRequestTypeDef = {"maxResults": 1000}
    found: dict[str, Opinion] = {}
    try:
        for _ in range(_PAGES):
            page = client.get_ec2_instance_recommendations(**request)
            for item in page.get("instanceRecommendations", []):
                if (opinion := _opinion(item)) is not None:
                    found[opinion.instance] = opinion
            token = page.get("nextToken")
            if not token:
                return Opinions(found)
            request["nextToken"] = token
    except (BotoCoreError, ClientError) as error:
        return Opinions(found, _problem(where, error))
    return Opinions(found, f"{where}: Compute Optimizer has more than {_PAGES} pages, and is not read to its end")


def _problem(where: str, error: BotoCoreError | ClientError) -> str:
    code = error.response.get("Error", {}).get("Code", "") if isinstance(error, ClientError) else ""
    if code == "OptInRequiredException":
        return f"{where}: Compute Optimizer gives no second opinion; opt the account in to it, which is free"
    return str(explained(where, error))


def _opinion(item: object) -> Opinion | None:
    try:
        said = _Recommendation.model_validate(item)
    except ValidationError:
        return None
    best = min(
        said.recommendation_options, key=lambda option: option.rank or len(said.recommendation_options), default=None
    )
    return Opinion(
        instance=said.instance_arn.rpartition("/")[2],
        type=said.current_instance_type,
        finding=_finding(said.finding),
        reasons=said.finding_reason_codes,
        best=best.instance_type if best else None,
        risk=best.performance_risk if best else None,
        idle={"true": True, "false": False}.get((said.idle or "").lower()),
        days=said.look_back_period_in_days,
        refreshed_at=said.last_refresh_timestamp,
    )


def _finding(word: str) -> Finding:
    """The API's model says `Overprovisioned`, the API itself `OVER_PROVISIONED`."""
    plain = word.replace("_", "").lower()
    return next((finding for finding in Finding if finding.value == plain), Finding.UNKNOWN)
