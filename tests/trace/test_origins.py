from dataclasses import replace

import pytest

from remediator.config import AccountConfig, Config, OwnersConfig
from remediator.git import process
from remediator.git.records import read_commits
from remediator.model import AddResource, Attributes, Origin, Role, SetAttribute, Unattributed
from remediator.trace.origins import trace_origins, unattributed

BRUNO = "Bruno Keller <7+bruno@users.noreply.github.com>"
DAVE = "Dave <dave@acme.io>"
FMT = "fmt[bot] <9+fmt[bot]@users.noreply.github.com>"
STOPPED = SetAttribute("instance_state", "running", "stopped")
MODULE = """\
resource "aws_instance" "this" {
  ami           = "ami-1"
  instance_type = var.size
}

variable "size" {
  default = "g5.xlarge"
}
"""
MAIN = """\
module "trainer" {
  source = "../../modules/box"
  size   = var.trainer_size
}

variable "trainer_size" {}

resource "aws_instance" "plain" {
  instance_type = "m5.large"
}
"""


@pytest.fixture
def history(repository):
    """The commits of a small repository, by what they did."""
    done = {"module": repository.commit({"modules/box/main.tf": MODULE}, "Add the box module (#1)", DAVE)}
    done["main"] = repository.commit(
        {"envs/dev/main.tf": MAIN, "envs/dev/dev.tfvars": 'trainer_size = "g5.xlarge"\n'}, "Train (#2)"
    )
    done["sized"] = repository.commit(
        {"envs/dev/dev.tfvars": 'trainer_size = "g5.12xlarge"\n'}, "Bigger trainer (#3)", BRUNO
    )
    repository.commit({"modules/box/main.tf": MODULE.replace(" = ", "  =  ")}, "Format", FMT)
    owners = "* @acme/platform\n/envs/ @acme/ml\n/modules/ @acme/modules\n"
    repository.commit({".github/CODEOWNERS": owners})
    return done


def _trace(repository, index_of, root, *changes, config=None, cache=None):
    clone = repository.sync()
    asked = [(change, root, places) for change, places in changes]
    return trace_origins(clone, index_of(clone), asked, config or Config(), cache)


def test_from_a_module_to_the_people(repository, history, index_of, make_change, place_of, root, tmp_path):
    change = make_change("this", "module.trainer", {"team": "vision"})
    place = place_of(repository.sync(), "envs/dev/dev.tfvars", '"g5.12xlarge"', Role.TFVARS)

    (origin,) = _trace(repository, index_of, root, (change, (place,)), cache=tmp_path)

    assert isinstance(origin, Origin)
    assert [(p.role, p.address, p.path, p.start_line) for p in origin.call_chain] == [
        (Role.MODULE_CALL, "module.trainer", "envs/dev/main.tf", 1),
        (Role.BLOCK, "aws_instance.this", "modules/box/main.tf", 1),
    ]
    assert origin.created is not None
    assert origin.changed is not None
    assert (origin.created.sha, origin.created.pull_request) == (history["module"], 1)
    assert (origin.changed.sha, origin.changed.pull_request) == (history["sized"], 3)
    assert [(o.handle, [e.source for e in o.evidence]) for o in origin.owners] == [
        ("@acme/ml", ["CODEOWNERS"]),
        ("@acme/modules", ["CODEOWNERS"]),
        ("vision", ["tag"]),
        ("Alice Moreau", ["around", "created", "directory", "file", "repository"]),
        ("@bruno", ["around", "directory", "changed", "file", "repository"]),
        ("Dave", ["module", "repository"]),
    ]


def test_the_attributes_own_line_counts_where_no_edit_is_known(repository, history, index_of, make_change, root):
    changed = repository.commit({"envs/dev/main.tf": MAIN.replace("m5.large", "m5.4xlarge")}, "Grow", BRUNO)

    (origin,) = _trace(repository, index_of, root, (make_change("plain"), ()))

    assert isinstance(origin, Origin)
    assert origin.created is not None
    assert origin.changed is not None
    assert (origin.created.sha, origin.changed.sha) == (history["main"], changed)


@pytest.mark.parametrize(
    "actions",
    [
        (SetAttribute("cpu_core_count", None, 4),),
        (SetAttribute("root_block_device.volume_type", "gp2", "gp3"),),
        (
            AddResource(
                "aws_ec2_instance_state", Attributes(), (), SetAttribute("instance_state", "running", "stopped")
            ),
        ),
    ],
)
def test_what_nothing_sets_was_changed_by_nobody(repository, history, index_of, make_change, root, actions):
    (origin,) = _trace(repository, index_of, root, (make_change("plain", actions=actions), ()))

    assert isinstance(origin, Origin)
    assert origin.created is not None
    assert origin.changed is None


def test_automation_is_passed_over_and_named(repository, index_of, make_change, root):
    repository.commit({"envs/dev/main.tf": MAIN, "modules/box/main.tf": MODULE}, "Generate", FMT)

    (origin,) = _trace(repository, index_of, root, (make_change("plain"), ()))

    assert isinstance(origin, Origin)
    assert [one.handle for one in origin.passed_over] == ["fmt[bot]"]
    assert origin.owners == ()
    assert origin.created is not None
    assert origin.created.author_name == "fmt[bot]"


def test_answers_come_in_order_and_a_missing_block_says_why(repository, history, index_of, make_change, root):
    gone = make_change("gone", tags={"owner": "vision"})
    undeclared = make_change(None, tags={"owner": "vision"})

    first, second, third = _trace(repository, index_of, root, (gone, ()), (make_change("plain"), ()), (undeclared, ()))

    assert isinstance(first, Unattributed)
    assert "no file in envs/dev declares aws_instance.gone" in first.reason
    assert [owner.handle for owner in first.owners] == ["vision"]
    assert isinstance(second, Origin)
    assert third.reason == unattributed(undeclared, Config()).reason
    assert "no Terraform state" in third.reason


