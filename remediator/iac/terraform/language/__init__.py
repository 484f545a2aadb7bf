"""Terraform's expression language: syntax trees, values that know where they were written, functions, evaluation."""
