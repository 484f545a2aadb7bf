"""Resources removed: their blocks, entries of a for_each, the calls of their modules, and what only served them."""

import pytest

from remediator.config import RootConfig
from remediator.edit.edits import apply_edits
from remediator.iac.terraform.remote_states import remote_readers
from remediator.model import ExpectedChange, RemoveResource


def test_a_removal_takes_the_comment_above_and_one_set_of_blank_lines(code):
    text = """
    # kept

    # The old scratch disk,
    // nobody uses it.
    resource "aws_ebs_volume" "old" {
      size = 1
    }

    resource "aws_ebs_volume" "new" {
      size = 1
    }
    """
    here = code({"main.tf": text})

    made = here.draft("aws_ebs_volume.old", RemoveResource())

    assert here.shown(made) == (
        '-# The old scratch disk,\n-// nobody uses it.\n-resource "aws_ebs_volume" "old" {\n-  size = 1\n-}\n-\n'
    )
    assert made.expected == (ExpectedChange("aws_ebs_volume.old", ("delete",), ()),)


OLD = 'resource "aws_ebs_volume" "old" {\n  size = 1\n}\n'


@pytest.mark.parametrize(
    ("more", "doubt"),
    [
        ('output "o" {\n  value = "${aws_ebs_volume.old.id} ${var.x}"\n}\n', "still referred to at more.tf:2"),
        ('resource "x" "y" {\n  a = 1\n  b = [\n    aws_ebs_volume.old,\n  ]\n}\n', "more.tf:4"),
        ('resource "x" "y" {\n  a {\n    v = "${aws_ebs_volume.old.id}"\n  }\n}\n', "more.tf:3"),
        ("moved {\n  from = aws_ebs_volume.old\n  to   = aws_ebs_volume.older\n}\n", "more.tf:2"),
        ("import {\n  to = aws_ebs_volume.older\n  id = aws_ebs_volume.old.id\n}\n", "more.tf:3"),
        ("removed {\n  from = aws_ebs_volume.old\n}\n", "more.tf:2"),
        ("resource {", "more.tf could not be read"),
    ],
)
def test_what_is_referred_to_stays(code, more, doubt):
    made = code({"main.tf": OLD, "more.tf": more}).draft("aws_ebs_volume.old", RemoveResource())

    assert made.edits == ()
    assert any(doubt in d for d in made.doubts), made.doubts


@pytest.mark.parametrize(
    "more",
    ["", "# aws_ebs_volume.old\n", 'output "o" {\n  value = aws_ebs_volume.older.id + data.aws_ebs_volume.old.id\n}\n'],
)
def test_what_only_looks_like_a_reference_does_not_keep_it(code, more):
    made = code({"main.tf": OLD, "more.tf": more}).draft("aws_ebs_volume.old", RemoveResource())

    assert made.doubts == ()
    assert made.edits[0].new == b""


def test_a_caller_that_names_it_through_the_module_keeps_it(code):
    call = 'module "m" {\n  source = "./m"\n}\n'
    main = call + "moved {\n  from = module.m.aws_ebs_volume.old\n  to   = aws_ebs_volume.older\n}\n"

    made = code({"main.tf": main, "m/main.tf": OLD}).draft("module.m.aws_ebs_volume.old", RemoveResource())

    assert "main.tf:5" in made.doubts[0]


@pytest.mark.parametrize(
    ("inside", "doubt"),
    [
        ("count = 2", "the code does not make it"),
        ("for_each = var.x", "has for_each, and which instances"),
        ("lifecycle {\n    prevent_destroy = true\n  }", "main.tf:3: lifecycle.prevent_destroy"),
    ],
)
def test_repeated_or_protected_resources_stay(code, inside, doubt):
    here = code({"main.tf": OLD.replace("size = 1", inside)})

    made = here.draft("aws_ebs_volume.old", RemoveResource())

    assert made.edits == ()
    assert any(doubt in d for d in made.doubts), made.doubts


SERVERS = """
    resource "aws_instance" "s" {
      for_each      = {
        # the web server
        web = { type = "m5.large" }
        gpu = { type = "p4d.24xlarge" }
        db  = { type = "r5.large" }
      }
      instance_type = each.value.type
    }
"""


def test_an_entry_of_a_for_each_goes(code):
    here = code({"main.tf": SERVERS})

    made = here.draft('aws_instance.s["gpu"]', RemoveResource())

    assert here.shown(made) == '-    gpu = { type = "p4d.24xlarge" }\n'
    assert made.expected == (ExpectedChange('aws_instance.s["gpu"]', ("delete",), ()),)


