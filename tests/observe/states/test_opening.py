import gzip
import io
import tracemalloc
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from moto.core import DEFAULT_ACCOUNT_ID
from moto.s3.models import s3_backends

from remediator.config import AccountConfig, Config, RootConfig
from remediator.errors import RemediatorError
from remediator.observe.states import streams
from remediator.observe.states.opening import open_state
from remediator.observe.states.s3 import list_keys


def test_a_file_and_its_workspaces(tmp_path: Path, read) -> None:
    (tmp_path / "dev.tfstate").write_bytes(b"default")
    folder = tmp_path / "terraform.tfstate.d" / "gpu"
    folder.mkdir(parents=True)
    (folder / "terraform.tfstate").write_bytes(b"gpu")  # whatever the path of the default one is called

    assert read({"state": f"{tmp_path}/dev.tfstate"}) == b"default"
    assert read({"state": f"file:{tmp_path}/dev.tfstate"}) == b"default"
    assert read({"state": f"{tmp_path}/dev.tfstate", "workspace": "gpu"}) == b"gpu"


def test_s3_and_its_workspaces(cloud, read) -> None:
    s3 = cloud.client("s3")
    s3.create_bucket(Bucket="acme-tfstate")
    s3.put_object(Bucket="acme-tfstate", Key="dev/terraform.tfstate", Body=b"default")
    s3.put_object(Bucket="acme-tfstate", Key="env:/gpu/dev/terraform.tfstate", Body=b"gpu")
    s3.put_object(
        Bucket="acme-tfstate", Key="teams/ml/gpu/dev/terraform.tfstate", Body=gzip.compress(b"prefixed", mtime=0)
    )
    accounts = {"accounts": [{"name": "dev", "regions": ["us-east-1"], "endpoint_url": cloud.endpoint}]}
    root = {"state": "s3://acme-tfstate/dev/terraform.tfstate"}

    assert read(root, **accounts) == b"default"
    assert read(root | {"workspace": "gpu"}, **accounts) == b"gpu"
    assert read(root | {"workspace": "gpu", "workspace_key_prefix": "teams/ml"}, **accounts) == b"prefixed"
    for missing in ("s3://acme-tfstate/none", "s3://no-such-bucket/key"):
        with pytest.raises(RemediatorError, match="does not exist; check the bucket, the key and the workspace"):
            read({"state": missing}, **accounts)
    with open_state(RootConfig.model_validate({"path": ".", **root}), Config.model_validate(accounts)) as stream:
        assert stream.written_at is not None
        assert abs(stream.written_at - datetime.now(UTC)) < timedelta(minutes=5)


def test_every_key_of_a_bucket_is_listed_page_by_page(cloud, monkeypatch: pytest.MonkeyPatch) -> None:
    cloud.client("s3").create_bucket(Bucket="acme-tfstate")
    keys = {f"root-{n:04}/terraform.tfstate" for n in range(1_203)}
    for key in keys:  # not one request each
        s3_backends[DEFAULT_ACCOUNT_ID]["aws"].put_object("acme-tfstate", key, b"{}")
    account = AccountConfig(name="dev", regions=("us-east-1",), endpoint_url=cloud.endpoint)

    assert set(list_keys(account, "acme-tfstate")) == keys
    with pytest.raises(RemediatorError, match="s3://none: it does not exist"):
        list_keys(account, "none")
    monkeypatch.setattr("remediator.observe.states.s3.MOST_KEYS", 1_202)
    with pytest.raises(RemediatorError, match="s3://acme-tfstate has more than 1,202 keys"):
        list_keys(account, "acme-tfstate")


@pytest.mark.parametrize(
    ("ref", "sentence"),
    [
        ("/no/such/none.tfstate", "the state cannot be read"),
        ("s3://bucket-only", "is written s3://bucket/key"),
        ("s3://bucket/key", "no account is configured"),
        ("gs://bucket/key", r'state_command = \["gcloud", "storage", "cat", "gs://bucket/key"\]'),
        ("azblob://account/container/key", r'state_command = \["terraform", "state", "pull"\]'),
        ("consul://x", "states are read from a path"),
    ],
)
def test_what_cannot_be_read_is_a_sentence(ref: str, sentence: str, read) -> None:
    with pytest.raises(RemediatorError, match=sentence):
        read({"state": ref})


def test_a_compressed_state_is_unfolded_a_little_at_a_time(tmp_path: Path) -> None:
    packed = io.BytesIO()
    with gzip.GzipFile(fileobj=packed, mode="wb") as file:
        for _ in range(64):
            file.write(bytes(1 << 20))
    (tmp_path / "state").write_bytes(packed.getvalue())
    tracemalloc.start()
    with open_state(RootConfig(path=".", state=f"{tmp_path}/state"), Config()) as stream:
        assert sum(len(chunk) for chunk in stream.chunks) == 64 << 20
    assert tracemalloc.get_traced_memory()[1] < 8 << 20
    tracemalloc.stop()


@pytest.mark.parametrize(
    ("content", "sentence"),
    [(gzip.compress(b"x" * 99, mtime=0)[:-9], "cut short"), (b"\x1f\x8b garbage", "is not the gzip it begins as")],
)
def test_gzip_that_is_none_is_said(content: bytes, sentence: str, tmp_path: Path, read) -> None:
    (tmp_path / "state").write_bytes(content)
    with pytest.raises(RemediatorError, match=sentence):
        read({"state": f"{tmp_path}/state"})


def test_size_and_time_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(streams, "LARGEST_STATE", 1 << 30)
    chunk = bytes(1 << 20)
    with pytest.raises(RemediatorError, match="here: the state is larger than 1 GiB"):
        for _ in streams.bounded((chunk for _ in range(2_000)), "here"):
            pass
    hours = iter(range(0, 90_000, 600))
    with pytest.raises(RemediatorError, match="here: the state had not come after 30 minutes"):
        for _ in streams.bounded((b"x" for _ in range(99)), "here", lambda: next(hours)):
            pass
