"""Machines are halved, or somebody is asked whether they may be."""

from dataclasses import replace
from decimal import Decimal

import pytest

from planners import rightsize_instance
from planners.rightsize_instance import Settings
from remediator.model import Effect, Launcher, Layer, SetAttribute
from tests.planners.rightsize_instance.calm import CALM

KARPENTER = Launcher("Karpenter", "node pool", "gpu")


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


@pytest.mark.parametrize(
    "over", [{"member_of": "web"}, {"launched_by": KARPENTER}, {"spec": {"instance_state": "stopped"}}]
)
def test_instances_that_are_not_resized_here(build, changes, over) -> None:
    assert changes(build.instance("m5.2xlarge", build.lookback(**CALM), **over)) == []


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
        (
            {"cpu_options.core_count": 4, "cpu_options.threads_per_core": 1},
            "started with 4 of the 8 vCPU",
        ),
        ({"enclave_options.enabled": True}, "Nitro Enclaves"),
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
        "cpu_options.core_count": 4,
        "cpu_options.threads_per_core": 2,
        "enclave_options.enabled": False,
        "interfaces": 1,
    }
    [change] = changes(build.instance("m5.2xlarge", build.lookback(**CALM), spec=spec, declared=None))

    assert change.doubts == () and change.declared is None


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
