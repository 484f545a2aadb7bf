"""The types that a machine may be resized to."""

from dataclasses import replace

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from planners import rightsize_instance
from planners.rightsize_instance import Settings
from tests.planners.rightsize_instance.calm import CALM, targets


@pytest.mark.parametrize("name", ["t3.xlarge", "g5.2xlarge", "m5.metal", "m5.large", "zz9.large"])
def test_types_that_are_not_resized_here(build, changes, name) -> None:
    assert changes(build.instance(name, build.lookback(**CALM))) == []


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
