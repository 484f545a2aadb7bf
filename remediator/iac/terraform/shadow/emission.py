"""Converted expressions written as configuration files, with what every line of them carries."""

import posixpath
from collections.abc import Mapping, Set
from dataclasses import dataclass, field, replace

from remediator.iac.terraform.language.grammar import compiled
from remediator.iac.terraform.language.scanner import ExpressionError
from remediator.iac.terraform.shadow.configuration import Configuration
from remediator.iac.terraform.shadow.inputs import IDENTIFIER
from remediator.iac.terraform.shadow.json_syntax import literal_text
from remediator.iac.terraform.shadow.shadow import FILE_NAME, OPERANDS, Place
from remediator.iac.terraform.shadow.spots import Kind, Spot

__all__ = ["emitted"]

Texts = Mapping[Spot, str]


@dataclass(slots=True)
class _Page:
    """A file in the making; `lines` holds one spot a line."""

    text: list[str] = field(default_factory=list)
    lines: list[Spot | None] = field(default_factory=list)

    def add(self, text: str, spot: Spot | None = None) -> None:
        self.text.append(text)
        self.lines += [spot] * (text.count("\n") + 1)

    def content(self) -> bytes:
        return "\n".join((*self.text, "")).encode()


def emitted(
    tree: Configuration, texts: Texts, operands: Mapping[Spot, Set[str]]
) -> tuple[Mapping[str, bytes], Mapping[str, Place], Mapping[str, tuple[Spot | None, ...]]]:
    """The configuration files by path, what each `terraform_data` stands for, and the spots of the files' lines."""
    files: dict[str, bytes] = {}
    places: dict[str, Place] = {}
    lines: dict[str, tuple[Spot | None, ...]] = {}
    for folder in tree.modules:
        page = _Page()
        page.add('resource "terraform_data" "unknown" {}')
        here = sorted(spot for spot in texts if spot.folder == folder)
        _variables(page, tree, here, texts)
        _locals(page, here, texts)
        _outputs(page, tree, here, texts)
        _calls(page, tree, folder, here, texts)
        for spot in here:
            if spot.kind == Kind.RESOURCE and not spot.attribute:
                name = f"r{len(places)}"
                places[name] = Place(folder, spot.name)
                _resource(page, name, [s for s in here if s.kind == spot.kind and s.name == spot.name], texts, operands)
        path = posixpath.join(folder, FILE_NAME)
        files[path], lines[path] = page.content(), tuple(page.lines)
    return files, places, lines


def _variables(page: _Page, tree: Configuration, here: list[Spot], texts: Texts) -> None:
    for spot in here:
        if spot.kind != Kind.VARIABLE or not IDENTIFIER.fullmatch(spot.name):
            continue
        declared = tree.modules[spot.folder].variables[spot.name].attributes
        type_ = declared.get("type", "any")
        page.add(f'variable "{spot.name}" {{', spot)
        page.add(f"type = {type_ if _is_expression(type_) else 'any'}", spot)
        if texts[spot]:
            page.add(f"default = {texts[spot]}", spot)
        if declared.get("nullable") in ("true", "false"):
            page.add(f"nullable = {declared['nullable']}", spot)
        page.add("}", spot)


def _is_expression(text: str) -> bool:
    try:
        compiled(text)
    except (ExpressionError, RecursionError):
        return False
    return True


def _locals(page: _Page, here: list[Spot], texts: Texts) -> None:
    page.add("locals {")
    for spot in here:
        if spot.kind == Kind.LOCAL and IDENTIFIER.fullmatch(spot.name):
            page.add(f"{spot.name} = {texts[spot]}", spot)
    page.add("}")


def _outputs(page: _Page, tree: Configuration, here: list[Spot], texts: Texts) -> None:
    for spot in here:
        if spot.kind == Kind.OUTPUT and spot.folder != tree.root and IDENTIFIER.fullmatch(spot.name):
            page.add(f'output "{spot.name}" {{', spot)
            page.add(f"value = {texts[spot]}", spot)
            page.add("}", spot)


def _calls(page: _Page, tree: Configuration, folder: str, here: list[Spot], texts: Texts) -> None:
    for (caller, name), target in sorted(tree.targets.items()):
        if caller != folder or not IDENTIFIER.fullmatch(name):
            continue
        whole = Spot(folder, Kind.CALL, name)
        relative = posixpath.relpath(target or ".", folder or ".")
        source = relative if relative.startswith("../") or relative == ".." else f"./{relative}"
        page.add(f'module "{name}" {{', whole)
        page.add(f"source = {literal_text(source + '/' if source.endswith('..') else source)}", whole)
        for spot in here:
            wanted = spot.attribute in ("count", "for_each") or Spot(target, Kind.VARIABLE, spot.attribute) in texts
            if spot.kind == Kind.CALL and spot.name == name and wanted:
                page.add(f"{spot.attribute} = {texts[spot]}", spot)
        page.add("}", whole)


def _resource(page: _Page, name: str, spots: list[Spot], texts: Texts, operands: Mapping[Spot, Set[str]]) -> None:
    whole = replace(spots[0], attribute="")
    page.add(f'resource "terraform_data" "{name}" {{', whole)
    for spot in spots:
        if spot.attribute in ("count", "for_each"):
            page.add(f"{spot.attribute} = {texts[spot]}", spot)
    page.add("input = {", whole)
    for spot in spots:
        if spot.attribute not in ("", "count", "for_each"):
            page.add(f"{literal_text(spot.attribute)} = {texts[spot]}", spot)
            if read := sorted(operands.get(spot, ())):
                # Beside a value that is unknown, these tell whether an edit can have changed it.
                tried = ", ".join(f"try({operand}, null)" for operand in read)
                page.add(f"{literal_text(spot.attribute + OPERANDS)} = [{tried}]", spot)
    page.add("}", whole)
    page.add("}", whole)
