"""Terraform itself as the oracle of the evaluator: generated roots of `terraform_data`, judged by both.

`units` makes configurations that are valid but for few, `trees` puts many of them into one root, `judge` has Terraform
plan it, `answers` compares. Terraform needs neither provider nor network for them, and 0.3 s a root.
"""
