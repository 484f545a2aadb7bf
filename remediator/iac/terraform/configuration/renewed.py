"""Attributes that are not written as such but follow from what is: what reads them changes along."""

from collections.abc import Iterable, Iterator, Mapping

from remediator.iac.terraform.configuration.module import Declared, Setting

__all__ = ["made_of", "renewed_by"]

_ANY = frozenset[str]()
"""Stands for whichever attribute changes."""
_STOPPED = frozenset({"instance_type", "user_data", "user_data_base64"})
_RENEWED: Mapping[str, Mapping[str, frozenset[str]]] = {
    "aws_instance": {"public_dns": _STOPPED, "public_ip": _STOPPED},
    "aws_launch_template": {"default_version": _ANY, "latest_version": _ANY},
}
"""By type and attribute, the attributes whose change makes the provider compute it anew.

A stopped instance comes back under another public address
(https://github.com/hashicorp/terraform-provider-aws/pull/40710), and every change of a launch template is a version of
its own (https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/launch_template#latest_version-1).
"""
_KEPT: Mapping[str, tuple[str, ...]] = {
    "root_block_device": ("volume_id", "device_name"),
    "ebs_block_device": ("volume_id",),
}
"""What stays as it is in a nested block whatever else changes there: a volume that is modified is the same volume
(https://docs.aws.amazon.com/ebs/latest/userguide/ebs-modify-volume.html)."""
_ONLY_WITH = {"default_version": "update_default_version"}
"""What stays as it is unless another attribute says otherwise."""


def made_of(declared: Declared) -> Mapping[str, tuple[Setting, ...]]:
    """What a block has beside its own attributes, with the settings that it follows from.

    These are its nested blocks, by type, what the provider computes anew, and, with no settings, what it keeps.
    """
    whole = tuple(_settings(declared))
    own = declared.values
    found = {
        name: tuple(own[cause] for cause in causes if cause in own) if causes else whole
        for name, causes in _renewed(declared).items()
    }
    found |= {name: () for name in _KEPT.get(declared.kind, ()) if name not in own}
    for inner in declared.nested:
        found[inner.kind] = (*found.get(inner.kind, ()), *_settings(inner))
    return found


def renewed_by(declared: Declared, changed: Iterable[str]) -> frozenset[str]:
    """The attributes of a resource that are computed anew when these top-level attributes of it change."""
    names = frozenset(changed)
    return frozenset(name for name, causes in _renewed(declared).items() if not causes or causes & names)


def _renewed(declared: Declared) -> Mapping[str, frozenset[str]]:
    block = declared.block
    known = _RENEWED.get(block.labels[0], {}) if block.type == "resource" else {}
    unset = (name for name in known if name not in declared.settings)
    return {name: known[name] for name in unset if _ONLY_WITH.get(name, name) in (name, *declared.settings)}


def _settings(declared: Declared) -> Iterator[Setting]:
    """All settings of a block and of the blocks in it, save those for Terraform itself."""
    yield from declared.values.values()
    for inner in declared.nested:
        if inner.block.type != "lifecycle":
            yield from _settings(inner)
