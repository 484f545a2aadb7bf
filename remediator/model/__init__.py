"""The frozen values that flow through the pipeline, and the protocols that planners see.

Everything here is immutable, slotted and picklable. Missing is a value: `None` and `Unattributed` are shown to people,
never replaced by a guess.
"""

from remediator.model.attributes import (
    Attributes,
    Value,
)
from remediator.model.changes import (
    Action,
    AddResource,
    Change,
    Context,
    Effect,
    Layer,
    Level,
    Planner,
    RemoveResource,
    SetAttribute,
)
from remediator.model.estate import (
    ENVIRONMENTS,
    Estate,
    Observation,
)
from remediator.model.experiments import EXPERIMENT_TAGS, Bound, Experiment, experiments_of
from remediator.model.launches import Launch, Launcher, LaunchRecord, Untold
from remediator.model.opinions import Finding, Opinion
from remediator.model.outcomes import (
    AS_ASKED,
    DOUBTED,
    GONE,
    VANISHED,
    CallCount,
    Facts,
    Failure,
    Outcome,
    RequestState,
    Status,
    Target,
)
from remediator.model.people import (
    BY_HISTORY,
    Authorship,
    Commit,
    Evidence,
    Origin,
    Owner,
    PassedOver,
    Unattributed,
    is_handle,
)
from remediator.model.plans import (
    Edit,
    ExpectedChange,
    Group,
    Plan,
    Route,
)
from remediator.model.prices import (
    HOURS_A_MONTH,
    Catalogue,
    InstanceType,
    Price,
    PriceBook,
    Saving,
)
from remediator.model.resources import (
    MetricSummary,
    Resource,
    Usage,
    Window,
)
from remediator.model.sources import (
    Role,
    SourceLocation,
    ValueTrace,
)
from remediator.model.state import (
    PROVIDER,
    Standing,
    StateAddress,
    StateResource,
    index_suffix,
)

__all__ = [
    "AS_ASKED",
    "BY_HISTORY",
    "DOUBTED",
    "ENVIRONMENTS",
    "EXPERIMENT_TAGS",
    "GONE",
    "HOURS_A_MONTH",
    "PROVIDER",
    "VANISHED",
    "Action",
    "AddResource",
    "Attributes",
    "Authorship",
    "Bound",
    "CallCount",
    "Catalogue",
    "Change",
    "Commit",
    "Context",
    "Edit",
    "Effect",
    "Estate",
    "Evidence",
    "ExpectedChange",
    "Experiment",
    "Facts",
    "Failure",
    "Finding",
    "Group",
    "InstanceType",
    "Launch",
    "LaunchRecord",
    "Launcher",
    "Layer",
    "Level",
    "MetricSummary",
    "Observation",
    "Opinion",
    "Origin",
    "Outcome",
    "Owner",
    "PassedOver",
    "Plan",
    "Planner",
    "Price",
    "PriceBook",
    "RemoveResource",
    "RequestState",
    "Resource",
    "Role",
    "Route",
    "Saving",
    "SetAttribute",
    "SourceLocation",
    "Standing",
    "StateAddress",
    "StateResource",
    "Status",
    "Target",
    "Unattributed",
    "Untold",
    "Usage",
    "Value",
    "ValueTrace",
    "Window",
    "experiments_of",
    "index_suffix",
    "is_handle",
]
