"""What machines measure."""

QUIET = {"gpu": 0.0, "gpu_memory": 1.0, "cpu": 2.0, "network": 2_000.0}
"""Of one with GPUs that nobody uses: utilization and memory in percent, bytes a second."""
