"""Tags of provider configurations that others share: aliases, maps, workspaces."""

from remediator.config import RootConfig
from tests.edit.providers import BUCKET, ROOT, held

TWO = """
provider "aws" {
  region = "eu-west-1"
}

provider "aws" {
  alias  = "west"
  region = "us-west-2"
}
"""


def test_a_configuration_with_an_alias_is_edited_alone(provider) -> None:
    states = [held("aws_s3_bucket.a"), held("module.m.aws_s3_bucket.b", by="provider.aws.west")]

    made = provider.draft({"main.tf": TWO, "b.tf": BUCKET}, alias="west", states=states)

    assert provider.after(made).endswith(
        'region = "us-west-2"\n\n  default_tags {\n    tags = {\n      team = "ml"\n    }\n  }\n}\n'
    )
    assert 'eu-west-1"\n}\n' in provider.after(made)
    assert [one.address for one in made.expected] == ["module.m.aws_s3_bucket.b"]  # the state follows `providers`


def test_a_configuration_above_others_moves_them_and_changes_none(provider) -> None:
    made = provider.draft({"main.tf": TWO + 'provider "helm" {\n}\n', "b.tf": BUCKET})

    assert made.doubts == () and made.together == ()


SHARED = """
locals {
  base = { env = "dev" }
}
provider "aws" {
  default_tags {
    tags = local.base
  }
}
provider "aws" {
  alias = "west"
  default_tags {
    tags = local.base
  }
}
"""


def test_a_map_that_another_configuration_shares(provider) -> None:
    alone = provider.draft({"main.tf": SHARED, "b.tf": BUCKET})
    both = provider.draft({"main.tf": SHARED, "b.tf": BUCKET}, also=("provider.aws.west",))

    assert alone.edits == () and "would also change provider.aws.west" in alone.doubts[0]
    assert both.together == ("provider.aws.west",)
    assert 'base = { env = "dev", team = "ml" }' in provider.after(both)


def test_a_map_that_resources_share(provider) -> None:
    files = {"main.tf": SHARED, "b.tf": 'resource "aws_s3_bucket" "a" {\n  tags = local.base\n}\n'}

    made = provider.draft(files, also=("provider.aws.west",))

    assert made.edits == () and "would also change aws_s3_bucket.a" in made.doubts[0]


def test_two_workspaces_of_one_folder_get_it_together_or_not_at_all(provider) -> None:
    roots = (ROOT, RootConfig(path=".", state="t", workspace="prod"))
    files = {"main.tf": 'provider "aws" {\n}\n', "b.tf": BUCKET}

    alone = provider.draft(files, roots=roots)
    both = provider.draft(files, roots=roots, also=(". (workspace prod): provider.aws",))

    assert alone.edits == () and ". (workspace prod): provider.aws" in alone.doubts[0]
    assert both.doubts == ()


def test_only_what_lacks_a_key_and_can_have_tags_changes(provider) -> None:
    states = [
        held("aws_s3_bucket.a", ("env",)),
        held("aws_s3_bucket.b", ("team",)),
        held("aws_route.c", None),
        held("aws_s3_bucket.d", (), "provider.aws.west"),
        held("aws_s3_bucket.ignoring", ()),
        held("aws_s3_bucket.other", (), root="other"),
    ]
    ignoring = 'resource "aws_s3_bucket" "ignoring" {\n  lifecycle {\n    ignore_changes = [tags, tags_all]\n  }\n}\n'

    made = provider.draft({"main.tf": 'provider "aws" {\n}\n', "b.tf": BUCKET + ignoring}, states=states)

    assert [one.address for one in made.expected] == ["aws_s3_bucket.a"]