LOCALS = "locals {\n  them = {\n    a = 1\n    b = 2\n  }\n}\n"
EACH = 'resource "aws_instance" "s" {\n  for_each = FOR_EACH\n}\n'


@pytest.mark.parametrize(
    ("for_each", "more", "old", "new"),
    [
        ('toset(["a", "b"])', {}, b'"a", ', b""),
        ('toset([\n    "b",\n    "a",\n  ])', {}, b'    "a",\n', b""),
        ("{ a = 1, b = 2 }", {}, b"a = 1, ", b""),
        ("{ b = 2, a = 1 }", {}, b", a = 1", b""),
        ("local.them", {"l.tf": LOCALS}, b"    a = 1\n", b""),
        ("{ for k, v in local.them : k => v }", {"l.tf": LOCALS}, b"    a = 1\n", b""),
        ("merge(local.them, { c = 3 })", {"l.tf": LOCALS}, b"    a = 1\n", b""),
        ("var.them", {"v.tf": 'variable "them" {}\n', "terraform.tfvars": "them = {\n  a = 1\n  b = 2\n}\n"},
         b"  a = 1\n", b""),
        ("var.them", {"v.tf": 'variable "them" {}\n', "terraform.tfvars.json": '{"them": {"a": 1, "b": 2}}'},
         b'"a": 1, ', b""),
        ("{ a = local.l[0], b = local.l[1] }", {"l.tf": "locals {\n  l = [1, 2]\n}\n"}, b"a = local.l[0], ", b""),
        ("local.them", {"l.tf": LOCALS.replace("= 1", "= var.size"), "v.tf": 'variable "size" {\n  default = 1\n}\n'},
         b"    a = var.size\n", b""),
        ('jsondecode(file("them.json"))', {"them.json": '{"b": {"x": 1}, "a": {"x": 1}}'}, b', "a": {"x": 1}', b""),
    ],
)  # fmt: skip
def test_where_the_entry_is_written(code, for_each, more, old, new):
    here = code({"main.tf": EACH.replace("FOR_EACH", for_each), **more})

    made = here.draft('aws_instance.s["a"]', RemoveResource())

    assert made.doubts == ()
    assert [(edit.old, edit.new) for edit in made.edits] == [(old, new)]


@pytest.mark.parametrize(
    ("text", "address", "doubt"),
    [
        (EACH.replace("FOR_EACH", 'toset(split(",", "a,b"))'), 'aws_instance.s["a"]', "does not write out the key a"),
        (EACH.replace("FOR_EACH", "{ a = 1 }") + 'output "o" {\n  value = aws_instance.s["a"].id\n}\n',
         'aws_instance.s["a"]', None),
        (EACH.replace("FOR_EACH", "{ a = 1, b = 2 }") + 'output "o" {\n  value = aws_instance.s["a"].id\n}\n',
         'aws_instance.s["a"]', "still referred to at main.tf:5"),
        (EACH.replace("FOR_EACH", "{ a = 1, b = 2 }") + 'locals {\n  k = "a"\n}\n'
         + 'output "o" {\n  value = aws_instance.s[local.k].id\n}\n',
         'aws_instance.s["a"]', "the output o would fail"),
        (LOCALS + EACH.replace("FOR_EACH", "local.them") + 'resource "aws_eip" "e" {\n  for_each = local.them\n}\n',
         'aws_instance.s["a"]', 'without it aws_eip.e["a"] would change or go as well'),
        ('resource "aws_instance" "s" {\n  count = 3\n}\n', "aws_instance.s[1]", "only the last of what"),
    ],
)  # fmt: skip
def test_which_entries_stay(code, text, address, doubt):
    made = code({"main.tf": text}).draft(address, RemoveResource())

    if doubt is None:
        assert made.doubts == ()
        assert b"output" in made.edits[0].old
    else:
        assert made.edits == ()
        assert any(doubt in d for d in made.doubts), made.doubts


def test_the_last_of_a_count_goes(code):
    here = code({"main.tf": 'resource "aws_instance" "s" {\n  count = 3\n}\n'})

    made = here.draft("aws_instance.s[2]", RemoveResource())

    assert here.shown(made) == "-  count = 3\n+  count = 2\n"


def test_one_of_two_that_share_a_for_each_goes_with_the_other_where_both_are_to_go(code):
    text = LOCALS + EACH.replace("FOR_EACH", "local.them") + 'resource "aws_eip" "e" {\n  for_each = local.them\n}\n'
    here = code({"main.tf": text})

    one = here.draft('aws_instance.s["a"]', RemoveResource(), also=['aws_eip.e["a"]'])
    other = here.draft('aws_eip.e["a"]', RemoveResource(), also=['aws_instance.s["a"]'])

    assert here.shown(one) == "-    a = 1\n"
    assert one.edits == other.edits


