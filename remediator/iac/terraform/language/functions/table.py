"""Every function by its name."""

from collections.abc import Mapping

from remediator.iac.terraform.language.functions.protocol import Signature

FUNCTIONS: Mapping[str, Signature] = {}
