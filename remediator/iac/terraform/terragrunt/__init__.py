"""Terragrunt units: which module each takes, and what it passes to the module's variables.

Written by the behaviour that https://terragrunt.gruntwork.io/docs/reference/hcl/ and the source of Terragrunt describe.
"""
