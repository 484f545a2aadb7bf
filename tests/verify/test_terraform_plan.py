"""A Terraform plan does exactly what was expected, or a sentence says what else."""

import json
import shutil
import subprocess

import pytest

from remediator.model import ExpectedChange
from remediator.verify.terraform_plan import compare

WEB = "aws_instance.web"
SMALLER = (ExpectedChange(WEB, ("update",), ("instance_type",)),)


def resource(address=WEB, actions=("update",), before=None, after=None, **more):
    unknown = more.pop("after_unknown", {})
    replaced = {"replace_paths": more.pop("replace_paths")} if "replace_paths" in more else {}
    change = {"actions": list(actions), "before": before, "after": after, "after_unknown": unknown, **replaced}
    change |= {"importing": more.pop("importing")} if "importing" in more else {}
    return {"address": address, "change": change, **more}


def smaller(**more):
    before = {"instance_type": "m5.4xlarge", "ami": "a", "public_ip": "1.2.3.4", "root_block_device": [{"iops": 3}]}
    after = {"instance_type": "m5.2xlarge", "ami": "a", "public_ip": "1.2.3.4", "root_block_device": [{"iops": 3}]}
    change = more.pop("change", {})
    return resource(before=before, after=after | change, **more)


def plan(*resources, configured=None, **more):
    tree = {"root_module": {"resources": [{"address": WEB, "expressions": configured or {}}]}}
    return json.dumps(
        {"format_version": "1.2", "resource_changes": list(resources), "configuration": tree, **more}
    ).encode()


def test_exactly_the_expected():
    idle = resource("aws_instance.other", ("no-op",), {"a": 1}, {"a": 1})
    read = resource("data.aws_ami.x", ("read",), None, {"a": 1})
    drift = [resource("aws_instance.other", ("update",), {"a": 1}, {"a": 2})]

    assert compare(SMALLER, plan(smaller(), idle, read, resource_drift=drift)) == ()
    assert compare((), plan(idle, read)) == ()


@pytest.mark.parametrize(
    ("shown", "sentence"),
    [
        (smaller(change={"ami": "b"}), f"{WEB}: the plan also changes ami"),
        (smaller(change={"root_block_device": [{"iops": 4}]}), f"{WEB}: the plan also changes root_block_device"),
        (smaller(change={"root_block_device": []}), f"{WEB}: the plan also changes root_block_device"),
        (
            smaller(change={"instance_type": "m5.4xlarge"}),
            f"{WEB}: instance_type was expected to change, but the plan leaves it as it is",
        ),
        (
            smaller(actions=("delete", "create"), replace_paths=[["instance_type"], ["root_block_device", 0, "iops"]]),
            f"{WEB}: update was expected, but the plan says delete and create, because instance_type and "
            "root_block_device.0.iops cannot change in place",
        ),
        (smaller(previous_address="aws_instance.old"), f"{WEB}: the plan moves it from aws_instance.old, which"),
        (smaller(importing={"id": "i-1"}), f"{WEB}: the plan imports it, which was not expected"),
        (smaller(deposed="ab12"), f"{WEB}: the plan deletes the deposed object ab12"),
        (
            resource("aws_instance.other", ("update",)),
            "aws_instance.other: nothing was expected, but the plan says update",
        ),
        (
            resource("aws_instance.other", ("forget",)),
            "aws_instance.other: nothing was expected, but the plan says forget",
        ),
    ],
)
def test_anything_else_is_a_sentence(shown, sentence):
    others = () if shown["address"] == WEB and "deposed" not in shown else (smaller(),)

    said = compare(SMALLER, plan(shown, *others))

    assert len(said) == 1
    assert said[0].startswith(sentence)


def test_what_an_unexpected_update_changes_is_named():
    said = compare((), plan(resource("x.y", ("update",), {"a": 1, "b": 2}, {"a": 2, "b": 2})))

    assert said == ("x.y: nothing was expected, but the plan says update of a",)


def test_an_address_that_the_plan_does_not_name():
    assert compare(SMALLER, plan()) == (f"{WEB}: update was expected, but the plan does not name it",)


