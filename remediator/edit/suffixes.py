"""Which files are no HCL."""


def is_document(path: str) -> bool:
    """Whether a file is written in JSON or YAML."""
    return path.endswith((".json", ".yaml", ".yml"))
