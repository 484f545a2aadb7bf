"""Clouds: inventory, metrics, prices; the only place that calls them."""
