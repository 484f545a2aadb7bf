"""What is attached to a machine, and what another type takes."""

from dataclasses import replace

import pytest

from planners._resize import short


@pytest.mark.parametrize(
    ("volumes", "disks", "doubt"),
    [
        (27, 0, None),
        (28, 0, "it has 28 volumes and 1 network interfaces, and m5.xlarge may take 28 of both together"),
        # Disks of its own take some of the same places, however many the type has
        (19, 150, None),
        (20, 150, "may take 28 of both together, its own disks counted in"),
    ],
)
def test_volumes_and_interfaces_share_their_places_with_disks_of_the_machines_own(
    build, volumes: int, disks: int, doubt: str | None
) -> None:
    spec = {"volume_ids": tuple(f"vol-{n}" for n in range(volumes)), "interfaces": 1}
    candidate = replace(build.types.instance_type("m5.xlarge"), local_storage_gb=disks)

    found = list(short(build.instance("m5.2xlarge", spec=spec), candidate))

    assert [doubt in one for one in found if doubt] == [True] * (doubt is not None)
    assert len(found) == (doubt is not None)


@pytest.mark.parametrize(
    ("type_", "volumes", "doubt"),
    [
        ("inf1.24xlarge", 11, None),  # 28 less an interface and 16 devices
        ("inf1.24xlarge", 12, "may take 28 of both together, its own devices counted in"),
        ("p4d.24xlarge", 11, None),  # 28 less an interface, 8 disks and 8 GPUs
        ("p4d.24xlarge", 12, "may take 28 of both together, its own disks and devices counted in"),
    ],
)
def test_gpus_and_neuron_devices_take_places_too(build, type_: str, volumes: int, doubt: str | None) -> None:
    spec = {"volume_ids": tuple(f"vol-{n}" for n in range(volumes)), "interfaces": 1}

    found = list(short(build.instance("p3.16xlarge", spec=spec), build.types.instance_type(type_)))

    assert [doubt in one for one in found if doubt] == [True] * (doubt is not None)
    assert len(found) == (doubt is not None)
