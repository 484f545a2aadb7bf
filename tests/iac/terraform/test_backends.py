from collections.abc import Callable, Mapping

from remediator.config import RootConfig
from remediator.iac.terraform.backends import discovered
from remediator.iac.terraform.index import RepositoryIndex

Make = Callable[[Mapping[str, str]], RepositoryIndex]
S3 = 'terraform {{\n  backend "s3" {{\n{}  }}\n}}\n'


def test_roots_are_the_folders_with_a_backend_that_says_where_its_state_is(make_index: Make) -> None:
    index = make_index(
        {
            "envs/dev/backend.tf": S3.format('    bucket = "b"\n    key    = "dev/terraform.tfstate"\n'),
            "envs/prod/main.tf.json": '{"terraform": {"backend": {"s3": {"bucket": "b", "key": "prod", '
            '"workspace_key_prefix": "ws"}}}}',
            "envs/part/main.tf": S3.format('    key = "part"\n'),
            "envs/tfc/main.tf": 'terraform {\n  cloud {\n    organization = "acme"\n  }\n}\n',
            "envs/gcs/main.tf": 'terraform {\n  backend "gcs" {\n    bucket = "b"\n  }\n}\n',
            "modules/m/main.tf": 'terraform {\n  required_version = ">= 1.5"\n}\n',
        }
    )

    roots, unplaced = discovered(index)

    assert roots == (
        RootConfig(path="envs/dev", state="s3://b/dev/terraform.tfstate"),
        RootConfig(path="envs/prod", state="s3://b/prod", workspace_key_prefix="ws"),
    )
    assert [(one.path, one.reason) for one in unplaced] == [
        ("envs/gcs", "the gcs backend at envs/gcs/main.tf:2 is not read from; name the root with its state yourself"),
        (
            "envs/part",
            "the backend at envs/part/main.tf:2 does not write out its bucket; name the root's state yourself",
        ),
        ("envs/tfc", "the cloud backend at envs/tfc/main.tf:2 is not read from; name the root with its state yourself"),
    ]
