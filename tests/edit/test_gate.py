"""The gate lets through the declared change, and nothing that is more, less or other."""

from dataclasses import replace
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from remediator.edit.attributes import add_block, insert, replace_values
from remediator.edit.dropping import drop
from remediator.edit.gate import gate
from remediator.edit.resources import add_after, remove
from remediator.edit.rewrite import Rewrite, block_keys, joined
from remediator.edit.splice import Splice, apply_edits, blob_id, to_edits
from remediator.iac.terraform.syntax import parse
from remediator.model import AddResource, Attributes, SetAttribute

STOP = AddResource(
    "state_of", Attributes({"state": "off", "rule.on.days": 7}), (("of", "id"),), SetAttribute("x", 1, 2)
)
VALUES = (
    '"gp2"',
    "100",
    '"100"',
    "true",
    "var.x",
    '"${var.x}-é"',
    "[\n    1,\n    2,\n  ]",
    "{\n    k = 1\n  }",
    "<<E\n# } x = 1\nE",
)
COMMENTS = ("", " # why", " // é", "   # far")
EOLS = ("\n", "\r\n")
OPERATIONS = ("replace", "insert", "block", "remove", "add", "drop", "drop block")


def sample(rng: Random) -> bytes:
    """A file of a few resources, each written another way; the one to be edited is t.target."""
    parts = []
    for name in ["target", *rng.sample(["one", "two", "three"], rng.randint(0, 3))]:
        tab = rng.choice(["  ", "\t"])
        lines = [f"{tab}value{rng.choice(['', '  '])} = {rng.choice(VALUES[:4])}{rng.choice(COMMENTS)}"]
        for number in range(rng.randint(0, 4)):
            value = rng.choice(VALUES)
            comment = "" if "\n" in value else rng.choice(COMMENTS)
            lines.append(f"{tab}{'n' * rng.randint(1, 9)}{number} = {value}{comment}")
            lines += rng.choice([[], [], [""], [f"{tab}# ünï"]])
        rng.shuffle(lines)
        inner = [f"{tab}inner {{", f"{tab}{tab}value = 1", f"{tab}}}"]
        lines += rng.choice([[], ["", *inner], ["", *inner, "", *inner]])
        above = rng.choice(["", "# about it\n// and more\n", "/* a */\n"])
        parts.append(f'{above}resource "t" "{name}" {{\n' + "\n".join(lines) + "\n}\n")
    rng.shuffle(parts)
    text = rng.choice(["", "\n"]).join(parts)
    text = text if rng.random() < 0.7 else text.removesuffix("\n")
    return (rng.choice(["", "", "\ufeff"]) + text.replace("\n", rng.choice(EOLS))).encode()


def operate(source: bytes, operation: str) -> Rewrite:
    key, block = next((k, b) for k, b in block_keys(parse(source)).values() if b.labels == ("t", "target"))
    match operation:
        case "replace":
            return replace_values(source, block.attributes, key, {"value": "gp3-é"})
        case "insert":
            both = (
                replace_values(source, block.attributes, key, {"value": 12345}),
                insert(source, block, key, {"iops": 3000, "through_put": "${x}"}, beside="value"),
            )
            return joined(both)
        case "block":
            return add_block(source, block, key, "disk", {"iops": 3000, "size": 4})
        case "remove":
            return remove(source, block, key)
        case "drop":
            return drop(source, block.attributes, key, {"value"})
        case "drop block":
            inner = next(((k, b) for k, b in block_keys(parse(source)).values() if b.type == "inner"), None)
            return remove(source, inner[1], inner[0]) if inner else drop(source, block.attributes, key, {"value"})
        case _:
            return add_after(source, block, STOP, "n", "t.target")


def edited(source: bytes, meant: Rewrite):
    edits = to_edits("m.tf", blob_id(source, "0" * 40), source, meant.splices)
    return edits, apply_edits({"m.tf": source}, edits).get("m.tf", source)


