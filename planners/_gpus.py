"""How GPUs of two types compare by their data sheets, and what moving to others asks of people."""

from collections.abc import Iterator

from remediator.model import GpuModel, InstanceType


def same_gpu(one: InstanceType, other: InstanceType) -> bool:
    """Whether both have GPUs of one model with as much memory each; A100 has 40 GB in one type, and 80 in another."""
    return (
        one.gpu_name == other.gpu_name
        and one.gpu_memory_mib is not None
        and other.gpu_memory_mib is not None
        and one.gpu_memory_mib * other.gpu_count == other.gpu_memory_mib * one.gpu_count
    )


def no_slower(candidate: InstanceType, current: InstanceType, busy: float = 1.0) -> bool:
    """Whether each GPU of a candidate does all that one of the current type does in a share `busy` of the time.

    That share is of time, and does not tell which units of a GPU work: of each speed so much has to be there. Copies
    over PCIe and NVLink make no GPU busy, so of these there has to be as much as today, of NVLink only where several
    GPUs can use it. What is not known of either is slower.
    """
    if same_gpu(candidate, current):
        return True
    new, old = candidate.gpu, current.gpu
    if new is None or old is None:
        return False
    whole = [(new.pcie_gbytes_s, old.pcie_gbytes_s), (new.compute_capability, old.compute_capability)]
    if candidate.gpu_count > 1 and current.gpu_count > 1:
        whole.append((new.nvlink_gbytes_s, old.nvlink_gbytes_s))
    shares = [*((pair, 1.0) for pair in whole), *((pair, busy) for pair in _speeds(new, old))]
    return all(has is not None and had is not None and has >= had * share for (has, had), share in shares)


def times_as_long(candidate: InstanceType, current: InstanceType) -> float:
    """How many times as long a piece of work may take on a candidate's GPU, by the speed that falls most; or 1."""
    new, old = candidate.gpu, current.gpu
    if new is None or old is None:
        return 1.0
    return max(1.0, *(had / has if has and had else 1.0 for has, had in _speeds(new, old)))


def tried(candidate: InstanceType, current: InstanceType) -> Iterator[str]:
    """What has to be tried on another model of GPU; nothing on the same.

    That data-centre GPUs made for computing have no encoder, NVIDIA says in
    https://docs.nvidia.com/nim/maxine/lipsync/1.3.0/support-matrix.html
    """
    if candidate.gpu_name == current.gpu_name:
        return
    yield (
        f"{candidate.gpu_name} is another GPU than {current.gpu_name}: its speed, its drivers, CUDA, the image and "
        f"what is compiled for it have to be tried{_capabilities(candidate.gpu, current.gpu)}"
    )
    yield (
        "whether it draws, or encodes or decodes video, is not measured, and not every GPU can (A100 and H100 have no "
        "encoder)"
    )


def _speeds(new: GpuModel, old: GpuModel) -> tuple[tuple[float | None, float | None], ...]:
    return (
        (new.bandwidth_gbytes_s, old.bandwidth_gbytes_s),
        (new.fp32_tflops, old.fp32_tflops),
        (new.fp16_tensor_tflops, old.fp16_tensor_tflops),
        (new.fp64_tflops, old.fp64_tflops),
    )


def _capabilities(new: GpuModel | None, old: GpuModel | None) -> str:
    if new is None or old is None or new.compute_capability is None or old.compute_capability is None:
        return ""
    return f" (compute capability {new.compute_capability:.1f} in place of {old.compute_capability:.1f})"
