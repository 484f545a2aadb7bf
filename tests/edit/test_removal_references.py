"""What something else names is not removed."""

import pytest

from remediator.iac.terraform.remote_states import remote_readers
from remediator.model import RemoveResource
from tests.edit.removing import BOTH, CALL, EXPERIMENT, OLD


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
