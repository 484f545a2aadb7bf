"""Units of very many resources: memory grows by what is kept, calls by pages."""

import tracemalloc
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from remediator.observe.listing import Unit, list_unit
from remediator.observe.series import grid
from tests.observe.bad_input.query_aws import MACHINES, Answer, QueryAws, volumes


def test_memory_grows_by_what_is_kept_of_a_resource_and_calls_by_pages(aws: QueryAws, unit: Unit) -> None:
    page, pages = 500, 8

    def answer(form: dict[str, str]) -> Answer:
        at = int(form.get("NextToken", "0"))
        return volumes(at * page, page, str(at + 1) if at + 1 < pages else "")

    aws.scripts["DescribeVolumes"] = answer
    list_unit(unit, MACHINES)  # the models of the services are read once
    aws.calls.clear()
    tracemalloc.start()
    found = list_unit(unit, MACHINES)
    kept, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert len(found.resources) == page * pages
    assert aws.calls["DescribeVolumes"] == pages
    assert kept / len(found.resources) < 4_000
    assert peak < kept + 20_000 * page  # one page as it is parsed


def test_metrics_of_very_many_are_read_in_portions(cloud, tmp_path: Path) -> None:
    from remediator.observe import portions
    from remediator.observe.queries import queries
    from tests.observe.written_metrics import resource

    on = grid(datetime.now(UTC), 300, 14)
    one = resource("vol-1", "aws_ebs_volume")
    many = [replace(one, id=f"vol-{n}") for n in range(5_000)]

    sizes = [sum(len(own) for _, own in portion) * on.count for portion in portions.portions(many, {}, on.count)]

    assert max(sizes) <= portions.HELD_POINTS
    assert sum(sizes) == on.count * sum(1 for r in many for _ in queries(r, {}))
