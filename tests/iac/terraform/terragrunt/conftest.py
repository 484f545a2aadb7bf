"""Units of repositories given as path to text."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import pytest

from remediator.config import RootConfig
from remediator.iac.terraform.index import RepositoryIndex
from remediator.iac.terraform.language.values import Evaluated, Fields, Items, Unknown
from remediator.iac.terraform.terragrunt.unit import UnitInputs, unit_inputs
from remediator.iac.terraform.terragrunt.units import files_of, with_units
from tests.iac.terraform.conftest import Blobs

UNKNOWN = "unknown"


def plain(value: Evaluated) -> object:
    """A value as Python has it; an unknown is its reason after `unknown: `."""
    data = value.data
    if isinstance(data, Fields):
        return {key: plain(inner) for key, inner in data.fields.items()} | ({"…": 1} if data.rest else {})
    if isinstance(data, Items):
        return [plain(item) for item in data.items]
    return f"{UNKNOWN}: {data.reason}" if isinstance(data, Unknown) else data


@dataclass
class Units:
    """A repository with its units; `read` gives a blob."""

    index: RepositoryIndex
    read: Callable[[str], bytes]
    root: RootConfig

    def inputs(self, folder: str = "live/app") -> UnitInputs | str:
        files = files_of(self.index, self.read)
        return unit_inputs(self.index, self.index.units[folder], files, files.seen, dict(self.root.environment))

    def plain(self, folder: str = "live/app") -> object:
        found = self.inputs(folder)
        return found if isinstance(found, str) else plain(found.values)


@pytest.fixture
def units() -> Callable[..., Units]:
    def make(files: Mapping[str, str | bytes], environment: Mapping[str, str] | None = None) -> Units:
        files = {"live/app/main.tf": "", **files}
        code = (".tf", ".hcl", ".tfvars")
        blobs = Blobs({path: text for path, text in files.items() if path.endswith(code)})
        others = Blobs({path: text for path, text in files.items() if not path.endswith(code)})
        contents = blobs.contents | others.contents
        root = RootConfig(path="live/app", state="s", environment=dict(environment or {}))
        index = replace(blobs.index(), blobs=dict(others.entries))
        return Units(with_units(index, contents.__getitem__, [root]), contents.__getitem__, root)

    return make
