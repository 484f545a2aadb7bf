"""Resources removed out of a for_each or a count."""

import pytest

from remediator.model import ExpectedChange, RemoveResource

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
