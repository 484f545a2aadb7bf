from dataclasses import replace
from datetime import datetime
from decimal import Decimal

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from planners import _month, rightsize_instance
from planners.rightsize_instance import Settings
from remediator.model import Effect, Launcher, Layer, SetAttribute, Usage

CALM = {"cpu": 20.0, "memory": 20.0, "network": 1e6, "ebs_bytes": 1e6, "ebs_ops": 50.0}


DEFAULTS = Settings()


KARPENTER = Launcher("Karpenter", "node pool", "gpu")


@pytest.fixture(scope="session")
def changes(build):
    def run(*seen, settings=DEFAULTS, without=()):
        return list(rightsize_instance.plan(build.estate(*seen), build.context(settings, without)))

    return run


def targets(found) -> list[object]:
    return [action.target for change in found for action in change.actions]


def test_an_oversized_instance_is_halved_once(build, changes) -> None:
    [change] = changes(
        build.instance("m5.4xlarge", build.lookback(cpu=5, memory=5, network=2e6, ebs_bytes=1, ebs_ops=1))
    )

    assert change.actions == (SetAttribute("instance_type", "m5.4xlarge", "m5.2xlarge"),)
    assert (change.concern, change.layer, change.effect) == ("size", Layer.CONFIGURATION, Effect.RESTART)
    assert change.title == "Resize aws_instance.i_1 from m5.4xlarge to m5.2xlarge"
    assert change.reason == "needs 1.0 vCPU and 4.1 GiB with headroom; m5.4xlarge has 16 vCPU and 64 GiB"
    assert change.saving is not None and change.saving.monthly == Decimal("280.32")
    assert change.saving.basis.startswith("list, always on") and len(change.evidence) == 5
    assert not change.doubts and change.missing == ("whether m5.2xlarge is offered in its zone",)


@pytest.mark.parametrize("dimension", ["memory", "network", "ebs_bytes", "ebs_ops"])
@pytest.mark.parametrize("how", ["absent", "full of holes", "short"])
def test_what_is_not_measured_may_not_shrink(build, changes, dimension, how) -> None:
    rest = build.lookback(**{name: value for name, value in CALM.items() if name != dimension}).summaries
    weak = {
        "absent": (),
        "full of holes": (build.metric(dimension, 1.0, coverage=0.5),),
        "short": (build.metric(dimension, 1.0, hours=48),),
    }[how]

    assert changes(build.instance("m5.2xlarge", Usage((*rest, *weak)))) == []
    assert targets(changes(build.instance("m5.2xlarge", build.lookback(**CALM)))) == ["m5.xlarge"]


@pytest.mark.parametrize(
    ("usage", "settings", "expected"),
    [
        ({"cpu": 38.0}, Settings(), ["m5.xlarge"]),
        ({"cpu": 39.0}, Settings(), []),  # 39 % of 8 vCPU, by 1.2 and by 15/14, is 4.01
        ({"cpu": 39.0}, Settings(headroom=0.1), ["m5.xlarge"]),
        ({"memory": 39.0}, Settings(), []),
        ({"network": 300e6}, Settings(), []),
        ({"ebs_bytes": 150e6}, Settings(), []),
        ({"ebs_ops": 5000.0}, Settings(), []),
        ({}, Settings(largest_step=1.0), []),
        ({}, Settings(keep_tags=("team",)), []),
    ],
)
def test_demand_with_headroom_has_to_fit(build, changes, usage, settings, expected) -> None:
    box = build.instance("m5.2xlarge", build.lookback(**{**CALM, **usage}), tags={"team": "ranking"})

    assert targets(changes(box, settings=settings)) == expected


def test_one_high_period_has_to_fit_too(build, changes) -> None:
    rest = [s for s in build.lookback(**CALM).summaries if s.name != "cpu"]
    peak = build.metric("cpu", 60.0, p99_5=10.0)

    assert changes(build.instance("m5.2xlarge", Usage((*rest, peak)))) == []


@pytest.mark.parametrize(("coverage", "expected"), [(0.99, []), (0.996, ["m5.xlarge"])])
def test_an_agent_that_is_starved_just_when_memory_is_full_says_too_little(build, changes, coverage, expected) -> None:
    """What is missing of it may be the very periods that a P99.5 is about."""
    rest = [s for s in build.lookback(**CALM).summaries if s.name != "memory"]
    memory = build.metric("memory", 20.0, coverage=coverage)

    assert targets(changes(build.instance("m5.2xlarge", Usage((*rest, memory))))) == expected


