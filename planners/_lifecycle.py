"""A bucket's one lifecycle configuration: the rule that is to be in it, and where it is written already."""

from collections.abc import Iterator, Mapping

from remediator.model import AddResource, Attributes, Estate, SetAttribute, Value

_CONFIGURATION = "aws_s3_bucket_lifecycle_configuration"


def with_rule(name: str, prefix: str, action: str, days: int, shows: SetAttribute) -> AddResource:
    """A configuration of one rule for what begins with a prefix; `action` is the argument that takes the days."""
    rule: Mapping[str, Value] = {
        "rule.id": name,
        "rule.status": "Enabled",
        "rule.filter.prefix": prefix,
        f"rule.{action}": days,
    }
    return AddResource(_CONFIGURATION, Attributes(rule), (("bucket", "id"),), shows)


def configurations(estate: Estate) -> Mapping[str, str]:
    """The addresses of the configurations that states hold, by bucket, of which no two in a partition have one name.

    The id of a bucket of another account has that account behind a comma.
    """
    return {
        entry.id.partition(",")[0]: entry.at.address
        for entry in estate.held
        if entry.at.type == _CONFIGURATION and entry.at.mode == "managed"
    }


def existing(rules: float, configuration: str | None) -> Iterator[str]:
    """The doubt about a bucket that has rules already: a second configuration would replace the first."""
    if configuration is not None:
        yield f"{configuration} is its lifecycle configuration already, and a bucket has one: add the rule there"
    elif rules:
        yield (
            f"it has {rules:.0f} lifecycle rules already, which another configuration would replace: add the rule to "
            "those, where they are written"
        )
