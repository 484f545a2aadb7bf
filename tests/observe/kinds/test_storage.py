"""Buckets, file systems and logs."""

from datetime import UTC, datetime


def test_logs_count_milliseconds(cloud, listed) -> None:
    cloud.client("logs").create_log_group(logGroupName="/train", tags={"team": "ranking"})
    [seen] = listed("aws_cloudwatch_log_group")

    assert seen.id == "/train"
    assert abs((datetime.now(UTC) - seen.created_at).total_seconds()) < 3600
    assert seen.arn.endswith(":log-group:/train")
    assert seen.spec.get("retention_in_days") is None
    assert dict(seen.tags) == {"team": "ranking"}


def test_buckets_are_those_of_the_region_and_file_systems_have_their_size(cloud, listed) -> None:
    s3 = cloud.client("s3")
    s3.create_bucket(Bucket="acme-models")
    there = {"LocationConstraint": "eu-west-1"}
    cloud.client("s3", "eu-west-1").create_bucket(Bucket="acme-europe", CreateBucketConfiguration=there)
    s3.put_bucket_tagging(Bucket="acme-models", Tagging={"TagSet": [{"Key": "team", "Value": "ranking"}]})
    cloud.client("efs").create_file_system(CreationToken="t", Tags=[{"Key": "team", "Value": "ranking"}])
    [bucket], [shared] = listed("aws_s3_bucket"), listed("aws_efs_file_system")

    assert (bucket.id, dict(bucket.tags)) == ("acme-models", {"team": "ranking"})
    assert (shared.spec["throughput_mode"], dict(shared.tags)) == ("bursting", {"team": "ranking"})
    assert shared.spec["size_in_bytes.value_in_standard"] == 0
