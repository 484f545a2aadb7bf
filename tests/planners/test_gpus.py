from dataclasses import replace

import pytest

from planners._gpus import no_slower, same_gpu, times_as_long
from remediator.observe import catalogue

KNOWN = catalogue.load().types


@pytest.mark.parametrize(
    ("candidate", "current", "busy", "fast"),
    [
        ("p4d.24xlarge", "p3dn.24xlarge", 1.0, True),
        ("p3dn.24xlarge", "p4d.24xlarge", 0.5, False),  # half the NVLink: what is copied is not counted as busy
        ("g6.xlarge", "g5.xlarge", 0.5, True),  # 300 of 600 GB/s
        ("g6.xlarge", "g5.xlarge", 0.51, False),
        ("g4dn.xlarge", "g5.xlarge", 0.1, False),  # PCIe of half the speed, and an older compute capability
        ("g6.12xlarge", "p3.8xlarge", 0.01, False),  # no NVLink
        ("g6.xlarge", "p3.8xlarge", 0.06, True),  # which one GPU alone does not need
        ("g6.xlarge", "p3.8xlarge", 0.07, False),  # FP64
        ("g7e.2xlarge", "g6e.2xlarge", 0.01, False),  # unknown
        ("g4ad.2xlarge", "g4ad.xlarge", 1.0, True),  # unknown, but the same
    ],
)
def test_a_share_of_every_speed_has_to_be_there_and_all_of_every_link(candidate, current, busy, fast) -> None:
    assert no_slower(KNOWN[candidate], KNOWN[current], busy) is fast


def test_the_same_model_with_other_memory_is_another() -> None:
    assert same_gpu(KNOWN["g6.xlarge"], KNOWN["g6.48xlarge"])
    assert not same_gpu(KNOWN["p4d.24xlarge"], KNOWN["p4de.24xlarge"])
    assert not same_gpu(replace(KNOWN["g6.xlarge"], gpu_memory_mib=None), KNOWN["g6.xlarge"])


def test_work_takes_longer_by_the_speed_that_falls_most() -> None:
    assert times_as_long(KNOWN["g6.xlarge"], KNOWN["g5.xlarge"]) == 2  # bandwidth, while FP16 is faster
    assert times_as_long(KNOWN["p4d.24xlarge"], KNOWN["p3dn.24xlarge"]) == 1
