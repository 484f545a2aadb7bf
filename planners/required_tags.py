"""Resources without the tags that owners are known and costs are allocated by: give them through `default_tags`.

One `default_tags` block of a provider configuration tags all that it makes, where tags of resources are forgotten on
the next: https://www.hashicorp.com/blog/default-tags-in-the-terraform-aws-provider. The state says which
configuration made what, wherever it was passed on through modules. A tag's value is a configured one, and never
guessed: where there is none, the owner is asked. Whom CODEOWNERS or history would name is not known here, since owners
are looked for once rules have said what they want; and an owner of code need not be who pays. A tag saves nothing by
itself, so no saving is claimed, and people are asked only where what lacks one costs enough; no threshold is published,
and the default is ours.
"""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from planners._least import check_currency, too_small
from planners._provided import Provided, TagValue, configured, provided_in
from planners._seen import check_within, few, kept
from remediator.model import (
    PROVIDER,
    Attributes,
    Change,
    Context,
    Effect,
    Estate,
    Layer,
    Level,
    Observation,
    Resource,
    SetAttribute,
    StateAddress,
    StateResource,
)

SUMMARY = "Gives all that a provider configuration makes the tags that owners and costs are known by."
LAYER = Layer.CONFIGURATION
KINDS = (PROVIDER,)

_SHOWN = 5
_GROUP = "aws_autoscaling_group"
_VOLUMES = "aws_instance"


@dataclass(frozen=True, slots=True)
class Settings:
    """The tags that everything has to carry (none: nothing is asked for), their values, and from which cost on.

    `least_monthly` is the list price a month of what lacks one under one provider configuration, in `currency`; less is
    counted in the report, and in another currency it is never too little. Of the values that match, the one that names
    most counts.
    """

    tags: tuple[str, ...] = ()
    values: tuple[TagValue, ...] = ()
    least_monthly: float = 100.0
    currency: str = "USD"
    keep_tags: tuple[str, ...] = ("remediator:keep",)

    def __post_init__(self) -> None:
        check_within("least_monthly", self.least_monthly, 0, 1e9)
        check_currency(self.currency)
        for tag in self.tags:
            # https://docs.aws.amazon.com/tag-editor/latest/userguide/best-practices-and-strats.html
            if not tag or len(tag) > 128 or tag.lower().startswith("aws:"):
                raise ValueError(f"'{tag}' cannot be the key of a tag")


def plan(estate: Estate, context: Context[Settings]) -> Iterator[Change]:
    """For each provider configuration a change that adds the tags of known value, and one that asks for the others.

    Where a resource's own tags have the key and no value, they come before `default_tags`, and it is written there.
    """
    for provided in provided_in(estate):
        lacking, blank = _by_tag(provided, _lacks, context), _by_tag(provided, _blank, context)
        wanted = lacking | blank
        found = {tag: configured(tag, provided, [context.of(one).values for one in provided.seen]) for tag in wanted}
        known = {tag: values[0] for tag, values in found.items() if len(values) == 1}
        if lacking.keys() & known.keys():
            of_known = {tag: lacking[tag] for tag in lacking if tag in known}
            yield _change(provided, of_known, {tag: known[tag] for tag in of_known}, context)
        yield from _own(provided, {tag: blank[tag] for tag in blank if tag in known}, known, context)
        asked = {tag: [*lacking.get(tag, ()), *blank.get(tag, ())] for tag in wanted if tag not in known}
        if asked:
            yield _question(provided, asked, found, context)


def _by_tag(
    provided: Provided, lacks: Callable[[Observation, str], bool], context: Context[Settings]
) -> dict[str, list[Observation]]:
    """What lacks each required tag, in some way, of all that is not to be left alone."""
    found: dict[str, list[Observation]] = {}
    for seen in provided.seen:
        settings = context.of(seen)
        for tag in settings.tags if not kept(seen, settings.keep_tags) else ():
            if lacks(seen, tag):
                found.setdefault(tag, []).append(seen)
    return found


def _lacks(seen: Observation, tag: str) -> bool:
    """Whether neither the resource nor its state has the tag; where they differ, the next apply settles it."""
    return tag not in seen.resource.tags and seen.declared is not None and tag not in (seen.declared.tag_keys or ())


def _blank(seen: Observation, tag: str) -> bool:
    """Whether its own tags have the key without a value, which names nobody and which no default replaces."""
    value = seen.resource.tags.get(tag)
    return isinstance(value, str) and not value.strip()


def _own(
    provided: Provided, blank: Mapping[str, list[Observation]], values: Mapping[str, str], context: Context[Settings]
) -> Iterator[Change]:
    """A change of its own tags for each resource that has keys without values."""
    without = {one.resource.id: one for each in blank.values() for one in each}.values()
    base = _base(provided, blank, context) if blank else None
    for seen in without:
        tags = [tag for tag in sorted(blank) if seen in blank[tag]]
        if base is not None and seen.declared is not None:
            yield replace(
                base,
                resource=seen.resource,
                declared=seen.declared,
                title=f"Give a value to the tags of {seen.declared.at.address} that have none ({', '.join(tags)})",
                reason=f"its own tags have {', '.join(tags)} without a value, which is allocated to nobody, and come "
                f"before default_tags of {provided.address}. Applying it changes tags in place, and nothing else",
                actions=tuple(SetAttribute(f"tags.{tag}", seen.resource.tags[tag], values[tag]) for tag in tags),
            )