@given(st.randoms(use_true_random=False), st.sampled_from(OPERATIONS), st.data())
@settings(max_examples=150, deadline=None)
def test_a_right_edit_passes_and_a_tampered_one_does_not(rng, operation, data):
    source = sample(rng)
    meant = operate(source, operation)
    edits, after = edited(source, meant)

    assert gate("m.tf", source, after, edits, meant) is None

    at = data.draw(st.integers(0, len(after)))
    assert gate("m.tf", source, after[:at] + b" " + after[at:], edits, meant) is not None
    wider = [replace(edits[0], new=edits[0].new + b"\nzzz = 1\n"), *edits[1:]]
    assert gate("m.tf", source, apply_edits({"m.tf": source}, wider)["m.tf"], wider, meant) is not None


SOURCE = b'resource "t" "target" {\n  value = "gp2"\n  other = var.x\n}\n\nresource "t" "next" {\n  value = 1\n}\n'


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b'"gp2"', b'"gp4"'),
        (b'"gp2"', b"gp3"),
        (b'"gp2"', b'"gp3" # more'),
        (b'"gp2"', b'"gp3"\n  value = "gp3"'),
        (b'"gp2"', b'"gp3"\n  extra = 1'),
        (b'"gp2"', b'"gp3"\n  # extra'),
        (b'"gp2"', b'"gp3'),
        (b'"gp2"', b'"gp3"\0'),
        (b'"gp2"', b'"gp3\xff"'),
        (b"var.x", b"var.y"),
        (b"var.x", b'"var.x"'),
        (b'"gp2"', b'"gp2"'),
    ],
)
def test_another_edit_than_the_one_meant(old, new):
    meant = operate(SOURCE, "replace")
    meant = replace(meant, written=((meant.written[0][0], '"gp3"'),))
    start = SOURCE.index(old)
    edits, after = edited(SOURCE, replace(meant, splices=(Splice(start, start + len(old), new),)))

    doubt = gate("main.tf", SOURCE, after, edits, meant)

    if new.endswith(b"# more"):
        assert doubt is None  # a comment on the line that was meant to change means nothing to Terraform
    else:
        assert doubt is not None
        assert doubt.startswith("main.tf: ")


@pytest.mark.parametrize(
    "source",
    [
        SOURCE + b"\0",
        SOURCE + b"# \xff\n",
        SOURCE + b"x = " + b"[" * 200_000 + b"]" * 200_000,
        SOURCE + b'x = "' + b"%{if a}" * 5000 + b"%{endif}" * 5000 + b'"\n',
        SOURCE + b"x = 1\nx = 2\n",
        SOURCE + b"} {\n",
    ],
    ids=["nul", "not utf-8", "deep", "directives", "duplicate", "broken"],
)
def test_hostile_files_are_doubts(source):
    meant = operate(SOURCE, "replace")
    edits, after = edited(source, meant)

    assert gate("main.tf", source, after, edits, meant) is not None


def test_another_blob_than_the_planned_one():
    meant = operate(SOURCE, "replace")
    edits, after = edited(SOURCE, meant)

    doubt = gate("main.tf", SOURCE, after, [replace(e, blob="1" * 40) for e in edits], meant)

    assert doubt == "main.tf: the file read is not blob 111111111111, which was planned on; edit it by hand"


def test_repeated_blocks_are_told_apart():
    source = b"locals {\n  a = 1\n}\nlocals {\n  b = 2\n}\n"
    keys = block_keys(parse(source))
    (_, first), (key, second) = sorted(keys.values(), key=lambda kb: kb[1].span.start)
    meant = replace_values(source, second.attributes, key, {"b": 3})
    wrong = replace(replace_values(source, first.attributes, key, {"a": 3}), written=meant.written)

    assert gate("m.tf", source, edited(source, meant)[1], edited(source, meant)[0], meant) is None
    assert gate("m.tf", source, edited(source, wrong)[1], edited(source, wrong)[0], wrong) is not None


def test_a_wrong_removal_is_seen():
    meant = operate(SOURCE, "remove")
    wrong = replace(meant, splices=(Splice(0, len(SOURCE), b""),), lines=99)

    assert gate("m.tf", SOURCE, b"", edited(SOURCE, wrong)[0], wrong) is not None


def test_what_terraform_fmt_accepts_it_accepts_after_any_edit(formatted, fmt):
    rng = Random(7)
    before = formatted({f"f{n}.tf": sample(rng) for n in range(120)})
    after = {
        f"{operation}_{name}": edited(source, operate(source, operation))[1]
        for name, source in before.items()
        for operation in OPERATIONS
    }

    assert fmt(after) == set()
