"""YAML edited: one leaf changes, in its quotation marks, and no other byte."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from remediator.iac.documents import read_yaml
from remediator.iac.terraform.language.values import Evaluated, Fields, Items
from tests.edit.documents import edited, scalars, spot
from tests.edit.sizes import LARGE, SMALLER, web


def test_a_yaml_file_whose_anchor_another_resource_reads_too(code):
    text = "big: &big\n  type: m5.4xlarge # large\nweb:\n  <<: *big\ndb: *big\n"
    resources = web('yamldecode(file("sizes.yaml")).web.type')
    alone = code({"main.tf": resources, "sizes.yaml": text})
    shared = code({
        "main.tf": resources + web('yamldecode(file("${path.module}/sizes.yaml")).db.type').replace("web", "db", 1),
        "sizes.yaml": text,
    })  # fmt: skip

    made = alone.draft("aws_instance.web", SMALLER, state=LARGE)
    refused = shared.draft("aws_instance.web", SMALLER, state=LARGE)

    assert alone.shown(made) == "-  type: m5.4xlarge # large\n+  type: m5.2xlarge # large\n"
    assert refused.doubts == ("sizes.yaml:2: YAML file big.type would also change aws_instance.db",)


@pytest.mark.parametrize(
    ("before", "value", "after"),
    [
        ("a: &x <m5.4xlarge> # c", "m5.large", "a: &x m5.large # c"),
        ("a: <'m5'>\r\n", "it's", "a: 'it''s'\r\n"),
        ('a: <"m5">\n', "é\n", 'a: "é\\n"\n'),
        ("a: <m5>\n", "yes", 'a: "yes"\n'),
        ("a: <m5>\n", "12", 'a: "12"\n'),
        ("a: ['é', <8>]\n", 4, "a: ['é', 4]\n"),
        ("a: <'8'>\n", 4, "a: '4'\n"),
        ("a: <true>\n", False, "a: false\n"),
        ("b: &b\n  t: <x>\nc: *b\nd:\n  <<: *b\n", "z", "b: &b\n  t: z\nc: *b\nd:\n  <<: *b\n"),
    ],
)
def test_a_scalar_of_yaml_keeps_its_quotation_marks_and_its_anchor(before: str, value: object, after: str) -> None:
    head, _, rest = before.partition("<")
    old, _, tail = rest.partition(">")
    source, start = (head + old + tail).encode(), len(head.encode())

    assert edited("a.yaml", source, spot("a.yaml", source, start, start + len(old), value)).decode() == after


PLAIN = st.text("ab é'\"#:-", max_size=4).map(lambda text: "'" + text.replace("'", "''") + "'")
SCALARS = st.sampled_from(["m5.large", "8", "true", '"q"', "~", "x y", "'é'"]) | PLAIN
FLOW = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=3).map(lambda items: "[" + " ,".join(items) + "]")
        | st.dictionaries(st.sampled_from(["k", "'é l'", "m"]), inner, max_size=3).map(
            lambda pairs: "{" + ", ".join(f"{key}: {value}" for key, value in pairs.items()) + "}"
        )
    ),
    max_leaves=4,
)


@st.composite
def yamls(draw: st.DrawFn, depth: int = 0) -> str:
    """A block mapping with odd indentation, comments and blank lines."""
    lines: list[str] = []
    for name in draw(st.lists(st.sampled_from(["a", "b", "'c d'", '"e"', "é"]), min_size=1, max_size=3, unique=True)):
        gap = draw(st.sampled_from(["", "\n", "# note\n"])) if lines else ""
        note = draw(st.sampled_from(["", "  # why", " "]))
        if depth < 2 and draw(st.booleans()):
            indent = draw(st.sampled_from([" ", "  ", "    "]))
            inner = draw(yamls(depth + 1))
            body = "".join(f"{indent}{line}\n" if line else "\n" for line in inner.removesuffix("\n").split("\n"))
            lines.append(f"{gap}{name}:{note}\n{body}")
        else:
            lines.append(f"{gap}{name}:  {draw(FLOW)}{note}\n")
    return "".join(lines)


def collections(value: Evaluated) -> list[Evaluated]:
    inner = value.data.items if isinstance(value.data, Items) else ()
    inner = tuple(value.data.fields.values()) if isinstance(value.data, Fields) else inner
    return [*([value] if isinstance(value.data, Fields) else []), *(one for each in inner for one in collections(each))]


@given(yamls(), st.booleans(), st.booleans(), st.data())
def test_one_leaf_of_yaml_changes_and_no_other_byte(text: str, crlf: bool, final: bool, data: st.DataObject) -> None:
    text = text if final else text.rstrip()
    source = (text.replace("\n", "\r\n") if crlf else text).encode()
    whole = read_yaml("a.yaml", source)
    if data.draw(st.booleans()):
        leaf = data.draw(st.sampled_from([one for one in scalars(whole) if one.origin] or [whole]))
        assume(leaf is not whole)
        start, end = leaf.origin.start, leaf.origin.end
        new = data.draw(st.sampled_from(["new one", 77]))
        after = edited("a.yaml", source, spot("a.yaml", source, start, end, new))
        assert after.startswith(source[:start])
        assert after.endswith(source[end:])
    else:
        body = data.draw(st.sampled_from(collections(whole)))
        start, end = body.origin.start, body.origin.end
        after = edited("a.yaml", source, spot("a.yaml", source, start, end, "m5.large", "added"))
        assert after.startswith(source[: start + 1])
        bare = after.count(b"\n") - after.count(b"\r\n")
        assert bare == 0 or not crlf or b"\n" not in source
