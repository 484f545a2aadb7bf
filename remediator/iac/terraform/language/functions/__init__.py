"""Terraform's functions over evaluated values, one family a file."""
