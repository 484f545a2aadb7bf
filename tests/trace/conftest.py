"""A repository whose dev environment calls a module, with the values the trace starts from."""

from datetime import UTC, datetime

import pytest

from remediator.config import RootConfig
from remediator.git.objects import list_tree, read_blobs
from remediator.iac.terraform.index import build
from remediator.model import (
    Attributes,
    Change,
    Effect,
    Layer,
    Level,
    Resource,
    Role,
    SetAttribute,
    SourceLocation,
    StateAddress,
    StateResource,
)

ROOT = RootConfig(path="envs/dev", state="file:x", var_files=("dev.tfvars",))


@pytest.fixture
def index_of():
    """The index of a clone's head."""

    def index(clone):
        entries = [(e.path, e.blob) for e in list_tree(clone, clone.head) if e.path.endswith((".tf", ".tfvars"))]
        return build(clone.name, clone.head, entries, lambda blobs: read_blobs(clone, blobs), None)

    return index


@pytest.fixture
def make_change():
    """A change of an instance's type; declared where a state's name is given."""

    def make(name=None, module="", tags=None, actions=None):
        resource = Resource(
            "aws", "ml-dev", "us-east-1", "aws_instance", "i-1", None,
            Attributes(), Attributes(tags or {}), datetime(2026, 1, 1, tzinfo=UTC),
        )  # fmt: skip
        at = StateAddress(
            "infra", "envs/dev", "s", "default", "l", 7, module, "managed", "aws_instance", name or "", None
        )
        declared = StateResource(at, "i-1", None, Attributes()) if name else None
        actions = (SetAttribute("instance_type", "a", "b"),) if actions is None else actions
        return Change(
            "rule", "size", Layer.USAGE, resource, declared, "Title", "Reason", actions, (), (),
            None, Level.LOW, Level.LOW, Effect.RESTART, 0.9,
        )  # fmt: skip

    return make


@pytest.fixture
def place_of():
    """Where an edit goes: the line of a file that holds a text, in the given role."""

    def place(clone, path, text, role=Role.LITERAL):
        blob = next(e.blob for e in list_tree(clone, clone.head) if e.path == path)
        ((_, content),) = read_blobs(clone, [blob])
        start = content.index(text.encode())
        line = content[:start].count(b"\n") + 1
        return SourceLocation(
            clone.name, clone.head, path, blob, start, start + len(text), line, line, role, "a", "instance_type"
        )

    return place


@pytest.fixture
def root():
    return ROOT
