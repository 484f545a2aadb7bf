"""The shadow of a root: the same variables, locals, modules and instances, without any provider.

Every resource becomes a `terraform_data` that carries the attributes in question, so that Terraform itself evaluates
them without credentials, network or account.
"""
