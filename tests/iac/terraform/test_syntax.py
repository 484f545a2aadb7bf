from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from remediator.iac.terraform.syntax import MAX_BYTES, Block, SourceFile, Span, decode, encode, parse

PLAIN = """# head
resource "aws_instance" "trainer" {
  ami           = "ami-1" # trailing
  instance_type = var.size

  root_block_device {
    volume_type = "gp2"
  }
}

locals { names = [for n in var.x : "${n}-é"] }
variable "size" {
  default     = "p3.2xlarge"
  description = <<-EOT
    Größe } { "
  EOT
}
module "m" {
  source = "./m"
  tags   = { a = 1, b = "}" }
}
data aws_ami bare {}
"""
VARIANTS = {
    "plain": PLAIN.encode(),
    "crlf": PLAIN.replace("\n", "\r\n").encode(),
    "byte order mark": b"\xef\xbb\xbf" + PLAIN.encode(),
    "tabs": PLAIN.replace("  ", "\t").encode(),
    "multi-byte": ("# 你好, мир 🚀\n" * 3 + PLAIN).encode(),
    "no final newline": PLAIN.rstrip().encode(),
    "comments inside": PLAIN.replace(" = ", " /* = */ = ").replace(" {\n", " /* { */ {\n").encode(),
}


def spans(file: SourceFile) -> Iterator[Span]:
    def of(block: Block) -> Iterator[Span]:
        yield from (block.span, block.header, block.body)
        yield from (span for a in block.attributes for span in (a.span, a.name_span, a.value))
        yield from (span for inner in block.blocks for span in of(inner))

    yield from (span for a in file.attributes for span in (a.span, a.name_span, a.value))
    yield from (span for block in file.blocks for span in of(block))


@pytest.mark.parametrize("source", VARIANTS.values(), ids=VARIANTS)
def test_ranges_give_back_the_text(source: bytes) -> None:
    file = parse(source)
    assert file.problem is None
    assert [b.address for b in file.blocks] == [
        "aws_instance.trainer",
        "locals",
        "var.size",
        "module.m",
        "data.aws_ami.bare",
    ]
    trainer = file.blocks[0]
    kind = trainer.attribute("instance_type")
    assert kind is not None
    assert (kind.text, source[kind.value.start : kind.value.end]) == ("var.size", b"var.size")
    assert source[kind.name_span.start : kind.name_span.end] == b"instance_type"
    assert source[kind.span.start : kind.span.end].startswith(b"instance_type")
    assert source[kind.span.start : kind.span.end].endswith(b"var.size")
    assert source[: kind.span.start].count(b"\n") + 1 == kind.span.start_line == kind.value.end_line
    assert source[trainer.header.start : trainer.header.end] == b'resource "aws_instance" "trainer"'
    assert source[trainer.span.start : trainer.span.end].startswith(b"resource")
    assert source[trainer.span.end - 1 : trainer.span.end] == b"}"
    assert source[trainer.body.start - 1 : trainer.body.start] == b"{"
    assert source[trainer.body.end : trainer.body.end + 1] == b"}"
    (device,) = trainer.nested("root_block_device")
    assert (device.labels, device.attributes[0].text) == ((), '"gp2"')
    assert trainer.nested("ebs_block_device") == ()
    for span in spans(file):
        assert 0 <= span.start <= span.end <= len(source)
        assert source[: span.start].count(b"\n") + 1 == span.start_line
        assert source[: span.end].count(b"\n") + 1 == span.end_line
        source[span.start : span.end].decode()  # a range never splits a character


def test_every_attribute_is_in_its_block() -> None:
    for block in parse(PLAIN.encode()).blocks:
        for attribute in block.attributes:
            assert block.body.start <= attribute.span.start < attribute.span.end <= block.body.end
        for inner in block.blocks:
            assert block.body.start <= inner.span.start < inner.span.end <= block.body.end


def test_top_level_attributes_of_variable_files() -> None:
    source = 'a = "ä" # c\n\n"b" = 1\nlist = [\n  1,\n]'.replace('"b"', "b").encode()
    file = parse(source)
    assert [(a.name, a.text) for a in file.attributes] == [("a", '"ä"'), ("b", "1"), ("list", "[\n  1,\n]")]
    assert (file.attributes[2].span.start_line, file.attributes[2].span.end_line) == (4, 6)
    assert file.blocks == ()


@pytest.mark.parametrize("source", [b"", b"\n", b"# only a comment", b"\xef\xbb\xbf", b"/* */\r\n"])
def test_nothing_in_it(source: bytes) -> None:
    assert parse(source) == SourceFile()


@pytest.mark.parametrize(
    ("source", "problem"),
    [
        (b'a = "x\0"', "NUL"),
        (b'a = "\xe9"', "not UTF-8 at byte 5"),
        (b"#" * (MAX_BYTES + 1), "more than the 1,000,000"),
        (b'a = 1\nresource "x" "y" {\n', "does not parse near line"),
        (b"<<<<<<< HEAD\na = 1\n=======\n", "does not parse near line 1"),
        (b"../other/main.tf", "does not parse"),
        (b"a = 1\n}\n", "does not parse near line 2"),
        (b'{"resource": {}}', "JSON"),
        (b"a = 1\na = 2\n", "sets a twice, on lines 1 and 2"),
        (b'r "x" "y" {\n  b {\n    k = 1\n    k = 1\n  }\n}\n', "sets k twice, on lines 3 and 4"),
        (b"a {\n" * 200 + b"}\n" * 200, "deeper than"),
        (b"a {\n" * 100_000, "does not parse"),
        (b"a = " + b"(" * 100_000 + b"1" + b")" * 100_000, None),
    ],
)
def test_what_is_refused(source: bytes, problem: str | None) -> None:
    file = parse(source)
    if problem is None:
        assert file.problem is None
        return
    assert file.problem is not None
    assert problem in file.problem
    assert (file.blocks, file.attributes) == ((), ())


IDENTIFIERS = st.from_regex(r"[a-zé][a-z0-9_-]{0,6}", fullmatch=True)
EXPRESSIONS = st.sampled_from(['"p3.2xlarge"', "var.x", "12", "[1, 2]", '{ a = "}" }', '"${a.b[0]}-ü"', "f(x) ? 1 : 2"])
GAPS = st.sampled_from(["\n", "\r\n", "\n\n", " # ü\n", "\n/* } */\n", "\n\t"])


@given(st.lists(st.tuples(IDENTIFIERS, EXPRESSIONS, GAPS), max_size=8, unique_by=lambda t: t[0]), GAPS)
def test_written_files_are_read_as_they_were_written(lines: list[tuple[str, str, str]], gap: str) -> None:
    inside = "".join(f"{name} = {expression}{after}" for name, expression, after in lines)
    source = f'{gap}resource "t" "ñ" {{{gap}{inside}}}{gap}'.encode()
    (block,) = parse(source).blocks
    assert [(a.name, a.text) for a in block.attributes] == [(name, expression) for name, expression, _ in lines]
    for a in block.attributes:
        assert source[a.value.start : a.value.end].decode() == a.text
        assert source[a.name_span.start : a.name_span.end].decode() == a.name


@given(st.binary(max_size=60) | st.text("ab{}=\"$\n<#'() ", max_size=40).map(str.encode))
def test_no_input_breaks_it(source: bytes) -> None:
    assert decode(encode(source)) == parse(source)
    assert all(source[s.start : s.end] is not None and s.start <= s.end for s in spans(parse(source)))
