"""Values of variables from `TF_VAR_` variables of the environment, as expressions.

https://developer.hashicorp.com/terraform/cli/config/environment-variables#tf_var_name
"""

import json

from remediator.config import RootConfig

__all__ = ["PREFIX", "from_environment"]

PREFIX = "TF_VAR_"
_PLAIN = ("string", "number", "bool")


def from_environment(root: RootConfig, name: str, constraint: str | None) -> str | None:
    """The expression that the root's environment sets a variable to, or None where it does not.

    Terraform takes the text as it is where the variable has no type or a primitive one, and reads an expression
    otherwise; `constraint` is the type as it is written.
    """
    text = dict(root.environment).get(PREFIX + name)
    if text is None or (constraint is not None and constraint.strip().strip('"') not in _PLAIN):
        return text
    return json.dumps(text, ensure_ascii=False).replace("${", "$${").replace("%{", "%%{")
