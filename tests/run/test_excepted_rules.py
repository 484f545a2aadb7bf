"""Rules that share a concern share fingerprints, and a rule that is switched off speaks for its own requests alone."""

from remediator.model import EXCEPTED, Outcome, Route, Status
from remediator.run.settling import Sight
from remediator.verify.outcomes import Seen

SMALLER = Outcome("aaaa", ("aaaa",), "oversized_cpu", "infra", ("aws_instance.a",), (), Route.PULL_REQUEST,
                  Status.OPENED, "7")  # fmt: skip


def sight(*excepted: tuple[str, str]) -> Sight:
    seen = Seen(frozenset(), frozenset(), {}, {}, {})
    return Sight(seen, frozenset({"aaaa"}), frozenset(), frozenset(), frozenset(), True, None, frozenset(excepted))


def test_a_request_of_another_rule_for_the_same_attribute_is_not_closed() -> None:
    assert sight(("previous_generation", "aaaa")).wants(SMALLER) is None
    assert sight(("oversized_cpu", "aaaa")).wants(SMALLER) == EXCEPTED