@pytest.mark.parametrize(
    ("usage", "doubted"),
    [
        ({"cpu": 4.0, "network": 9e5}, True),
        ({"cpu": 6.0, "network": 9e5}, False),
        ({"cpu": 4.0, "network": 2e6}, False),
    ],
)
def test_a_machine_that_did_no_work_shows_nothing_of_the_size_it_needs(build, changes, usage, doubted) -> None:
    [change] = changes(build.instance("m5.2xlarge", build.lookback(**{**CALM, **usage})))

    said = "it did no work in this time (CPU at most 4.0 %), so what it needs is not known; a stop would save more"
    assert change.doubts == ((said,) if doubted else ())


@pytest.mark.parametrize("dimension", ["cpu", "memory"])
def test_a_peak_too_rare_for_the_quantile_has_room_above_it_too(build, changes, dimension) -> None:
    """A report of an hour a week lies above the P99.5; the next one may take a little more than the last."""
    rest = [s for s in build.lookback(**CALM).summaries if s.name != dimension]

    def with_peak(percent: float) -> list[object]:
        peak = build.metric(dimension, percent, p99_5=10.0)
        return targets(changes(build.instance("m5.2xlarge", Usage((*rest, peak)))))

    assert with_peak(49.0) == []
    assert with_peak(45.0) == ["m5.xlarge"]


@pytest.mark.parametrize(
    ("coverage", "days", "settings", "found"),
    [
        (0.9, 14, Settings(), 0),
        (0.9, 14, Settings(coverage=0.9, memory_coverage=0.9), 1),
        (1.0, 7, Settings(), 0),
        (1.0, 14, Settings(days=28), 0),
    ],
)
def test_evidence_has_to_be_whole_and_long(build, changes, coverage, days, settings, found) -> None:
    usage = build.lookback(coverage, days, **CALM)

    assert len(changes(build.instance("m5.2xlarge", usage), settings=settings)) == found


@pytest.mark.parametrize("name", ["t3.xlarge", "g5.2xlarge", "m5.metal", "m5.large", "zz9.large"])
def test_types_that_are_not_resized_here(build, changes, name) -> None:
    assert changes(build.instance(name, build.lookback(**CALM))) == []


@pytest.mark.parametrize(
    "over", [{"member_of": "web"}, {"launched_by": KARPENTER}, {"spec": {"instance_state": "stopped"}}]
)
def test_instances_that_are_not_resized_here(build, changes, over) -> None:
    assert changes(build.instance("m5.2xlarge", build.lookback(**CALM), **over)) == []


def test_only_what_is_known_to_be_cheaper(build, changes) -> None:
    box = build.instance("m5.2xlarge", build.lookback(**CALM))

    assert changes(box, without=("m5.xlarge",)) == []
    assert changes(replace(box, resource=replace(box.resource, region="eu-west-1"))) == []


def test_other_families_only_where_configured(build, changes) -> None:
    usage = build.lookback(**{**CALM, "cpu": 60.0})
    box = build.instance("m5.2xlarge", usage)

    assert changes(box) == []
    assert targets(changes(box, settings=Settings(families=("c5", "m6g")))) == ["c5.2xlarge"]
    assert targets(changes(build.instance("m5.xlarge", usage), settings=Settings(families=("m6g", "t3")))) == []


@pytest.mark.parametrize(
    ("spec", "doubt"),
    [
        ({"tenancy": "dedicated"}, "dedicated tenancy"),
        ({"ephemeral_ip": "198.51.100.7"}, "198.51.100.7 is no Elastic IP"),
        ({"volume_ids": tuple(f"vol-{n}" for n in range(28)), "interfaces": 1}, "28 volumes and 1 network interfaces"),
        ({"platform": "Windows"}, "licence"),
        ({"platform": "Red Hat Enterprise Linux"}, "licence"),
        ({"capacity_reservation_id": "cr-1"}, "cr-1"),
        ({"placement_group": "mpi"}, "placement group mpi"),
        ({"hibernation": True}, "hibernated"),
        ({"instance_lifecycle": "spot"}, "Spot"),
        ({"interfaces": 4}, "4 network interfaces"),
        ({"licenses": ("lic-1",)}, "licences are counted for it (lic-1)"),
        ({"interface_types": ("efa",)}, "m5.xlarge may have none"),
    ],
)
def test_what_needs_a_person_is_a_doubt(build, changes, spec, doubt) -> None:
    [change] = changes(build.instance("m5.2xlarge", build.lookback(**CALM), spec=spec))

    assert len(change.doubts) == 1 and doubt in change.doubts[0]


