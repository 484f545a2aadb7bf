"""How busy a GPU may be today for another to do the same, by the data sheets of both."""

from dataclasses import fields

from remediator.model import GpuModel, InstanceType

_WHOLE = frozenset({"pcie_gbytes_s", "nvlink_gbytes_s", "compute_capability"})
"""What no share of the time says anything of: it has to be there as it is today."""


def holds(type_: InstanceType, current: InstanceType | None) -> float:
    """The percent of the time for which a GPU of today may at most be busy, at whatever it does, for one of a type.

    None at all where a figure of either is unknown, or where links or capabilities are less; NVLink is for several.
    """
    if current is None or _model(type_) == _model(current):
        return 100.0
    if type_.gpu is None or current.gpu is None:
        return 0.0
    least = 1.0
    for field in fields(GpuModel):
        if field.name == "nvlink_gbytes_s" and min(type_.gpu_count, current.gpu_count) < 2:
            continue
        has, had = getattr(type_.gpu, field.name), getattr(current.gpu, field.name)
        if has is None or had is None or (field.name in _WHOLE and has < had):
            return 0.0
        if had and field.name not in _WHOLE:
            least = min(least, has / had)
    return 100.0 * least


def _model(type_: InstanceType) -> tuple[str | None, float]:
    return type_.gpu_name, (type_.gpu_memory_mib or 0) / max(1, type_.gpu_count)
