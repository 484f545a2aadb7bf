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
from remediator.model.launches import Launcher, LaunchRecord
from remediator.model.outcomes import (
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
    Standing,
    StateAddress,
    StateResource,
    index_suffix,
)

__all__ = [
    "BY_HISTORY",
    "ENVIRONMENTS",
    "HOURS_A_MONTH",
    "Action",
    "AddResource",
    "Attributes",
    "Authorship",
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
    "Facts",
    "Failure",
    "InstanceType",
    "LaunchRecord",
    "Launcher",
    "Layer",
    "Level",
    "MetricSummary",
    "Observation",
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
    "Usage",
    "Value",
    "ValueTrace",
    "Window",
    "index_suffix",
    "is_handle",
]
