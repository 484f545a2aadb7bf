"""Machines of a group that have little to do, each by itself and all together."""

CALM = {"cpu": 20.0, "memory": 30.0, "network": 1e6, "ebs_bytes": 1e6, "ebs_ops": 10.0}
ALL = {"member_cpu": 20.0, "member_network": 3e8, "member_ebs_bytes": 3e8, "member_ebs_ops": 3000.0}
REFRESHED = {"instance_refresh.strategy": "Rolling"}


def young(build, **over):
    return build.lookback(days=1, **{**CALM, **over})