EXPERIMENT = """
    variable "size" {
      type = string
    }
    variable "name" {
      default = "x"
    }
    resource "aws_instance" "trainer" {
      instance_type = var.size
    }
    resource "aws_ebs_volume" "scratch" {
      size = 100
    }
    output "trainer" {
      value = aws_instance.trainer.id
    }
"""
CALL = """
    locals {
      big  = "p4d.24xlarge"
      kept = 1
    }

    # Tuesday's idea
    module "experiment" {
      source = "./experiment"
      size   = local.big
    }

    output "trainer" {
      value = module.experiment.trainer
    }
"""
BOTH = ("module.experiment.aws_instance.trainer", "module.experiment.aws_ebs_volume.scratch")


def test_the_call_of_a_module_goes_where_all_that_it_makes_is_to_go(code):
    here = code({"main.tf": CALL, "experiment/main.tf": EXPERIMENT})

    made = here.draft(BOTH[0], RemoveResource(), also=BOTH)
    again = here.draft(BOTH[1], RemoveResource(), also=BOTH)

    assert apply_edits(here.contents, made.edits) == {"main.tf": b"locals {\n  kept = 1\n}\n"}
    assert made.edits == again.edits


def test_one_resource_of_a_module_goes_with_its_variable_and_the_argument_for_it(code):
    here = code({"main.tf": CALL, "experiment/main.tf": EXPERIMENT})

    made = here.draft(BOTH[0], RemoveResource())

    assert {edit.path for edit in made.edits} == {"main.tf", "experiment/main.tf"}
    shown = here.shown(made)
    assert '-variable "size" {\n' in shown
    assert "-  size   = local.big\n" in shown
    assert '-  big  = "p4d.24xlarge"\n' in shown
    assert '-output "trainer" {\n' in shown
    assert "aws_ebs_volume" not in shown
    assert 'variable "name"' not in shown


def test_an_entry_of_the_for_each_of_a_call(code):
    calls = 'module "e" {\n  source   = "./e"\n  for_each = toset(["a", "b"])\n  size     = "x"\n}\n'
    here = code({"main.tf": calls, "e/main.tf": EXPERIMENT})
    gone = ['module.e["a"].aws_instance.trainer', 'module.e["a"].aws_ebs_volume.scratch']

    made = here.draft(gone[0], RemoveResource(), also=gone)
    alone = here.draft(gone[0], RemoveResource())

    assert [(edit.old, edit.new) for edit in made.edits] == [(b'"a", ', b"")]
    assert alone.edits == ()
    assert "without it" in alone.doubts[0]


def test_a_data_source_may_go_along(code):
    module = EXPERIMENT + 'data "aws_ami" "a" {\n  most_recent = true\n}\n'
    here = code({"main.tf": CALL, "experiment/main.tf": module})

    assert here.draft(BOTH[0], RemoveResource(), also=BOTH).doubts == ()


def test_what_another_root_reads_out_of_the_state_stays(code):
    reader = """
        data "terraform_remote_state" "e" {
          backend = "s3"
          config = {
            bucket = "b"
            key    = "${var.env}/e.tfstate"
          }
        }
        resource "aws_instance" "x" {
          ami = data.terraform_remote_state.e.outputs.trainer
        }
    """
    other = code({"net/main.tf": reader}).index()
    here = code({"main.tf": CALL, "experiment/main.tf": EXPERIMENT})
    for state, read in (
        ("s3://b/dev/e.tfstate", True),
        ("s3://b/dev/f.tfstate", False),
        ("s3://c/dev/e.tfstate", False),
    ):
        here.roots = (here.roots[0].model_copy(update={"state": state}),)
        made = here.draft(BOTH[0], RemoveResource(), also=BOTH, remote=remote_readers(other))
        assert bool(made.doubts) is read, made.doubts
        assert not read or "infra: net/main.tf:1, which reads the output trainer" in made.doubts[0]