@pytest.mark.parametrize("actions", [("create",), ("delete",)])
def test_creations_and_deletions_are_known_by_their_action(actions):
    shown = plan(resource("a.b", actions, {"x": 1} if actions == ("delete",) else None, None))

    assert compare((ExpectedChange("a.b", actions, ()),), shown) == ()


@pytest.mark.parametrize(
    ("unknown", "configured", "said"),
    [
        ({"public_ip": True}, {}, ()),
        ({"root_block_device": [{"volume_id": True}]}, {"root_block_device": [{"iops": {"constant_value": 3}}]}, ()),
        ({"root_block_device": [{}]}, {"root_block_device": []}, ()),
        ({"ami": True}, {"ami": {"references": ["data.aws_ami.x"]}}, ("ami",)),
        (
            {"root_block_device": [{"iops": True}]},
            {"root_block_device": [{"iops": {"references": ["x"]}}]},
            ("root_block_device",),
        ),
        ({"root_block_device": [{}, {"iops": True}]}, {"root_block_device": [{}]}, ("root_block_device",)),
        ({"tags": {"a": True}}, {"tags": {"references": ["x"]}}, ("tags",)),
        ({"instance_type": True}, {"instance_type": {"references": ["x"]}}, ("instance_type",)),
    ],
)
def test_the_unknown_is_borne_only_where_the_provider_computes_it(unknown, configured, said):
    shown = plan(smaller(after_unknown=unknown), configured=configured)

    assert compare(SMALLER, shown) == tuple(
        f"{WEB}: {name} is known only after apply, though the code sets it; it may change" for name in said
    )


def test_the_configuration_is_found_through_modules_and_keys():
    address = 'module.a["x.y"].aws_instance.web[0]'
    inner = {"resources": [{"address": WEB, "expressions": {"ami": {"references": ["x"]}}}]}
    tree = {"root_module": {"module_calls": {"a": {"module": inner}}}}
    shown = {
        "format_version": "1.2",
        "resource_changes": [smaller(after_unknown={"ami": True}) | {"address": address}],
        "configuration": tree,
    }

    said = compare((ExpectedChange(address, ("update",), ("instance_type",)),), json.dumps(shown).encode())

    assert said == (f"{address}: ami is known only after apply, though the code sets it; it may change",)


@pytest.mark.parametrize(
    ("raw", "sentence"),
    [
        (b"", "the plan is not what"),
        (b"{}", "the plan is not what `terraform show -json` writes (at format_version)"),
        (b"[]", "the plan is not what"),
        (plan(errored=True), "the plan ended in an error"),
        (plan(deferred_changes=[{"reason": "x"}]), "the plan defers 1 changes"),
    ],
)
def test_what_is_no_whole_plan(raw, sentence):
    said = compare((), raw)

    assert len(said) == 1
    assert said[0].startswith(sentence)


@pytest.mark.skipif(shutil.which("terraform") is None, reason="terraform is not on PATH")
def test_real_terraform(tmp_path):
    terraform = shutil.which("terraform") or ""
    quiet = {"PATH": "/usr/bin:/bin", "HOME": str(tmp_path), "CHECKPOINT_DISABLE": "1", "TF_IN_AUTOMATION": "1"}

    def run(*arguments):
        done = subprocess.run([terraform, *arguments], cwd=tmp_path, capture_output=True, env=quiet, check=True)
        return done.stdout

    code = tmp_path / "main.tf"
    text = 'resource "terraform_data" "web" {\n  count = 2\n  input = "big"\n}\nresource "terraform_data" "old" {}\n'
    code.write_text(text)
    run("init", "-input=false")
    run("apply", "-auto-approve", "-input=false")
    code.write_text(text.replace("big", "small").replace('resource "terraform_data" "old" {}\n', ""))
    run("plan", "-input=false", "-out=p")
    shown = run("show", "-json", "p")

    first, second = (ExpectedChange(f"terraform_data.web[{n}]", ("update",), ("input",)) for n in range(2))
    gone = ExpectedChange("terraform_data.old", ("delete",), ())

    assert compare((first, second, gone), shown) == ()
    assert compare((first, gone), shown) == (
        "terraform_data.web[1]: nothing was expected, but the plan says update of input",
    )
