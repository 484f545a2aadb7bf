"""GPUs by NVIDIA's DCGM exporter, whose series are in a Prometheus."""