def _change(
    provided: Provided, lacking: Mapping[str, list[Observation]], values: Mapping[str, str], context: Context[Settings]
) -> Change:
    tags = ", ".join(sorted(lacking))
    leave = [one for one in provided.seen if kept(one, context.of(one).keep_tags)]
    names = few([one.declared.at.address for one in leave if one.declared], _SHOWN)
    doubts = [f"{names} would get them too, and carries a tag that says to leave it alone"] if leave else []
    doubts += _spelled(provided, values)
    base = _base(provided, lacking, context)
    actions = tuple(SetAttribute(f"default_tags.tags.{tag}", None, values[tag]) for tag in sorted(values))
    return replace(
        base,
        title=f"Give all that {provided.address} makes in {_root(provided.at)} its tags ({tags})",
        actions=actions,
        doubts=tuple(doubts),
        missing=tuple(_beside(provided)),
        confidence=0.5 if doubts else 0.9,
    )


def _spelled(provided: Provided, tags: Collection[str]) -> Iterator[str]:
    """The tags that something carries in another spelling: IAM takes no two keys that differ in case alone.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/id_tags.html
    """
    for tag in sorted(tags):
        for one in provided.held:
            other = next((key for key in one.tag_keys or () if key != tag and key.lower() == tag.lower()), None)
            if other is not None:
                yield f"{one.at.address} carries {other} in place of {tag}: settle how the tag is spelled"
                break


def _question(
    provided: Provided,
    lacking: Mapping[str, list[Observation]],
    found: Mapping[str, Sequence[str]],
    context: Context[Settings],
) -> Change:
    at = provided.at
    doubts = tuple(
        f"{tag} has several values configured for {_root(at)} ({few(found[tag], _SHOWN)}): say which"
        if found[tag]
        else f'no value of {tag} is known for {_root(at)}: tell it, as {{ tag = "{tag}", value = "…", '
        f'repository = "{at.repository}", root = "{at.root}" }} in values of [planners.required_tags], or add it to '
        f"default_tags of {provided.address}"
        for tag in sorted(lacking)
    )
    return replace(
        _base(provided, lacking, context),
        concern="tag values",
        title=f"Say what the tags {', '.join(sorted(lacking))} are of all that {provided.address} makes in {_root(at)}",
        doubts=doubts,
        confidence=0.5,
        asks=f"say what {', '.join(sorted(lacking))} {'is' if len(lacking) == 1 else 'are'} here",
    )


def _base(provided: Provided, lacking: Mapping[str, list[Observation]], context: Context[Settings]) -> Change:
    at, first = provided.at, provided.seen[0]
    without = {one.resource.id: one for each in lacking.values() for one in each}.values()
    asked = [context.of(one) for one in without]
    currency = next((one.price.currency for one in without if one.price), asked[0].currency)
    priced = [one.price.amount for one in without if one.price and one.price.currency == currency]
    cost = sum(priced, Decimal(0))
    none = len(without) - len(priced)
    beside = f"; {none} of them are paid for elsewhere, or at a price that is not known" if none else ""
    little = all(too_small(cost, currency, own.least_monthly, own.currency) for own in asked)
    small = (
        f"what lacks {', '.join(sorted(lacking))} costs {cost:.2f} {currency} a month, below least_monthly = "
        f"{min(own.least_monthly for own in asked):g}"
    )
    names = few([one.declared.at.address for one in without if one.declared], _SHOWN)
    return Change(
        rule="required_tags",
        concern="tags",
        layer=LAYER,
        resource=Resource(
            "aws", first.resource.account, first.resource.region, PROVIDER, at.address, None, Attributes(),
            Attributes(_common(provided.seen)), None,
        ),
        declared=StateResource(at, at.address, None, Attributes()),
        title="",
        reason=f"{len(without)} of {len(provided.seen)} resources seen lack {' or '.join(sorted(lacking))}, for "
        f"{cost:,.2f} {currency} a month at list price that is allocated to nobody{beside}: {names}. Applying it "
        "changes tags in place, and nothing else",
        actions=(),
        evidence=(),
        missing=(),
        saving=None,
        risk=Level.LOW,
        effort=Level.LOW,
        effect=Effect.IN_PLACE,
        confidence=0.9,
        withheld=small if little else None,
        saves_nothing=True,
    )  # fmt: skip


def _beside(provided: Provided) -> Iterator[str]:
    """What default tags do not reach, or reach beside what is asked."""
    groups = [one.at.address for one in provided.held if one.at.type == _GROUP]
    if groups:
        # https://www.hashicorp.com/blog/default-tags-in-the-terraform-aws-provider
        yield f"{few(groups, _SHOWN)} and the instances in it get no default tags: write them as its tag blocks"
    machines = [one.at.address for one in provided.held if one.at.type == _VOLUMES]
    if machines:
        # https://github.com/hashicorp/terraform-provider-aws/pull/33769
        yield (
            f"whether the volumes of {few(machines, _SHOWN)} get them as well, "
            "as they do by newer versions of the provider"
        )


def _common(seen: Sequence[Observation]) -> dict[str, str]:
    """The tags that all resources carry with one value, which may name the owner."""
    first, *others = ({k: v for k, v in one.resource.tags.items() if isinstance(v, str)} for one in seen)
    return {key: value for key, value in first.items() if all(other.get(key) == value for other in others)}


def _root(at: StateAddress) -> str:
    root = at.root or "."
    return root if at.workspace == "default" else f"{root} ({at.workspace})"
