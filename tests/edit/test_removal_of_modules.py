"""Resources removed out of modules: with their calls, or with what only served them."""

from remediator.config import RootConfig
from remediator.edit.edits import apply_edits
from remediator.model import RemoveResource
from tests.edit.removing import BOTH, CALL, EXPERIMENT, OLD


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
