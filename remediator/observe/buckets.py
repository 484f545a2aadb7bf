"""What is known of a bucket by itself alone: its lifecycle rules, incomplete uploads, and prefixes of checkpoints.

S3 has no operation that answers for several buckets. So the largest come first, three calls each, as many as `[run]
max_bucket_calls` allows, and what they hold is never listed: one page of uploads and of top-level prefixes is read.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING, cast

from botocore.exceptions import ClientError

from remediator.model import Attributes, Resource, Usage, Value
from remediator.observe.failures import REFUSALS, Refusal, explained
from remediator.observe.sessions import Clients

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_s3.type_defs import LifecycleRuleOutputTypeDef

__all__ = ["Described", "describe"]

_CALLS = 3
"""Calls of one bucket."""
_IN_FLIGHT = 8
_CHECKPOINT = re.compile(
    r"check-?points?|ckpts?|snapshots?|lightning_logs|mlruns|wandb|runs|experiments", re.IGNORECASE
)
"""Folders that training writes into, as the usual libraries and people call them."""


@dataclass(frozen=True, slots=True)
class Described:
    """The resources, the buckets among them with what was found; `notes` say what was left out or refused.

    `left` is that some were left out, or refused.
    """

    resources: tuple[Resource, ...]
    notes: tuple[str, ...] = ()
    left: bool = False


def describe(
    resources: Sequence[Resource], usages: Mapping[str, Usage], clients: Clients, most: int, where: str
) -> Described:
    """Describe the largest buckets in at most so many calls; a bucket that refuses has no such facts.

    Facts are `lifecycle.rules` (how many, on or off), `lifecycle.abort_days` (after which whatever is incomplete goes),
    `lifecycle.expiring_prefixes`, `incomplete_uploads` (of one page), `oldest_incomplete_upload`,
    `checkpoint_prefixes`, and from its metrics `standard_bytes` and `objects`.
    """
    buckets = [measured(r, usages.get(f"{r.kind}/{r.id}")) for r in resources if r.kind == "aws_s3_bucket"]
    if not buckets:
        return Described(tuple(resources))
    buckets.sort(key=lambda bucket: (-(bucket.spec.number("standard_bytes") or 0), bucket.id))
    asked, left = buckets[: most // _CALLS], buckets[most // _CALLS :]
    with ThreadPoolExecutor(_IN_FLIGHT) as executor:
        answers = list(executor.map(partial(_described, cast("S3Client", clients.client("s3"))), asked))
    problems: dict[str, list[str]] = {}
    for bucket, (_, errors) in zip(asked, answers, strict=True):
        for error in errors:
            problems.setdefault(str(explained(where, error, "s3")), []).append(bucket.id)
    known = {bucket.id: bucket for bucket in (*(found for found, _ in answers), *left)}
    notes = [f"{problem} (so for {len(names):,} of its buckets)." for problem, names in problems.items()]
    if left and most:
        notes.append(
            f"{where}: lifecycle rules and uploads of {len(left):,} buckets, the smallest, were not looked at, since "
            f"[run] max_bucket_calls = {most} is reached; nothing is said of them."
        )
    every = (known[r.id] if r.kind == "aws_s3_bucket" else r for r in resources)
    return Described(tuple(every), tuple(notes), bool(left or problems))


def measured(bucket: Resource, usage: Usage | None) -> Resource:
    """The bucket with its size as far as its metrics tell it."""
    found: dict[str, Value] = {}
    for name in ("standard_bytes", "objects"):
        summary = usage.metric(name) if usage else None
        if summary is not None:
            found[name] = summary.maximum
    return _with(bucket, found)


def _with(bucket: Resource, facts: Mapping[str, Value]) -> Resource:
    return replace(bucket, spec=Attributes({**bucket.spec, **facts}))


def _described(client: "S3Client", bucket: Resource) -> tuple[Resource, list[Refusal]]:
    facts: dict[str, Value] = {}
    errors: list[Refusal] = []
    asks: tuple[Callable[[S3Client, str], Mapping[str, Value]], ...] = (_lifecycle, _uploads, _prefixes)
    for ask in asks:
        try:
            facts |= ask(client, bucket.id)
        except REFUSALS as error:
            if isinstance(error, ClientError) and error.response.get("Error", {}).get("Code") == "NoSuchBucket":
                break  # gone since it was listed
            errors.append(error)
    return _with(bucket, facts), errors


def _lifecycle(client: "S3Client", bucket: str) -> Mapping[str, Value]:
    try:
        rules = client.get_bucket_lifecycle_configuration(Bucket=bucket).get("Rules", [])
    except ClientError as error:
        if error.response.get("Error", {}).get("Code") != "NoSuchLifecycleConfiguration":
            raise
        rules = []
    on = [rule for rule in rules if rule.get("Status") == "Enabled"]
    aborts = [
        rule["AbortIncompleteMultipartUpload"].get("DaysAfterInitiation")
        for rule in on
        if "AbortIncompleteMultipartUpload" in rule and not _prefix(rule)
    ]
    facts: dict[str, Value] = {
        "lifecycle.rules": len(rules),
        "lifecycle.expiring_prefixes": tuple(_prefix(rule) for rule in on if _expires(rule)),
    }
    days = [day for day in aborts if day is not None]
    return facts | ({"lifecycle.abort_days": min(days)} if days else {})


def _expires(rule: "LifecycleRuleOutputTypeDef") -> bool:
    """Whether a rule drops objects by their age, and not just the marks of what was deleted."""
    return not {"Days", "Date"}.isdisjoint(rule.get("Expiration", {}))


def _prefix(rule: "LifecycleRuleOutputTypeDef") -> str:
    """What a rule is about: a prefix, or a mark for what has none but a tag or a size; empty is the whole bucket."""
    held = rule.get("Filter", {})
    narrowed = {"Tag", "ObjectSizeGreaterThan", "ObjectSizeLessThan"} & set(held) or "And" in held
    prefix = rule.get("Prefix") or held.get("Prefix") or held.get("And", {}).get("Prefix") or ""
    return f"{prefix}*" if narrowed else prefix


def _uploads(client: "S3Client", bucket: str) -> Mapping[str, Value]:
    page = client.list_multipart_uploads(Bucket=bucket, MaxUploads=1000)
    times = [upload["Initiated"] for upload in page.get("Uploads", []) if "Initiated" in upload]
    facts: dict[str, Value] = {
        "incomplete_uploads": len(page.get("Uploads", [])),
        "incomplete_uploads_truncated": page.get("IsTruncated", False),
    }
    oldest = min((_utc(at) for at in times), default=None)
    return facts | ({"oldest_incomplete_upload": oldest.isoformat()} if oldest else {})


def _utc(at: datetime) -> datetime:
    return at.astimezone(UTC)


def _prefixes(client: "S3Client", bucket: str) -> Mapping[str, Value]:
    page = client.list_objects_v2(Bucket=bucket, Delimiter="/", MaxKeys=1000)
    prefixes = (one.get("Prefix", "") for one in page.get("CommonPrefixes", []))
    return {"checkpoint_prefixes": tuple(p for p in prefixes if _CHECKPOINT.fullmatch(p.rstrip("/")))}
