from pathlib import Path

import pytest

from remediator.config import AccountConfig
from remediator.errors import RemediatorError
from remediator.observe.states import read_state


def test_a_file_and_its_workspaces(tmp_path: Path) -> None:
    (tmp_path / "dev.tfstate").write_bytes(b"default")
    folder = tmp_path / "terraform.tfstate.d" / "gpu"
    folder.mkdir(parents=True)
    (folder / "dev.tfstate").write_bytes(b"gpu")

    assert read_state("dev.tfstate", None, tmp_path) == b"default"
    assert read_state(f"file:{tmp_path}/dev.tfstate", None, Path("/")) == b"default"
    assert read_state("dev.tfstate", None, tmp_path, "gpu") == b"gpu"


def test_s3_and_its_workspaces(cloud) -> None:
    s3 = cloud.client("s3")
    s3.create_bucket(Bucket="acme-tfstate")
    s3.put_object(Bucket="acme-tfstate", Key="dev/terraform.tfstate", Body=b"default")
    s3.put_object(Bucket="acme-tfstate", Key="env:/gpu/dev/terraform.tfstate", Body=b"gpu")
    s3.put_object(Bucket="acme-tfstate", Key="teams/ml/gpu/dev/terraform.tfstate", Body=b"prefixed")
    account = AccountConfig(name="dev", regions=("us-east-1",), endpoint_url=cloud.endpoint)
    ref = "s3://acme-tfstate/dev/terraform.tfstate"

    assert read_state(ref, account, Path("/")) == b"default"
    assert read_state(ref, account, Path("/"), "gpu") == b"gpu"
    assert read_state(ref, account, Path("/"), "gpu", "teams/ml") == b"prefixed"
    for missing in ("s3://acme-tfstate/none", "s3://no-such-bucket/key"):
        with pytest.raises(RemediatorError, match="does not exist; check the bucket, the key and the workspace"):
            read_state(missing, account, Path("/"))


@pytest.mark.parametrize(
    ("ref", "sentence"),
    [
        ("none.tfstate", "the state cannot be read"),
        ("s3://bucket-only", "is written s3://bucket/key"),
        ("s3://bucket/key", "no account is configured"),
        ("tfc://org/workspace", "pull it into a file"),
    ],
)
def test_what_cannot_be_read_is_a_sentence(ref: str, sentence: str, tmp_path: Path) -> None:
    with pytest.raises(RemediatorError, match=sentence):
        read_state(ref, None, tmp_path)
