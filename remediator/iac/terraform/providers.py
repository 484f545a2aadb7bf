"""Which version of a provider a root runs, and which resources and arguments came with which version."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain
from posixpath import join

from packaging.version import InvalidVersion, Version

from remediator.iac.terraform.expressions import literal
from remediator.iac.terraform.index import RepositoryIndex, normal
from remediator.iac.terraform.modules import blocks_in
from remediator.iac.terraform.syntax import Attribute
from remediator.model import Value

SINCE: Mapping[tuple[str, str | None], Version] = {
    ("aws_rds_instance_state", None): Version("5.77.0"),
    ("aws_ec2_instance_state", None): Version("4.49.0"),
    ("aws_s3_bucket_lifecycle_configuration", None): Version("4.0.0"),
    ("aws_ebs_volume", "final_snapshot"): Version("4.18.0"),
    ("aws_ebs_volume", "throughput"): Version("3.25.0"),
    ("aws_instance", "root_block_device.throughput"): Version("3.22.0"),
    ("aws_instance", "ebs_block_device.throughput"): Version("3.22.0"),
}
"""The AWS provider's version that brought a resource type or an argument.

From the changelog of hashicorp/terraform-provider-aws: 5.77.0 of 2024-11-21 (#40180), 4.49.0 of 2023-01-05 (#28639),
4.18.0 of 2022-06-10 (#21916), 4.0.0 of 2022-02-10 (#22579; 3.75.0 has the resource too, and there
the bucket's own lifecycle_rule is not read-only yet), 3.25.0 of 2021-01-22 (#16517), 3.22.0 of 2020-12-18 (#16620).
"""
TAKES_SINCE: Mapping[tuple[str, str, Value], Version] = {
    ("aws_db_instance", "storage_type", "gp3"): Version("4.45.0"),
    ("aws_eks_node_group", "scaling_config.min_size", 0): Version("3.46.0"),
    ("aws_eks_node_group", "scaling_config.desired_size", 0): Version("3.46.0"),
}
"""The version from which an argument takes a value that was refused before: 3.46.0 of June 2021 (#19810), 4.45.0 of
2022-12-02 (#27670)."""

TAKEN_LONG_SINCE: Mapping[tuple[str, str, Value], Version] = {
    ("aws_instance", "root_block_device.volume_type", "gp3"): Version("3.22.0"),
    ("aws_instance", "ebs_block_device.volume_type", "gp3"): Version("3.22.0"),
}
"""The same for values so old that only an older version in the lock file stands against them, and no `>= 3.0`.

Earlier versions answer `expected root_block_device.0.volume_type to be one of [standard io1 gp2 sc1 st1], got gp3`
(https://github.com/terraform-aws-modules/.github/issues/19). The changelog does not say since when; AWS brought gp3 on
2020-12-01, and 3.22.0 of 2020-12-18 is the first that names an argument of such volumes there.
"""

_CONSTRAINT = re.compile(r"(=|!=|>=|<=|>|<|~>)?\s*v?(\d[\w.+-]*)")
_FIELD = re.compile(r'(?:^|[{,])\s*"?(source|version)"?\s*[=:]\s*("(?:[^"\\]|\\.)*")', re.MULTILINE)


def locked_version(
    index: RepositoryIndex, root_path: str, provider: str = "hashicorp/aws", folders: Sequence[str] = ()
) -> Version | None:
    """The provider's version in the root's lock file, else the lowest that `required_providers` allows, else None.

    `folders` are those of further modules of the root, whose requirements count as well.
    """
    return in_lock(index, root_path, provider) or _required(index, {root_path, *folders}, provider)


def in_lock(index: RepositoryIndex, root_path: str, provider: str = "hashicorp/aws") -> Version | None:
    """The provider's version in the lock file of a root, or None."""
    lock = index.files.get(join(normal(root_path), ".terraform.lock.hcl"))
    for block in lock.source.blocks if lock else ():
        if block.type == "provider" and block.labels and block.labels[0].endswith(f"/{provider}"):
            return _version(_text(block.attribute("version")) or "")
    return None


def needed(resource_type: str, attribute: str | None, value: Value = None) -> Version | None:
    """The version that brought a resource type (attribute None), an argument (`root_block_device.iops`) or its value.

    What has no row in the tables is taken to be old enough: None.
    """
    rows = {(resource_type, None), (resource_type, attribute)}
    since = [SINCE[row] for row in rows if row in SINCE]
    if attribute is not None and (resource_type, attribute, value) in TAKES_SINCE:
        since.append(TAKES_SINCE[resource_type, attribute, value])
    return max(since, default=None)


def long_needed(resource_type: str, attribute: str | None, value: Value) -> Version | None:
    """The version that an argument needs for a value that it has long taken; None for any other value."""
    return TAKEN_LONG_SINCE.get((resource_type, attribute, value)) if attribute is not None else None


def lower_bound(constraint: str) -> Version | None:
    """The lowest version that a constraint such as `~> 5.0, != 5.3.1` allows; None where it has no lower end."""
    bounds = []
    for part in constraint.split(","):
        match = _CONSTRAINT.fullmatch(part.strip())
        version = _version(match[2]) if match else None
        if match is None or version is None:
            return None
        if match[1] in (None, "=", ">=", ">", "~>"):
            bounds.append(version)
    return max(bounds, default=None)


def _required(index: RepositoryIndex, folders: Iterable[str], provider: str) -> Version | None:
    written = chain.from_iterable(_constraints(index, folder, provider) for folder in folders)
    bounds = (lower_bound(constraint) for constraint in written if constraint is not None)
    return max((bound for bound in bounds if bound is not None), default=None)


def _constraints(index: RepositoryIndex, folder: str, provider: str) -> Iterator[str | None]:
    blocks = (block for _, block in blocks_in(index, folder, "terraform"))
    for attribute in chain.from_iterable(r.attributes for b in blocks for r in b.nested("required_providers")):
        if attribute.text.startswith("{"):
            fields = {match[1]: literal(match[2]) for match in _FIELD.finditer(attribute.text)}
            source, version = fields.get("source"), fields.get("version")
            named = source.value if source else f"hashicorp/{attribute.name}"
            if isinstance(named, str) and f"/{named}".endswith(f"/{provider}") and version:
                yield version.value if isinstance(version.value, str) else None
        elif f"hashicorp/{attribute.name}" == provider:
            yield _text(attribute)


def _text(attribute: Attribute | None) -> str | None:
    found = literal(attribute.text) if attribute else None
    return found.value if found and isinstance(found.value, str) else None


def _version(text: str) -> Version | None:
    try:
        return Version(text)
    except InvalidVersion:
        return None
