"""The rule over the whole embedded catalogue, at its own prices and at any others."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planners import gpu_generation
from planners.gpu_generation import Settings
from remediator.model import Context, Effect, GpuModel, InstanceType, Launcher, Layer, Price, SetAttribute
from remediator.observe import catalogue, prices
from tests.planners.conftest import NOW, Build, Types

KNOWN = catalogue.load()
WITH_GPUS = tuple(sorted(type_.name for type_ in KNOWN.every() if type_.gpu_count))


@dataclass(frozen=True)
class Priced:
    """Prices of these types alone."""

    hourly: Mapping[str, Decimal]

    def price(self, kind: str, item: str, region: str) -> Price | None:
        amount = self.hourly.get(item) if kind == "aws_instance" else None
        return None if amount is None else Price(amount, "hour", "USD", "list", date(2026, 7, 20))


def wanted(*seen, settings=None, book=None, types=None):
    context = Context(NOW, book or prices.load(), types or KNOWN, settings or Settings())
    return list(gpu_generation.plan(Build().estate(*seen), context))


def machine(type_: str, **over):
    return Build().instance(type_, **over)


def test_what_the_embedded_prices_make_it_ask_about() -> None:
    """All of it, at list prices of July 2026; prices decide, and these change with them."""
    found = [change.actions[0] for name in WITH_GPUS for change in wanted(machine(name), settings=Settings(0.01))]

    assert [(action.live, action.target) for action in found] == [
        ("p3.16xlarge", "p4d.24xlarge"),
        ("p3dn.24xlarge", "p4d.24xlarge"),
    ]


def test_it_is_a_question_with_the_price_of_the_day_and_what_has_to_be_tried() -> None:
    [change] = wanted(machine("p3dn.24xlarge"))

    assert change.actions == (SetAttribute("instance_type", "p3dn.24xlarge", "p4d.24xlarge"),)
    assert (change.concern, change.layer, change.effect) == ("size", Layer.CONFIGURATION, Effect.RESTART)
    assert change.saving.monthly == Decimal("6755.68")  # (31.212 - 21.957642) x 730
    assert change.saving.as_of == date(2026, 7, 20)
    assert change.reason == (
        "p4d.24xlarge costs less than p3dn.24xlarge and has no less of anything: 8 A100 with 40 GiB each at 1,555 "
        "GB/s, 96 vCPU, 1,152 GiB against 8 V100 with 32 GiB each at 900 GB/s, 96 vCPU, 768 GiB"
    )
    assert change.doubts == (
        "p4d.24xlarge may not be had at once when it is started again (InsufficientInstanceCapacity); resize it when "
        "nothing waits for it",
        "A100 is another GPU than V100: its speed, its drivers, CUDA, the image and what is compiled for it have to be "
        "tried (compute capability 8.0 in place of 7.0)",
        "whether it draws, or encodes or decodes video, is not measured, and not every GPU can (A100 and H100 have no "
        "encoder)",
        "p3dn.24xlarge has 1,800 GB of instance store, which is lost on the restart",
    )


@pytest.mark.parametrize(
    ("spec", "doubt"),
    [
        ({"placement_group": "train"}, "placement group train"),
        ({"capacity_reservation_id": "cr-1"}, "capacity reservation cr-1"),
        ({"interfaces": 61}, "61 network interfaces"),
        ({"tenancy": "dedicated"}, "dedicated tenancy"),
    ],
)
def test_what_is_around_the_machine_is_doubted(spec, doubt) -> None:
    [change] = wanted(machine("p3dn.24xlarge", spec=spec))

    assert any(doubt in one for one in change.doubts)


def test_a_move_from_xen_names_the_drivers() -> None:
    [change] = wanted(machine("p3.16xlarge"))

    assert "it goes from xen to nitro, which needs ENA and NVMe drivers" in change.doubts


def test_a_capacity_block_is_paid_for_already() -> None:
    assert wanted(machine("p3dn.24xlarge", spec={"instance_lifecycle": "capacity-block"})) == []


def test_what_a_spot_machine_saves_is_not_known() -> None:
    [change] = wanted(machine("p3dn.24xlarge", spec={"instance_lifecycle": "spot"}))

    assert change.saving is None and "what it is paid by, which is not the list price" in change.missing


@pytest.mark.parametrize(("least", "found"), [(29.6, 1), (29.7, 0)])
def test_a_little_is_worth_no_trial(least, found) -> None:
    assert len(wanted(machine("p3dn.24xlarge"), settings=Settings(least))) == found


def test_a_zone_without_the_type_asks_nothing() -> None:
    build = Build()
    seen = build.instance("p3dn.24xlarge", spec={"availability_zone": "us-east-1a"})
    estate = replace(build.estate(seen), offers={("ml", "us-east-1", "us-east-1a"): frozenset({"p3dn.24xlarge"})})
    assert list(gpu_generation.plan(estate, Context(NOW, prices.load(), KNOWN, Settings()))) == []


@pytest.mark.parametrize(
    ("cheaper", "current", "why"),
    [
        ("g6.xlarge", "g5.xlarge", "half the bandwidth of its memory"),
        ("g6e.4xlarge", "p3.2xlarge", "FP64 and bandwidth, though FP32 is six times as much"),
        ("g6e.12xlarge", "p3.8xlarge", "no NVLink"),
        ("g5.xlarge", "p4d.24xlarge", "one GPU in place of eight"),
        ("g4dn.xlarge", "g4ad.xlarge", "a model of which no figure is known"),
        ("g6.4xlarge", "g3.4xlarge", "a model of which no figure is known, and less memory"),
        ("p6-b300.48xlarge", "p6-b200.48xlarge", "next to no FP64"),
        ("g5g.xlarge", "g4dn.xlarge", "another architecture"),
        ("g7e.48xlarge", "g6e.48xlarge", "FP32 that is not known"),
    ],
)
def test_less_of_one_thing_or_one_thing_unknown_is_enough_to_want_nothing(cheaper, current, why) -> None:
    book = Priced({cheaper: Decimal("0.01"), current: Decimal(100)})

    assert wanted(machine(current), book=book) == [], why


def test_an_unknown_price_asks_nothing() -> None:
    assert wanted(machine("p3dn.24xlarge"), book=Priced({"p3dn.24xlarge": Decimal(31)})) == []
    assert wanted(machine("p3dn.24xlarge"), book=Priced({"p4d.24xlarge": Decimal(3)})) == []


def test_what_is_kept_stopped_of_a_group_or_of_a_controller_is_left_alone() -> None:
    assert wanted(machine("p3dn.24xlarge", tags={"remediator:keep": ""})) == []
    assert wanted(machine("p3dn.24xlarge", spec={"instance_state": "stopped"})) == []
    assert wanted(machine("p3dn.24xlarge", member_of="trainers", declared=None)) == []
    made = Launcher("Karpenter", "node pool", "gpu")
    assert wanted(machine("p3dn.24xlarge", launched_by=made, declared=None)) == []
    assert wanted(machine("m3.xlarge")) == []


def _each(type_: InstanceType) -> float | None:
    return type_.gpu_memory_mib / type_.gpu_count if type_.gpu_memory_mib is not None else None


DIMENSIONS: tuple[Callable[[InstanceType], float | None], ...] = (
    *(
        lambda type_, name=name: getattr(type_, name)
        for name in (
            *("vcpu", "memory_mib", "gpu_count", "gpu_memory_mib", "local_storage_gb", "network_gbps", "ebs_mbytes_s"),
            *("ebs_iops", "interfaces", "addresses", "efa"),
        )
    ),
    _each,
)
SPEEDS = tuple(field.name for field in fields(GpuModel))


def _with_unknown(type_: InstanceType, speed: str | None) -> InstanceType:
    return type_ if speed is None or type_.gpu is None else replace(type_, gpu=replace(type_.gpu, **{speed: None}))


@given(
    st.sampled_from(WITH_GPUS),
    st.dictionaries(st.sampled_from(WITH_GPUS), st.decimals("0.01", "200", places=2), min_size=20),
    st.dictionaries(st.sampled_from(WITH_GPUS), st.sampled_from(SPEEDS), max_size=20),
)
def test_nothing_that_is_proposed_has_less_of_anything_or_costs_more(name, hourly, unknown) -> None:
    types = Types([_with_unknown(type_, unknown.get(type_.name)) for type_ in KNOWN.every()])
    current = types.instance_type(name)
    for change in wanted(machine(name), book=Priced(hourly), types=types, settings=Settings(0)):
        candidate = types.instance_type(change.actions[0].target)

        assert change.doubts
        assert hourly[candidate.name] < hourly[name]
        assert (candidate.architecture, candidate.bare_metal) == (current.architecture, current.bare_metal)
        for dimension in DIMENSIONS:
            had = dimension(current)
            assert had is None or dimension(candidate) >= had
        same = (candidate.gpu_name, _each(candidate)) == (current.gpu_name, _each(current))
        for speed in () if same else SPEEDS:
            has, had = getattr(candidate.gpu, speed), getattr(current.gpu, speed)
            alone = speed == "nvlink_gbytes_s" and current.gpu_count == 1
            assert alone or (has is not None and had is not None and has >= had)


@pytest.mark.parametrize("least", [-1, 101])
def test_settings_that_make_no_sense_are_refused(least) -> None:
    with pytest.raises(ValueError, match="least_percent"):
        Settings(least)