def test_a_resource_of_a_module_that_code_outside_the_configured_roots_calls_stays(code):
    dev = RootConfig(path="dev", state="s")
    call = 'module "m" {\n  source = "../m"\n}\n'

    known = code({"dev/main.tf": call, "m/main.tf": OLD}, roots=(dev,))
    shared = code({"dev/main.tf": call, "prod/main.tf": call, "m/main.tf": OLD}, roots=(dev,))

    assert known.draft("module.m.aws_ebs_volume.old", RemoveResource()).doubts == ()
    made = shared.draft("module.m.aws_ebs_volume.old", RemoveResource(), others=())
    assert [edit.path for edit in made.edits] == ["dev/main.tf"]
    both = OLD + OLD.replace('"old"', '"new"')
    kept = code({"dev/main.tf": call, "prod/main.tf": call, "m/main.tf": both}, roots=(dev,))
    made = kept.draft("module.m.aws_ebs_volume.old", RemoveResource())
    assert made.edits == ()
    assert "prod/main.tf:1 (module.m), outside the configured roots" in made.doubts[0]


@pytest.mark.parametrize(
    ("path", "text", "address", "doubt"),
    [
        ("main.tf", '/* a */ resource "aws_x" "a" {}\n', "aws_x.a", "main.tf: line 1 begins with something else"),
        (
            "main.tf",
            'resource "aws_x" "a" {\n  for_each = { b = 1 /* b */, c = 2 }\n}\n',
            'aws_x.a["b"]',
            "main.tf: a comment stands beside what goes on line 2",
        ),
        ("a.tf.json", '{"resource": {"aws_x": {"a": {}}}}', "aws_x.a", "a.tf.json: line 1 holds all there is"),
    ],
)
def test_what_shares_its_line_is_named_with_its_file(code, path, text, address, doubt):
    made = code({path: text}).draft(address, RemoveResource())

    assert made.edits == ()
    assert made.doubts[0].startswith(doubt)
    assert made.doubts[0].endswith("by hand")


@pytest.mark.parametrize(
    "reader",
    [
        'output "id" {\n  value = [1, aws_x /* a */ . /* b */ a.id, aws_x.b.id]\n}\n',
        'output "id" {\n  value = [(aws_x # a\n  .a.id), (aws_x // b\n  .b.id)]\n}\n',
        'output "id" {\n  value = [aws_x.a.id, aws_x /* other */ .b.id]\n}\n',
        'resource "aws_y" "y" {\n  provisioner "local-exec" {\n    command = aws_x /* a */ .a.id\n  }\n}\n',
        'resource "aws_y" "y" {\n  depends_on = [aws_x /* a */ .a]\n}\n',
    ],
)
def test_a_reference_with_a_comment_in_it_keeps_what_it_names(code, reader):
    text = 'resource "aws_x" "a" {\n}\nresource "aws_x" "b" {\n}\n'

    made = code({"main.tf": text + reader}).draft("aws_x.a", RemoveResource())

    assert made.edits == ()
    assert "main.tf:1: aws_x.a is still referred to at main.tf:" in made.doubts[0]


def test_a_local_that_is_read_behind_a_comment_stays(code):
    text = (
        'locals {\n  n = 1\n}\nresource "aws_x" "a" {\n  n = local.n\n}\noutput "n" {\n  value = local /* n */ .n\n}\n'
    )

    made = code({"main.tf": text}).draft("aws_x.a", RemoveResource())

    assert [edit.old.split()[0] for edit in made.edits] == [b"resource"]


def test_an_order_in_json_keeps_what_it_names(code):
    files = {
        "main.tf": 'resource "aws_x" "a" {\n}\n',
        "more.tf.json": '{"resource": {"aws_y": {"b": {"depends_on": ["aws_x.a"]}}}}',
    }

    made = code(files).draft("aws_x.a", RemoveResource())

    assert made.doubts == ("main.tf:1: aws_x.a is still referred to at more.tf.json:1",)


@pytest.mark.parametrize(
    ("head", "stays"),
    [
        ("# Copyright Acme\n# SPDX-License-Identifier: MIT\n", True),
        ("\ufeff// Licence: MIT\n", True),
        ("# the old trainer\n", False),
        ("# SPDX-License-Identifier: MIT\n\n# the old trainer\n", True),
    ],
)
def test_the_notice_at_the_head_of_a_file_stays(code, head, stays):
    block = 'resource "aws_instance" "NAME" {\n}\n'
    text = head + block.replace("NAME", "old") + block.replace("NAME", "new")
    here = code({"main.tf": text.encode()})

    made = here.draft("aws_instance.old", RemoveResource())

    assert made.doubts == ()
    after = apply_edits(here.contents, made.edits)["main.tf"].decode()
    assert after == (
        head.partition("\n\n")[0].rstrip("\n") + "\n" * (1 + ("\n\n" in head)) if stays else ""
    ) + block.replace("NAME", "new")
