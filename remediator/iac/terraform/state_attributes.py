"""The few attributes of a resource instance that are read from a state; nothing else of it is kept."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import TypeAlias, TypeGuard

from pydantic import JsonValue

from remediator.model import Attributes, Value

__all__ = ["ALIASES", "READABLE", "hidden_paths", "is_hidden", "readable", "unflattened"]

_DEVICE = ("volume_id", "volume_type", "volume_size", "iops", "throughput", "encrypted")
_OWN: Mapping[str, tuple[str, ...]] = {
    "aws_instance": (
        "instance_type",
        "instance_state",
        "availability_zone",
        "ebs_optimized",
        "tenancy",
        "hibernation",
        "placement_group",
        "disable_api_stop",
        *(f"root_block_device.{name}" for name in _DEVICE),
        "ebs_block_device.*.volume_id",
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
    "aws_autoscaling_group": ("name", "min_size", "max_size", "desired_capacity", "instance_refresh.strategy"),
    "aws_ec2_instance_state": ("instance_id", "state"),
    "aws_launch_configuration": ("name", "instance_type"),
    "aws_launch_template": ("name", "instance_type", "update_default_version", "tags"),
    "aws_eks_node_group": (
        "cluster_name",
        "node_group_name",
        "capacity_type",
        *(f"scaling_config.{name}" for name in ("min_size", "desired_size", "max_size")),
        "tags",
    ),
    "aws_eks_cluster": ("name", "version", "upgrade_policy.support_type", "tags"),
    "aws_batch_compute_environment": (
        "name",
        "compute_environment_name",
        "type",
        "state",
        *(f"compute_resources.{name}" for name in ("type", "min_vcpus", "desired_vcpus", "max_vcpus")),
        "tags",
    ),
    "aws_ecs_service": ("name", "cluster", "desired_count", "launch_type", "scheduling_strategy", "tags"),
    "aws_ec2_capacity_block_reservation": ("instance_type", "instance_count", "start_date", "end_date", "tags"),
    "aws_ec2_capacity_reservation": ("instance_type", "instance_count", "end_date_type", "tags"),
    "aws_sagemaker_endpoint": ("name", "endpoint_config_name", "tags"),
    "aws_sagemaker_endpoint_configuration": (
        "name",
        "name_prefix",
        *(f"production_variants.{name}" for name in ("instance_type", "initial_instance_count")),
        "tags",
    ),
    "aws_sagemaker_notebook_instance": ("name", "instance_type", "lifecycle_config_name", "tags"),
    "aws_sagemaker_app": ("app_name", "app_type", "domain_id", "user_profile_name", "space_name", "tags"),
    "aws_sagemaker_training_job": ("training_job_name", "tags"),
    "aws_rds_cluster": (
        "cluster_identifier",
        "engine",
        "engine_mode",
        "storage_type",
        "db_cluster_instance_class",
        *(
            f"serverlessv2_scaling_configuration.{name}"
            for name in ("min_capacity", "max_capacity", "seconds_until_auto_pause")
        ),
        "deletion_protection",
        "skip_final_snapshot",
        "final_snapshot_identifier",
        "apply_immediately",
        "tags",
    ),
    "aws_rds_cluster_instance": (
        "identifier",
        "cluster_identifier",
        "instance_class",
        "engine",
        "promotion_tier",
        "apply_immediately",
        "tags",
    ),
    "aws_db_instance": (
        "identifier",
        "instance_class",
        "engine",
        "multi_az",
        "storage_type",
        "allocated_storage",
        "iops",
        "storage_throughput",
        "deletion_protection",
        "skip_final_snapshot",
        "final_snapshot_identifier",
        "apply_immediately",
        "tags",
    ),
    "aws_rds_instance_state": ("identifier", "state"),
    "aws_elasticache_cluster": ("cluster_id", "node_type", "engine", "num_cache_nodes", "tags"),
    "aws_elasticache_replication_group": ("replication_group_id", "node_type", "engine", "tags"),
    "aws_eip": ("public_ip", "instance", "tags"),
    "aws_nat_gateway": ("connectivity_type", "subnet_id", "tags"),
    "aws_lb": ("name", "load_balancer_type", "internal", "enable_deletion_protection", "tags"),
    "aws_elb": ("name", "tags"),
    "aws_ebs_snapshot": ("volume_id", "volume_size", "storage_tier", "tags"),
    "aws_fsx_lustre_file_system": ("storage_capacity", "storage_type", "deployment_type", "tags"),
    "aws_efs_file_system": ("creation_token", "performance_mode", "throughput_mode", "availability_zone_name", "tags"),
    "aws_s3_bucket": ("bucket", "force_destroy", "tags"),
    "aws_cloudwatch_log_group": ("name", "retention_in_days", "log_group_class", "tags"),
    "aws_spot_instance_request": (
        "instance_type",
        "spot_instance_id",
        *(f"root_block_device.{name}" for name in _DEVICE),
        "ebs_block_device.*.volume_id",
        "tags",
    ),
}
ALIASES = {
    # https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/lb
    "aws_alb": "aws_lb",
    "aws_ebs_snapshot_copy": "aws_ebs_snapshot",
    "aws_ebs_snapshot_import": "aws_ebs_snapshot",
}
"""Types that declare the same as another does, which is the one that live resources are of."""
READABLE: Mapping[str, tuple[str, ...]] = {**_OWN, **{alias: _OWN[kind] for alias, kind in ALIASES.items()}}
"""The attributes that are read, by type. A map is flattened: `tags.team`; `*` gathers one value of every block."""

_LONGEST = 4_096
"""Characters of a text that is kept; AWS' own names and tags are shorter (a tag's value has 256 at most)."""
_LARGEST = 2.0**63
"""No number that AWS knows is larger; Terraform's may have any number of digits, and no float holds those."""
_NUMBERS = frozenset(
    {"size", "iops", "throughput", "volume_size", "min_size", "max_size", "desired_capacity", "desired_size"}
)
_FLAGS = frozenset(
    {"disable_api_stop", "ebs_optimized", "hibernation", "encrypted", "final_snapshot", "multi_attach_enabled"}
)

