"""An instance whose type is a text put together of parts."""

TYPE = '"m5.${var.size}"'


def variable(name: str, default: str, type_: str | None = None) -> str:
    typed = f"  type    = {type_}\n" if type_ else ""
    return f'variable "{name}" {{\n{typed}  default = {default}\n}}\n'


SIZE = variable("size", '"4xlarge"')
DEFAULT = '-  default = "4xlarge"\n+  default = "2xlarge"\n'
