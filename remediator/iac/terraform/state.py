"""Terraform state, version 4: which resource instances it holds, with the few attributes that may be read."""

from collections.abc import Iterator, Mapping
from typing import Literal, TypeAlias

from pydantic import BaseModel, JsonValue, TypeAdapter, ValidationError

from remediator.errors import RemediatorError
from remediator.model import Attributes, StateAddress, StateResource, Value

_DEVICE = ("volume_id", "volume_type", "volume_size", "iops", "throughput", "encrypted")
READABLE: Mapping[str, tuple[str, ...]] = {
    "aws_instance": (
        "instance_type",
        "instance_state",
        "availability_zone",
        "ebs_optimized",
        "tenancy",
        "hibernation",
        "placement_group",
        *(f"root_block_device.{name}" for name in _DEVICE),
        "tags",
    ),
    "aws_ebs_volume": (
        "type",
        "size",
        "iops",
        "throughput",
        "final_snapshot",
        "availability_zone",
        "encrypted",
        "multi_attach_enabled",
        "snapshot_id",
        "tags",
    ),
    "aws_volume_attachment": ("instance_id", "volume_id"),
    "aws_autoscaling_group": ("name", "min_size", "max_size", "desired_capacity"),
    "aws_ec2_instance_state": ("instance_id", "state"),
    "aws_launch_configuration": ("name", "instance_type"),
    "aws_launch_template": ("name", "instance_type", "tags"),
}
"""The attributes that are read, by type; nothing else of a state is kept. A map is flattened: `tags.team`."""

_Path: TypeAlias = tuple[str, ...]


class _Instance(BaseModel):
    index_key: int | str | None = None
    deposed: str | None = None
    attributes: dict[str, JsonValue] | None = None
    attributes_flat: dict[str, str] | None = None
    sensitive_attributes: list[list[dict[str, JsonValue]]] = []
    dependencies: list[str] = []


class _Resource(BaseModel):
    module: str = ""
    mode: Literal["managed", "data"]
    type: str
    name: str
    instances: list[_Instance] = []


class _State(BaseModel):
    version: JsonValue = None
    encrypted_data: JsonValue = None
    serial: int = 0
    lineage: str = ""
    resources: list[_Resource] = []


_JSON: TypeAdapter[JsonValue] = TypeAdapter(JsonValue)


def parse_state(raw: bytes, repository: str, root: str, backend: str, workspace: str) -> tuple[StateResource, ...]:
    """The resource instances of a state, data sources included; objects that Terraform is about to delete are not.

    Raises RemediatorError where the state is empty, encrypted, of another version, or not a state at all; no message
    holds anything that a state holds.
    """
    where = f"the state {backend} of {repository}, root {root or '.'}"
    try:
        state = _State.model_validate_json(raw)
    except ValidationError as error:
        raise RemediatorError(_refusal(raw, where, error)) from None  # the cause would print values of the state
    if state.version != 4 or state.encrypted_data is not None:
        raise RemediatorError(_refusal(raw, where, None))
    return tuple(
        _value(resource, instance, _address(state, resource, instance, repository, root, backend, workspace))
        for resource in state.resources
        for instance in resource.instances
        if instance.deposed is None
    )


def _refusal(raw: bytes, where: str, error: ValidationError | None) -> str:
    if not raw.strip():
        return f"{where} is empty; check its key and workspace, or run `terraform apply` there first"
    try:
        top = _JSON.validate_json(raw)
    except ValidationError:
        return f"{where} is not JSON or was cut short; run `terraform state pull`, and restore a backup if that fails"
    version = top.get("version") if isinstance(top, dict) else None
    if isinstance(top, dict) and "encrypted_data" in top:
        return f"{where} is encrypted by OpenTofu; give the output of `tofu state pull` as a file in its place"
    if not isinstance(version, int):
        return f"{where} is JSON but no state, since it has no version; check the reference in the configuration"
    if version < 4:
        return (
            f"{where} has version {version}, of Terraform before 0.12, and only version 4 is read; "
            "upgrade it by an apply with a newer Terraform"
        )
    if version > 4:
        return f"{where} has version {version}, and only version 4 is read; upgrade remediator"
    place = ".".join(str(part) for part in error.errors(include_input=False)[0]["loc"]) if error else "the top"
    return f"{where} is not a state as Terraform writes it (at {place[:200]}); compare it with `terraform state pull`"


def _address(
    state: _State, resource: _Resource, instance: _Instance, repository: str, root: str, backend: str, workspace: str
) -> StateAddress:
    return StateAddress(
        repository=repository,
        root=root,
        backend=backend,
        workspace=workspace,
        lineage=state.lineage,
        serial=state.serial,
        module=resource.module,
        mode=resource.mode,
        type=resource.type,
        name=resource.name,
        index_key=instance.index_key,
    )


def _value(resource: _Resource, instance: _Instance, at: StateAddress) -> StateResource:
    attributes: Mapping[str, JsonValue] = instance.attributes or dict(instance.attributes_flat or {})
    hidden = tuple(_hidden(path) for path in instance.sensitive_attributes)

    def text(name: str) -> str | None:
        value = attributes.get(name)
        return value if isinstance(value, str) and not _is_hidden((name,), hidden) else None

    readable = Attributes(
        (name, value) for path in READABLE.get(resource.type, ()) for name, value in _read(attributes, path, hidden)
    )
    return StateResource(at, text("id") or "", text("arn"), readable, tuple(instance.dependencies))


def _hidden(path: list[dict[str, JsonValue]]) -> _Path:
    """The attribute names on a path of `sensitive_attributes`; indices are left out, so that all elements are meant."""
    return tuple(value for step in path if isinstance(value := step.get("value"), str))


def _is_hidden(path: _Path, hidden: tuple[_Path, ...]) -> bool:
    return any(path[: len(secret)] == secret[: len(path)] for secret in hidden)


def _read(attributes: Mapping[str, JsonValue], name: str, hidden: tuple[_Path, ...]) -> Iterator[tuple[str, Value]]:
    path = tuple(name.split("."))
    if _is_hidden(path, hidden):
        return
    value = attributes.get(path[0])
    for step in path[1:]:  # a nested block is a list; only where it stands once does its attribute have one value
        only = value[0] if isinstance(value, list) and len(value) == 1 else None
        value = only.get(step) if isinstance(only, dict) else None
    if isinstance(value, str | int | float | bool):
        yield name, value
    elif isinstance(value, dict):
        yield from ((f"{name}.{key}", item) for key, item in value.items() if isinstance(item, str))
