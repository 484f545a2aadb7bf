"""What is observed, as data: a further kind of resource is a further row."""

from remediator.observe.kinds.compute import COMPUTE
from remediator.observe.kinds.containers import CONTAINERS
from remediator.observe.kinds.databases import DATABASES
from remediator.observe.kinds.kind import Kind, Step
from remediator.observe.kinds.learning import LEARNING
from remediator.observe.kinds.network import NETWORK
from remediator.observe.kinds.scaling import SCALING
from remediator.observe.kinds.storage import STORAGE

__all__ = ["ALWAYS", "KINDS", "Kind", "Step"]

ALWAYS = frozenset({"aws_instance", "aws_ebs_volume", "aws_autoscaling_group"})
"""What is listed whichever rules are on: what a machine belongs to, and what belongs to it."""

KINDS = (*COMPUTE, *SCALING, *CONTAINERS, *LEARNING, *DATABASES, *NETWORK, *STORAGE)
