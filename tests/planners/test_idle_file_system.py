from planners import idle_file_system
from planners.idle_file_system import Settings


def test_a_file_system_without_an_operation_is_asked_about(build) -> None:
    spec = {"storage_capacity": 4800, "deployment_type": "PERSISTENT_2", "data_repository": "s3://sets"}
    quiet = build.seen("aws_fsx_lustre_file_system", "fs-1", spec, build.lookback(file_operations=0), declared={})
    used = build.seen("aws_fsx_lustre_file_system", "fs-2", spec, build.lookback(file_operations=3), declared={})
    [change] = idle_file_system.plan(build.estate(quiet, used), build.context(Settings()))

    assert change.resource.id == "fs-1"
    assert change.reason == "no operation on its 4,800 GiB (PERSISTENT_2) for 14 days"
    assert change.doubts == ("it is linked to s3://sets; what was not exported there is lost with it",)
