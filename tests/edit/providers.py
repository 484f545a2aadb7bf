"""Provider configurations, what they gave their tags to, and the tags that are wanted."""

from dataclasses import dataclass, replace

from remediator.config import RootConfig
from remediator.edit.edits import apply_edits
from remediator.edit.provider_draft import draft_provider
from remediator.iac.terraform.configuration.code import Code as Terraform
from remediator.model import PROVIDER, Attributes, SetAttribute, StateResource
from tests.edit.conftest import Code, address_of, change

LOCK = """
provider "registry.terraform.io/hashicorp/aws" {
  version = "5.80.0"
}
"""
BUCKET = 'resource "aws_s3_bucket" "a" {\n  bucket = "a"\n}\n'
ROOT = RootConfig(path=".", state="s")


def held(address: str, keys: tuple[str, ...] | None = (), by: str = "provider.aws", root: str = ".") -> StateResource:
    return StateResource(address_of(address, root), "x", None, Attributes(), configured_by=by, tag_keys=keys)


@dataclass
class Provider:
    code: type[Code]

    def draft(self, files, tags=None, *, alias="", module="", states=None, roots=(ROOT,), also=()):
        self.here = self.code({".terraform.lock.hcl": LOCK, **files}, roots=roots)
        states = [held("aws_s3_bucket.a", root=roots[0].path)] if states is None else states
        at = replace(address_of("aws_x.y", roots[0].path), module=module, mode=PROVIDER, type="aws", name=alias)
        sets = [
            SetAttribute(f"default_tags.tags.{key}", None, value) for key, value in (tags or {"team": "ml"}).items()
        ]
        wanted = change(StateResource(at, at.address, None, Attributes()), *sets)
        index = self.here.index()
        return draft_provider(wanted, roots[0], Terraform(index, self.here.blobs.__getitem__, roots, states), also)

    def after(self, made, path="main.tf"):
        assert made.doubts == (), made.doubts
        return apply_edits(self.here.contents, made.edits)[path].decode()