def test_a_module_from_elsewhere_still_has_the_owner_of_its_call(repository, history, index_of, make_change, root):
    call = 'module "far" {\n  source = "terraform-aws-modules/ec2-instance/aws"\n}\n'
    repository.commit({"envs/dev/far.tf": call, ".github/CODEOWNERS": "/envs/dev/far.tf @acme/far\n"})

    (answer,) = _trace(repository, index_of, root, (make_change("this", "module.far"), ()))

    assert isinstance(answer, Unattributed)
    assert "not this repository" in answer.reason
    assert answer.owners[0].handle == "@acme/far"


def test_one_walk_serves_all_changes(repository, history, index_of, make_change, root, monkeypatch):
    clone, walks = repository.sync(), []
    index = index_of(clone)
    original = process.stream

    def counting(path, arguments, *rest, **options):
        walks.append("-p" in arguments)
        return original(path, arguments, *rest, **options)

    monkeypatch.setattr("remediator.git.history.stream", counting)
    asked = [(make_change("plain"), root, ()), (make_change("this", "module.trainer"), root, ())] * 20

    answers = trace_origins(clone, index, asked, Config(), None)

    assert len(answers) == 40
    assert walks == [True]


def test_nothing_to_trace_is_nothing(repository, history, index_of, root):
    assert _trace(repository, index_of, root) == ()


def test_who_left_is_passed_over_for_the_next_evidence(repository, history, index_of, make_change, root):
    config = Config(owners=OwnersConfig(left=("alice moreau", "@acme/ml")))

    (origin,) = _trace(repository, index_of, root, (make_change("plain"), ()), config=config)

    assert isinstance(origin, Origin)
    assert not {"Alice Moreau", "@acme/ml"} & {owner.handle for owner in origin.owners}
    assert [one.handle for one in origin.passed_over][:2] == ["@acme/ml", "Alice Moreau"]
    assert origin.passed_over[0].reason.startswith("left, says owners.left (CODEOWNERS: line 2 ")


def test_an_account_of_another_forge_is_a_name_alone(repository, index_of, make_change, root):
    repository.commit({"envs/dev/main.tf": MODULE}, "Add", "Bo <7+bo@users.noreply.github.com>")
    clone = repository.sync()

    def owner(kind):
        table = {"forges": {"f": {"kind": kind}}, "repositories": [{"name": "infra", "url": "/x", "forge": "f"}]}
        change = (make_change("this"), root, ())
        (origin,) = trace_origins(clone, index_of(clone), [change], Config.model_validate(table), None)
        return origin.owners[0].handle, origin.owners[0].reviewers

    assert owner("github") == ("@bo", ("@bo",))
    assert owner("gitlab") == ("Bo", ())


def test_an_account_has_an_owner_where_nobody_else_is_known(make_change):
    config = Config(accounts=(AccountConfig(name="ml-dev", regions=("us-east-1",), owner="@acme/ml"),))

    (owner,) = unattributed(make_change(None), config).owners

    assert (owner.handle, owner.evidence[0].text) == ("@acme/ml", "owns account ml-dev")


def test_default_tags_and_the_state_name_owners(repository, index_of, make_change, root):
    provider = 'provider "aws" {\n  default_tags {\n    tags = { team = "vision", cost = var.x }\n  }\n}\n'
    other = provider.replace('aws" {', 'aws" {\n  alias = "x"').replace("vision", "other")
    repository.commit({"envs/dev/main.tf": MAIN, "envs/dev/p.tf": provider, "envs/dev/q.tf": other})
    change = make_change("plain")
    declared = replace(change.declared, attributes=Attributes({"tags.owner": "bo"}))

    (origin,) = _trace(repository, index_of, root, (replace(change, declared=declared), ()))

    assert isinstance(origin, Origin)
    tagged = {o.handle: e.text for o in origin.owners for e in o.evidence if e.source == "tag"}
    assert tagged == {
        "vision": "tag team in default_tags of envs/dev is vision",
        "bo": "tag owner in the state is bo",
    }


@pytest.mark.parametrize("where", ["live", "state"])
def test_a_default_tag_that_the_resource_overrides_names_nobody(repository, index_of, make_change, root, where):
    provider = 'provider "aws" {\n  default_tags {\n    tags = { team = "vision" }\n  }\n}\n'
    repository.commit({"envs/dev/main.tf": MAIN, "envs/dev/p.tf": provider})
    change = make_change("plain")
    if where == "live":
        change = replace(change, resource=replace(change.resource, tags=Attributes({"team": "speech"})))
    else:
        change = replace(change, declared=replace(change.declared, attributes=Attributes({"tags.team": "speech"})))

    (origin,) = _trace(repository, index_of, root, (change, ()))

    assert isinstance(origin, Origin)
    assert {o.handle for o in origin.owners for e in o.evidence if e.source == "tag"} == {"speech"}


@pytest.mark.parametrize(("forge", "named"), [("github", "@bruno"), ("gitlab", "Bruno Keller")])
def test_who_last_changed_the_code_that_tags_name_is_suggested(repository, history, make_change, forge, named):
    tables = {"forges": {"ours": {"kind": forge}}, "repositories": [{"name": "infra", "url": "x", "forge": "ours"}]}
    (commit,) = read_commits(repository.sync(), [history["sized"]])

    (owner,) = unattributed(make_change(None), Config.model_validate(tables), changed=(commit, "infra")).owners

    assert (owner.handle, owner.suggested) == (named, True)
    assert [(e.source, e.text) for e in owner.evidence] == [("changed", f"last changed it in {commit.sha[:12]}")]
