"""What the demo's cloud holds, as data: machines and volumes, where they are declared, how they have been used."""

from dataclasses import dataclass
from enum import StrEnum


class Work(StrEnum):
    """What a machine has been doing for two weeks."""

    TRAINING = "training"
    FORGOTTEN = "forgotten"
    SERVING = "serving"
    QUIET = "quiet"


@dataclass(frozen=True, slots=True)
class Machine:
    """An instance; `declared` is its (repository, module, name), None where no code knows it."""

    key: str
    type: str
    days: int
    work: Work
    gpus: int
    agent: bool
    declared: tuple[str, str, str] | None
    tags: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Volume:
    """A volume in GiB; `attached` names the machine that uses it."""

    key: str
    type: str
    size: int
    days: int
    zone: str
    attached: str | None
    declared: tuple[str, str, str] | None
    tags: tuple[tuple[str, str], ...] = ()


PLATFORM, RESEARCH = "ml-platform", "research"

MACHINES = (
    Machine(
        "notebook", "g4dn.2xlarge", 200, Work.FORGOTTEN, 1, True, (PLATFORM, "", "notebook"), (("team", "ml-infra"),)
    ),
    Machine(
        "ranking",
        "g5.2xlarge",
        150,
        Work.FORGOTTEN,
        1,
        True,
        (PLATFORM, "module.ranking_trainer", "this"),
        (("team", "ranking"),),
    ),
    Machine(
        "embedding",
        "g5.2xlarge",
        150,
        Work.TRAINING,
        1,
        True,
        (PLATFORM, "module.embedding_trainer", "this"),
        (("team", "ranking"),),
    ),
    Machine("features", "m5.4xlarge", 110, Work.SERVING, 0, True, (PLATFORM, "module.feature_store", "this")),
    Machine("protein", "g5.xlarge", 290, Work.FORGOTTEN, 1, True, (RESEARCH, "", "protein"), (("owner", "@dana-w"),)),
    Machine("vision", "g4dn.xlarge", 280, Work.QUIET, 1, False, (RESEARCH, "", "vision")),
    Machine("annotation", "r5.2xlarge", 130, Work.SERVING, 0, False, (RESEARCH, "", "annotation")),
    Machine("stray", "g5.4xlarge", 40, Work.FORGOTTEN, 1, True, None, (("owner", "emil"), ("Name", "tmp-emil-test"))),
)

VOLUMES = (
    Volume("features", "gp2", 800, 110, "us-east-1a", "features", (PLATFORM, "", "features")),
    Volume("scratch", "gp2", 1200, 110, "us-east-1a", "notebook", (PLATFORM, "", "scratch")),
    Volume(
        "checkpoints", "gp3", 1500, 110, "us-east-1a", None, (PLATFORM, "", "old_checkpoints"), (("team", "ranking"),)
    ),
    Volume("data", "gp2", 1000, 130, "us-east-1b", "annotation", (RESEARCH, "", "data")),
    Volume("leftover", "gp2", 2000, 75, "us-east-1b", None, None, (("Name", "restore-test"),)),
)

GROUP = "hyperparameter-sweep"
GROUP_TYPE = "g4dn.xlarge"
GROUP_SIZE = (1, 2, 2)
"""Least, desired and largest size of the Auto Scaling group."""
