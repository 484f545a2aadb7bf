"""Machines whose accelerators are no whole GPUs: their CPU says nothing of what they do."""

from dataclasses import replace

import pytest

from planners import idle_instance, rightsize_instance
from planners._accelerated import accelerated
from remediator.model import Context
from remediator.observe import catalogue, prices

KNOWN = catalogue.load().types


@pytest.mark.parametrize(
    ("name", "has"),
    [("g6f.large", True), ("gr6f.4xlarge", True), ("f2.6xlarge", True), ("g6.xlarge", False), ("m5.large", False)],
)
def test_a_part_of_a_gpu_is_an_accelerator_and_a_whole_one_is_judged_as_a_gpu(name, has) -> None:
    assert accelerated(KNOWN[name]) is has


def test_a_machine_with_a_part_of_a_gpu_is_not_sized_by_its_cpu(build) -> None:
    """A g6f.2xlarge has half the GPU memory of a g6f.4xlarge, and EC2 counts no whole GPU in either."""
    alike = [replace(KNOWN[name], local_storage_gb=200) for name in ("g6f.4xlarge", "g6f.2xlarge")]
    usage = build.lookback(cpu=20, memory=20, network=1e6, ebs_bytes=1e6, ebs_ops=50)
    types = replace(build.types, types=alike)
    context = Context(build.now, prices.load(), types, rightsize_instance.Settings())

    assert list(rightsize_instance.plan(build.estate(build.instance("g6f.4xlarge", usage)), context)) == []


def test_a_stop_of_one_is_a_question(build) -> None:
    seen = build.instance("g6f.xlarge", build.lookback(cpu=2, network=1000))
    context = Context(build.now, prices.load(), catalogue.load(), idle_instance.Settings())

    [change] = idle_instance.plan(build.estate(seen), context)

    assert "what its accelerators do is not measured, and its CPU says nothing of it" in change.doubts