Path: TypeAlias = tuple[str, ...]
"""Names on the way to an attribute; indices are left out, so that all elements are meant."""


@dataclass(frozen=True, slots=True)
class _Place:
    """One readable attribute, taken apart once."""

    name: str
    path: Path
    gathered: bool

    @classmethod
    def of(cls, name: str) -> "_Place":
        return cls(name.replace(".*", ""), tuple(name.replace(".*", "").split(".")), ".*" in name)


_PLACES = {type_: tuple(_Place.of(name) for name in names) for type_, names in READABLE.items()}


def readable(type_: str, attributes: Mapping[str, JsonValue], hidden: Collection[Path]) -> Attributes:
    """The attributes of an instance that may be read, less those that are `hidden`."""
    found: dict[str, Value] = {}
    secrets = {secret[:1] for secret in hidden}  # most attributes have no secret even in their first name
    for place in _PLACES.get(type_, ()):
        near = hidden if secrets and (place.path[:1] in secrets or () in secrets) else ()
        if near and is_hidden(place.path, near):
            continue
        value = attributes.get(place.path[0])
        if place.gathered:
            texts = _gathered(value, place.path[-1])
            if texts:
                found[place.name] = texts
            continue
        for step in place.path[1:]:  # a nested block is a list; only where it stands once has its attribute one value
            only = value[0] if isinstance(value, list) and len(value) == 1 else None
            value = only.get(step) if isinstance(only, dict) else None
        if _kept(value):
            found[place.name] = value
        elif isinstance(value, dict):
            for key, item in value.items():
                if isinstance(item, str) and _kept(item) and not (near and is_hidden((*place.path, key), near)):
                    found[f"{place.name}.{key}"] = item
    return Attributes(found)


def _kept(value: JsonValue) -> TypeGuard[str | int | float | bool]:
    if isinstance(value, str):
        return len(value) <= _LONGEST
    return isinstance(value, int | float) and abs(value) <= _LARGEST


def hidden_paths(paths: JsonValue) -> frozenset[Path]:
    """The paths in an instance's `sensitive_attributes`; one that cannot be understood hides everything."""
    found = paths if isinstance(paths, list) else [] if paths is None else [None]
    return frozenset(_path(steps) for steps in found)


def is_hidden(path: Path, hidden: Collection[Path]) -> bool:
    """Whether a path, or something that it lies in, is sensitive."""
    return any(path[:length] in hidden for length in range(len(path) + 1))


def unflattened(flat: Mapping[str, JsonValue]) -> dict[str, JsonValue]:
    """The attributes of an instance as Terraform wrote them before 0.12: `tags.%`, `root_block_device.0.iops`."""
    made: dict[str, JsonValue] = {}
    for name, value in flat.items():
        first, *rest = name.split(".")
        if not isinstance(value, str) or (rest and rest[-1] in ("%", "#")):
            continue
        if not rest:
            made[first] = _typed(first, value)
        elif f"{first}.%" in flat:
            _inner(made.setdefault(first, {}), ".".join(rest), value)
        elif len(rest) == 2:
            blocks = made.setdefault(first, {})
            if isinstance(blocks, dict):
                _inner(blocks.setdefault(rest[0], {}), rest[1], _typed(rest[1], value))
    for name, found in made.items():
        if isinstance(found, dict) and f"{name}.#" in flat:
            made[name] = list(found.values())
    return made


def _inner(block: JsonValue, name: str, value: JsonValue) -> None:
    if isinstance(block, dict):
        block[name] = value


def _typed(name: str, value: str) -> JsonValue:
    if name in _FLAGS and value in ("true", "false"):
        return value == "true"
    return int(value) if name in _NUMBERS and value.isascii() and value.isdecimal() and len(value) < 19 else value


def _path(steps: JsonValue) -> Path:
    names = [step.get("value") for step in steps if isinstance(step, dict)] if isinstance(steps, list) else []
    names = [inner.get("value") if isinstance(inner, dict) else inner for inner in names]
    return tuple(name for name in names if isinstance(name, str))


def _gathered(blocks: JsonValue, step: str) -> tuple[str, ...]:
    found = [block.get(step) for block in blocks if isinstance(block, dict)] if isinstance(blocks, list) else []
    return tuple(text for text in found if isinstance(text, str) and text)
