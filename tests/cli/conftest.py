"""An estate all of whose text is hostile: tags, branch, paths, comments, authors, subjects, keys of a state."""

import json
from dataclasses import dataclass
from pathlib import Path

import pytest
from moto.moto_api._internal.models import moto_api_backend

from tests import emulator

HOSTILE = (
    "\x1b[31mred\x1b]8;;http://evil.example\x07\x9b2J [link=http://evil.example]here[/link] [bold]x[/] :smile: "
    "\u202egnp.exe\u2066\u200e\u061c \u2028| a | b | ````` </details><!-- <script>alert(1)</script> @acme/all \\"
)
AUTHOR = f"Mallory {HOSTILE.replace('<', '').replace('>', '')} <m@evil.example>"
PATH = "mod [link=http=evil] [bold] `` |x @all/vol.tf"
BROKEN = "mod\x1b[2J [link=http:evil] :smile: `` \u202e|x @all.tf"
BRANCH = "main-\u202e\u2066`|@acme"


def code(type_: str) -> str:
    """A volume between comments that would end a fence, a fold and a line."""
    return (
        f"# ``` {HOSTILE}\n# ````````` \rcarriage\n"
        'terraform {\n  required_providers {\n    aws = {\n      source  = "hashicorp/aws"\n      version = "~> 5.0"\n'
        "    }\n  }\n}\n"
        f'resource "aws_ebs_volume" "features" {{\n  availability_zone = "us-east-1a"\n  size              = 1000\n'
        f"  # ```` {HOSTILE}\n"
        f'  type              = "{type_}" # `````` </details> @acme/all \x1b[0m\n}}\n'
    )


@dataclass(frozen=True)
class Estate:
    """The configuration's path, the declared volume's id, the repository with its work tree, the state directory."""

    config: str
    volume: str
    upstream: object
    state_dir: Path


@pytest.fixture
def hostile(tmp_path: Path, make_repository, server: str, monkeypatch: pytest.MonkeyPatch) -> Estate:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
    monkeypatch.setenv("AWS_CONFIG_FILE", "/dev/null")
    moto_api_backend.reset()
    return _estate(tmp_path, make_repository("infra"), server)


def _estate(tmp_path: Path, upstream, endpoint: str) -> Estate:
    ec2 = emulator.client("ec2", endpoint)
    text = "".join(c for c in HOSTILE if c >= " ")  # XML, in which the service answers, holds no control character
    tags = [{"Key": "owner", "Value": f"{text}\nforged | row"}, {"Key": "Name", "Value": text}]
    started = ec2.run_instances(ImageId="ami-04681a1dbd79675a5", InstanceType="t3.micro", MinCount=1, MaxCount=1)
    volumes = []
    for size in (1000, 2000):
        answer = ec2.create_volume(
            AvailabilityZone="us-east-1a",
            Size=size,
            VolumeType="gp2",
            TagSpecifications=[{"ResourceType": "volume", "Tags": tags}],
        )
        volumes.append(answer["VolumeId"])
    ec2.attach_volume(VolumeId=volumes[0], InstanceId=started["Instances"][0]["InstanceId"], Device="/dev/sdf")
    upstream.commit({PATH: code("gp2"), BROKEN: "x = = 1\n"}, f"Add {HOSTILE} (#1)", author=AUTHOR)
    upstream.git("branch", "-m", BRANCH)
    upstream.git("config", "receive.denyCurrentBranch", "ignore")
    instance = {
        "schema_version": 0,
        "attributes": {"id": volumes[0], "type": "gp2", "size": 1000, "availability_zone": "us-east-1a"},
    }
    resource = {
        "mode": "managed",
        "type": "aws_ebs_volume",
        "name": "features",
        "provider": 'provider["registry.terraform.io/hashicorp/aws"]',
        "instances": [instance, instance | {"index_key": HOSTILE, "attributes": {"id": "vol-gone"}}],
    }
    state = tmp_path / "state \x1b[31m[link=x]\u202e.tfstate"
    state.write_text(json.dumps({"version": 4, "serial": 1, "lineage": "x", "resources": [resource]}))
    config = tmp_path / "config.toml"
    config.write_text(
        f"""
[run]
state_dir = "kept"
metric_period = 86400
second_opinion = false
[[accounts]]
name = "dev"
regions = ["us-east-1"]
endpoint_url = "{endpoint}"
[[repositories]]
name = "infra"
url = {json.dumps(str(upstream.path))}
branch = {json.dumps(BRANCH)}
forge = "local"
tracker = "local"
  [[repositories.roots]]
  path = {json.dumps(str(Path(PATH).parent))}
  state = {json.dumps(str(state))}
[forges.local]
kind = "local"
[trackers.local]
kind = "local"
[owners.teams.all]
match = ["*"]
"""
    )
    return Estate(str(config), volumes[0], upstream, tmp_path / "kept")
