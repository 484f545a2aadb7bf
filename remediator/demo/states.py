"""The Terraform states of the demo's repositories, version 4, holding the live ids."""

import json
from collections.abc import Mapping

from remediator.demo.cloud import Ids
from remediator.demo.machines import GROUP, GROUP_SIZE, MACHINES, PLATFORM, VOLUMES, Machine, Volume

_LINEAGE = {PLATFORM: "6f1f9a52-6c0f-4a44-a9a1-6a35b7f4bb01", "research": "0b0c5f0e-42b7-4a3e-8d55-1b7f0d6c9c02"}


def state(repository: str, ids: Ids) -> bytes:
    """The state of a repository's only root."""
    resources = [_machine(m, ids.machines[m.key]) for m in MACHINES if m.declared and m.declared[0] == repository]
    resources += [_volume(v, ids.volumes[v.key]) for v in VOLUMES if v.declared and v.declared[0] == repository]
    if repository == PLATFORM:
        resources += _group(ids.template, ids.group)
    document = {
        "version": 4,
        "terraform_version": "1.9.5",
        "serial": 41,
        "lineage": _LINEAGE[repository],
        "outputs": {},
        "resources": resources,
        "check_results": None,
    }
    return json.dumps(document, indent=2).encode()


def _resource(declared: tuple[str, str, str], type_: str, attributes: Mapping[str, object]) -> dict[str, object]:
    _, module, name = declared
    return {
        **({"module": module} if module else {}),
        "mode": "managed",
        "type": type_,
        "name": name,
        "provider": 'provider["registry.terraform.io/hashicorp/aws"]',
        "instances": [{"schema_version": 1, "attributes": attributes, "sensitive_attributes": []}],
    }


def _machine(machine: Machine, id_: str) -> dict[str, object]:
    attributes = {
        "id": id_,
        "arn": f"arn:aws:ec2:us-east-1:123456789012:instance/{id_}",
        "instance_type": machine.type,
        "instance_state": "running",
        "tags": dict(machine.tags),
        "user_data": "not-a-real-secret",
    }
    return _resource(machine.declared or ("", "", ""), "aws_instance", attributes)


def _volume(volume: Volume, id_: str) -> dict[str, object]:
    attributes = {
        "id": id_,
        "arn": f"arn:aws:ec2:us-east-1:123456789012:volume/{id_}",
        "availability_zone": volume.zone,
        "type": volume.type,
        "size": volume.size,
        "iops": 3000 if volume.type == "gp3" else max(100, 3 * volume.size),
        "throughput": 125 if volume.type == "gp3" else 0,
        "final_snapshot": False,
        "tags": dict(volume.tags),
    }
    return _resource(volume.declared or ("", "", ""), "aws_ebs_volume", attributes)


def _group(template: str, arn: str) -> list[dict[str, object]]:
    least, wanted, most = GROUP_SIZE
    group = {
        "id": GROUP,
        "arn": arn,
        "name": GROUP,
        "min_size": least,
        "desired_capacity": wanted,
        "max_size": most,
    }
    launch = {"id": template, "name": GROUP, "instance_type": "g4dn.xlarge"}
    return [
        _resource((PLATFORM, "", "sweep"), "aws_autoscaling_group", group),
        _resource((PLATFORM, "", "sweep"), "aws_launch_template", launch),
    ]
