"""No call a resource, for any kind that AWS tells of together."""

from collections import Counter

import pytest

from bench.listing_calls import ONE_BY_ONE, listed, measured
from remediator.observe.kinds import KINDS

BY_NAME = {kind.name: kind for kind in KINDS}


@pytest.mark.parametrize(
    ("kind", "calls"),
    [
        ("aws_instance", {"DescribeInstances": 1}),
        ("aws_autoscaling_group", {"DescribeAutoScalingGroups": 10}),
        ("aws_autoscaling_policy", {"DescribePolicies": 10}),
        ("aws_ecs_service", {"ListClusters": 1, "ListServices": 10, "DescribeServices": 100}),
        ("aws_sagemaker_notebook_instance", {"ListNotebookInstances": 10, "GetResources": 10}),
        ("aws_cloudwatch_log_group", {"DescribeLogGroups": 20, "GetResources": 10}),
    ],
)
def test_a_thousand_take_as_few_pages_as_aws_allows(kind: str, calls: dict[str, int]) -> None:
    assert listed(BY_NAME[kind], 1000) == (1000, Counter(calls))


def test_every_kind_is_listed_whole_and_without_a_call_for_each_where_that_can_be() -> None:
    rows = {row.name: row for row in measured(["--each", "100"])}

    assert [row.name for row in rows.values() if row.met is False] == []
    assert rows["kinds that AWS describes one by one alone"].figure == "7"


def test_what_aws_describes_one_by_one_takes_a_call_for_each() -> None:
    found, calls = listed(BY_NAME["aws_sagemaker_training_job"], 50)

    assert found == calls["DescribeTrainingJob"] == 50
    assert sum(n for name, n in calls.items() if name not in ONE_BY_ONE) == 2
