"""What machines of a group measure that have little to do."""

CALM = {"cpu": 9.0, "memory": 20.0, "network": 1e6, "ebs_bytes": 1e6, "ebs_ops": 10.0}