def test_an_ordinary_instance_has_no_doubts(build, changes) -> None:
    spec = {
        "tenancy": "default",
        "platform": "Linux/UNIX",
        "placement_group": "",
        "hibernation": False,
        "interfaces": 1,
    }
    [change] = changes(build.instance("m5.2xlarge", build.lookback(**CALM), spec=spec, declared=None))

    assert change.doubts == () and change.declared is None


@pytest.mark.parametrize(
    ("spec", "doubt"),
    [
        ({"interfaces": 2, "interface_addresses": ("10", "3")}, None),
        ({"interfaces": 3}, "it has 3 network interfaces and m5.xlarge takes 2"),
        ({"interfaces": 1, "interface_addresses": ("11",)}, "one of its interfaces has 11 addresses and prefixes"),
        ({"interfaces": 1, "interface_types": ("efa",)}, "m5.xlarge has none"),
    ],
)
def test_what_is_attached_has_to_find_room_on_the_smaller_type(build, spec, doubt) -> None:
    types = [replace(t, interfaces=2, addresses=10, efa=False) for t in build.types.types]
    context = replace(build.context(Settings()), catalogue=replace(build.types, types=types))

    [change] = rightsize_instance.plan(
        build.estate(build.instance("m5.2xlarge", build.lookback(**CALM), spec=spec)), context
    )

    assert [doubt in said for said in change.doubts] == ([True] if doubt else [])


def test_a_node_of_kubernetes_says_how_few_addresses_its_pods_would_have(build) -> None:
    types = [replace(t, interfaces=4, addresses=15) for t in build.types.types]
    context = replace(build.context(Settings()), catalogue=replace(build.types, types=types))
    node = build.instance("m5.2xlarge", build.lookback(**CALM), tags={"kubernetes.io/cluster/ml": "owned"})

    [change] = rightsize_instance.plan(build.estate(node), context)

    assert "whether the pods of this node fit the 60 addresses of a m5.xlarge (max-pods)" in change.missing


@pytest.mark.parametrize(
    ("types", "expected", "missing"),
    [(None, ["m5.xlarge"], 1), ({"m5.xlarge", "m5.2xlarge"}, ["m5.xlarge"], 0), ({"m5.2xlarge"}, [], 0)],
)
def test_what_a_zone_does_not_offer_is_not_proposed(build, types, expected, missing) -> None:
    box = build.instance("m5.2xlarge", build.lookback(**CALM), spec={"availability_zone": "us-east-1e"})
    offers = {} if types is None else {("ml", "us-east-1", "us-east-1e"): frozenset(types)}

    found = list(rightsize_instance.plan(replace(build.estate(box), offers=offers), build.context(Settings())))

    assert targets(found) == expected
    assert sum(len(change.missing) for change in found) == missing


def test_local_disks_never_shrink(build, changes) -> None:
    assert changes(build.instance("m5d.2xlarge", build.lookback(**CALM))) == []


