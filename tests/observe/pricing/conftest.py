"""A price list, scripted: it filters by attribute and pages as the real one does."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import pytest

from remediator.config import Config
from remediator.model import Attributes, Resource
from remediator.observe.pricing import Priced, price_book
from tests.aws_service import Answer, Params, ScriptedAws

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
LINUX = {
    "operatingSystem": "Linux",
    "tenancy": "Shared",
    "preInstalledSw": "NA",
    "capacitystatus": "Used",
    "marketoption": "OnDemand",
}


def dimension(unit: str, prices: Mapping[str, str], begin: str = "0", end: str = "Inf") -> dict[str, object]:
    return {"unit": unit, "beginRange": begin, "endRange": end, "pricePerUnit": prices, "appliesTo": []}


def document(
    sku: str,
    attributes: Mapping[str, str],
    *dimensions: Mapping[str, object],
    family: str = "",
    effective: str = "2026-11-01T00:00:00Z",
) -> str:
    """An item of the price list as it is answered: JSON in a string."""
    term = {
        "sku": sku,
        "effectiveDate": effective,
        "offerTermCode": "JRTCKXETXF",
        "priceDimensions": {f"{sku}.JRTCKXETXF.{n}": d for n, d in enumerate(dimensions)},
        "termAttributes": {},
    }
    product = {"sku": sku, "productFamily": family, "attributes": {"locationType": "AWS Region", **attributes}}
    terms = {"OnDemand": {f"{sku}.JRTCKXETXF": term}, "Reserved": {"r": {"priceDimensions": {}, "sku": sku}}}
    return json.dumps({"product": product, "serviceCode": "x", "terms": terms, "version": "1"})


@dataclass
class Shop:
    """What the price list holds, and how a run's prices are asked of it."""

    aws: ScriptedAws
    state_dir: Path
    held: list[str] = field(default_factory=list)
    page: int = 2

    def sells(
        self, usage: str, price: str, unit: str = "Hrs", region: str = "us-east-1", family: str = "", **about: str
    ) -> None:
        currency = "CNY" if region.startswith("cn-") else "USD"
        sku = f"SKU{len(self.held)}"
        attributes = {"regionCode": region, "usagetype": usage, **about}
        self.held.append(document(sku, attributes, dimension(unit, {currency: price}), family=family))

    def sells_instance(self, name: str, price: str, region: str = "us-east-1", prefix: str = "") -> None:
        self.sells(f"{prefix}BoxUsage:{name}", price, region=region, instanceType=name, **LINUX)

    def open(self) -> None:
        self.aws.compute("pricing", "GetProducts", self._answer)

    def config(self, accounts: Sequence[Mapping[str, object]] = (), **prices: object) -> Config:
        table = {"endpoint_url": self.aws.url, **prices}
        return Config.model_validate(
            {
                "run": {"state_dir": self.state_dir},
                "accounts": accounts or [{"name": "dev", "regions": ["us-east-1"]}],
                "prices": {key: value for key, value in table.items() if value is not None},
            }
        )

    def book(self, *resources: Resource, now: datetime = NOW, config: Config | None = None) -> Priced:
        return price_book(resources, config or self.config(), now)

    def _answer(self, params: Params) -> Answer:
        found = [text for text in self.held if all(_matches(json.loads(text)["product"], f) for f in params["Filters"])]
        at = int(str(params.get("NextToken", 0)))
        more = {"NextToken": str(at + self.page)} if at + self.page < len(found) else {}
        return {"FormatVersion": "aws_v1", "PriceList": found[at : at + self.page], **more}


def _matches(product: dict, wanted: Mapping[str, str]) -> bool:
    is_ = {"productFamily": product["productFamily"], **product["attributes"]}.get(wanted["Field"], "")
    return wanted["Value"] in is_ if wanted["Type"] == "CONTAINS" else is_ == wanted["Value"]


@pytest.fixture
def shop(scripted_aws: ScriptedAws, tmp_path: Path) -> Shop:
    made = Shop(scripted_aws, tmp_path)
    made.open()
    return made


@pytest.fixture(autouse=True)
def one_try(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")


def instance(type_: str, region: str = "us-east-1") -> Resource:
    spec = Attributes({"instance_type": type_})
    return Resource("aws", "dev", region, "aws_instance", f"i-{type_}", None, spec, Attributes(), None)


def volume(type_: str, region: str = "us-east-1") -> Resource:
    spec = Attributes({"type": type_, "size": 100})
    return Resource("aws", "dev", region, "aws_ebs_volume", f"vol-{type_}", None, spec, Attributes(), None)
