"""Terraform: syntax, index, values, provider versions, state."""