@given(
    size=st.sampled_from(["m5.xlarge", "m5.2xlarge", "m5.4xlarge", "m5d.2xlarge", "c5.2xlarge"]),
    present=st.sets(st.sampled_from(sorted(CALM))),
    levels=st.fixed_dictionaries(
        {
            "cpu": st.floats(0, 100),
            "memory": st.floats(0, 100),
            "network": st.floats(0, 1e9),
            "ebs_bytes": st.floats(0, 1e9),
            "ebs_ops": st.floats(0, 30_000),
        }
    ),
    headroom=st.floats(0, 1),
    families=st.sampled_from([(), ("m5", "c5", "m5d"), ("m6g", "t3", "p3")]),
)
def test_every_target_holds_the_demand_and_shrinks_nothing_unknown(
    build, changes, size, present, levels, headroom, families
) -> None:
    assume("cpu" in present)
    box = build.instance(size, build.lookback(**{name: levels[name] for name in present}))
    before = build.types.instance_type(size)

    for name in targets(changes(box, settings=Settings(headroom=headroom, families=families))):
        after = build.types.instance_type(name)
        margin = (1 + headroom) * (1 + 1 / 14)
        for metric, had, has in (
            ("cpu", before.vcpu, after.vcpu),
            ("memory", before.memory_mib, after.memory_mib),
            ("network", before.network_gbps, after.network_gbps),
            ("ebs_bytes", before.ebs_mbytes_s, after.ebs_mbytes_s),
            ("ebs_ops", before.ebs_iops, after.ebs_iops),
        ):
            unit = {"cpu": had / 100, "memory": had / 100, "network": 8e-9, "ebs_bytes": 1e-6}.get(metric, 1)
            # A busy machine may go where nothing is less than it has today.
            needed = levels[metric] * margin * unit * (1 - 1e-9)
            assert has >= (min(needed, had) if metric in present else had)
        assert after.vcpu * 2 >= before.vcpu and after.memory_mib * 2 >= before.memory_mib
        assert after.architecture == before.architecture and not after.burstable and not after.gpu_count


@pytest.mark.parametrize(
    ("environment", "days", "doubted"),
    [("prod", 14, True), ("prod", 32, False), ("dev", 14, False), (None, 14, True), (None, 32, False)],
)
def test_in_what_may_be_production_the_turn_of_a_month_has_to_be_seen(build, environment, days, doubted) -> None:
    usage = build.lookback(days=days, cpu=20, memory=5, network=1e7, ebs_bytes=1, ebs_ops=1)  # up to 20 November
    seen = replace(build.instance("m5.2xlarge", usage), environment=environment)

    [change] = rightsize_instance.plan(build.estate(seen), build.context(Settings()))

    assert bool(change.doubts) is doubted
    if doubted:
        assert "from 2026-11-06 to 2026-11-20 holds no turn of a month" in change.doubts[0]


@pytest.mark.parametrize(
    ("start", "end", "turns"),
    [
        ("2026-10-31T00", "2026-11-02T00", True),
        ("2026-10-31T01", "2026-11-20T00", False),
        ("2026-10-20T00", "2026-11-01T23", False),
        ("2026-11-01T00", "2026-11-30T23", False),
        ("2026-12-20T00", "2027-01-03T00", True),
        ("2026-01-29T00", "2026-02-12T00", True),
    ],
)
def test_a_turn_is_the_last_and_the_first_day_of_a_month(start, end, turns) -> None:
    begin, finish = (datetime.fromisoformat(f"{text}:00:00+00:00") for text in (start, end))

    assert _month.turns(begin, finish) is turns


@pytest.mark.parametrize(
    "spec", [{"instance_lifecycle": "spot"}, {"platform": "Windows"}, {"tenancy": "dedicated"}], ids=str
)
def test_of_what_is_not_paid_by_list_price_no_saving_is_claimed(build, changes, spec) -> None:
    [change] = changes(build.instance("m5.2xlarge", build.lookback(**CALM), spec=spec))

    assert change.saving is None
    assert "what it is paid by, which is not the list price" in change.missing


def test_a_machine_with_accelerators_that_are_no_gpus_is_not_sized_by_its_cpu(build, changes) -> None:
    # an inf2.24xlarge has half the Inferentia of an inf2.48xlarge
    like = {t.name: t for t in build.types.types}
    large = replace(like["m5.4xlarge"], name="inf2.48xlarge")
    small = replace(like["m5.2xlarge"], name="inf2.24xlarge")
    types = replace(build.types, types=[large, small])
    prices = {"inf2.48xlarge": "m5.4xlarge", "inf2.24xlarge": "m5.2xlarge"}
    given = build.context(Settings())

    class Book:
        def price(self, kind, item, region):
            return given.prices.price(kind, prices.get(item, item), region)

    seen = build.instance("inf2.48xlarge", build.lookback(**CALM))
    context = replace(given, catalogue=types, prices=Book())

    assert list(rightsize_instance.plan(build.estate(seen), context)) == []
