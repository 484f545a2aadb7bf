"""A machine that has little to do, and what it may become."""

CALM = {"cpu": 20.0, "memory": 20.0, "network": 1e6, "ebs_bytes": 1e6, "ebs_ops": 50.0}


def targets(found) -> list[object]:
    return [action.target for change in found for action in change.actions]
