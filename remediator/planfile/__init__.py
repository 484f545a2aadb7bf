"""The plan file: one plan as JSON that another program can check and carry out, with no command in it.

`to_planfile` makes one, `dump` and `load` write and read it, `schema` is its published JSON Schema.
"""

from remediator.planfile.build import to_planfile
from remediator.planfile.document import PlanFile
from remediator.planfile.encoding import dump, load, schema
from remediator.planfile.targets import targets

__all__ = ["PlanFile", "dump", "load", "schema", "targets", "to_planfile"]
