"""JSON and YAML files that infrastructure code reads its settings from: values that know where they are written."""

from remediator.iac.documents.json_file import read_json
from remediator.iac.documents.limits import MAX_BYTES, whole_characters
from remediator.iac.documents.yaml_file import read_yaml

__all__ = ["MAX_BYTES", "read_json", "read_yaml", "whole_characters"]
