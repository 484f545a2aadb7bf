"""Cuts GitHub's own GraphQL schema down to what our questions touch, for the tests to hold each question against.

    npm pack @octokit/graphql-schema && tar xzf octokit-graphql-schema-*.tgz package/schema.graphql
    python tools/describe_graphql.py package/schema.graphql

The schema is MIT, Copyright GitHub. Of types that our questions name only the fields that they ask for
are kept, of inputs and enums everything; a question that the whole schema refuses stops the work.
"""

import re
import sys
from dataclasses import replace
from pathlib import Path

from graphql import (
    DocumentNode,
    FieldNode,
    GraphQLSchema,
    TypeInfo,
    TypeInfoVisitor,
    Visitor,
    build_schema,
    get_named_type,
    parse,
    validate,
    visit,
)
from graphql.language import ast, print_ast

ROOT = Path(__file__).parents[1]
TARGET = ROOT / "tests" / "deliver" / "openapi" / "github.graphql"
PARTS = {
    "commits.py": (", $file0: String!", "    file0: object(expression: $file0) { oid }"),
    "accounts.py": (
        ", $login0: String!",
        "    login0: assignableUsers(query: $login0, first: 100) { nodes { login } }",
    ),
    "teams.py": (", $team0: String!", "    team0: team(slug: $team0) { slug }"),
}
"""What completes a question at run time, by the file that asks it."""
_QUESTION = re.compile(r'"""\n((?:query|mutation).*?)"""|"((?:query|mutation) ?[({][^"\n]*)"', re.DOTALL)


def questions() -> list[str]:
    """Every question in the code; of those that are completed at run time, with one file or account in it."""
    found = []
    for path in sorted((ROOT / "remediator" / "deliver" / "forges" / "github").glob("*.py")):
        for long, short in _QUESTION.findall(path.read_text("utf-8")):
            text = long or short
            found.append(text % PARTS[path.name] if "%s" in text else text)
    return found


class Touched(Visitor):
    """Collects the fields that a question asks for, by type, and the inputs that it gives."""

    def __init__(self, info: TypeInfo) -> None:
        super().__init__()
        self._info = info
        self.fields: dict[str, set[str]] = {}
        self.types: set[str] = set()

    def enter_field(self, node: FieldNode, *_: object) -> None:
        """One field, with the types of its arguments and of its answer."""
        parent, definition = self._info.get_parent_type(), self._info.get_field_def()
        if parent is None or definition is None:
            return
        self.fields.setdefault(parent.name, set()).add(node.name.value)
        self.types.add(get_named_type(definition.type).name)
        self.types |= {get_named_type(argument.type).name for argument in definition.args.values()}


def reduced(document: DocumentNode, schema: GraphQLSchema, texts: list[str]) -> str:
    """The schema of these questions, as text."""
    info = TypeInfo(schema)
    touched = Touched(info)
    for text in texts:
        question = parse(text)
        if errors := validate(schema, question):
            raise SystemExit(f"GitHub's schema refuses a question: {errors[0].message}\n{text}")
        visit(question, TypeInfoVisitor(info, touched))
    definitions = {d.name.value: d for d in document.definitions if isinstance(d, ast.TypeDefinitionNode)}
    waiting, kept = touched.types | set(touched.fields), {}
    while waiting:
        name = waiting.pop()
        if name in kept or name not in definitions:
            continue
        kept[name] = _cut(definitions[name], touched.fields.get(name, set()))
        if isinstance(kept[name], ast.InterfaceTypeDefinitionNode):
            waiting |= _implementer(name, definitions, waiting | set(kept), touched)
        if isinstance(kept[name], ast.InputObjectTypeDefinitionNode):
            waiting |= {_named(field.type) for field in kept[name].fields}
        if isinstance(kept[name], ast.ObjectTypeDefinitionNode):
            waiting |= {_named(a.type) for field in kept[name].fields for a in field.arguments or ()}
    for name, node in kept.items():
        if isinstance(node, ast.ObjectTypeDefinitionNode):
            kept[name] = replace(node, interfaces=tuple(i for i in node.interfaces or () if i.name.value in kept))
    return "\n\n".join(print_ast(kept[name]) for name in sorted(kept)) + "\n"


def _implementer(
    name: str, definitions: dict[str, ast.TypeDefinitionNode], known: set[str], touched: Touched
) -> set[str]:
    """A type that is of an interface, with what is asked of that; none where one is known."""
    found = [
        other
        for other, node in definitions.items()
        if isinstance(node, ast.ObjectTypeDefinitionNode) and name in {i.name.value for i in node.interfaces or ()}
    ]
    if known & set(found) or not found:
        return set()
    touched.fields[found[0]] = touched.fields[name]
    return {found[0]}


def _cut(node: ast.TypeDefinitionNode, fields: set[str]) -> ast.TypeDefinitionNode:
    """A type without prose and directives, and with these fields alone."""
    changes: dict[str, object] = {"description": None, "directives": ()}
    if isinstance(node, ast.ObjectTypeDefinitionNode | ast.InterfaceTypeDefinitionNode):
        chosen = [f for f in node.fields if f.name.value in fields] or list(node.fields)[:1]
        changes |= {"fields": tuple(map(_bare, chosen))}
    elif isinstance(node, ast.InputObjectTypeDefinitionNode):
        changes |= {"fields": tuple(map(_bare, node.fields))}
    return replace(node, **changes)


def _bare(node: ast.Node) -> ast.Node:
    arguments = tuple(map(_bare, getattr(node, "arguments", None) or ()))
    more = {"arguments": arguments} if hasattr(node, "arguments") else {}
    return replace(node, description=None, directives=(), **more)


def _named(node: ast.TypeNode) -> str:
    while not isinstance(node, ast.NamedTypeNode):
        node = node.type
    return node.name.value


def main() -> None:
    """Read the whole schema, write the reduced one."""
    whole = Path(sys.argv[1]).read_text("utf-8")
    # As published it is not valid by the letter: one type names a field twice, deprecations differ.
    schema = build_schema(whole, assume_valid=True, assume_valid_sdl=True)
    TARGET.write_text(reduced(parse(whole), schema, questions()), "utf-8")


if __name__ == "__main__":
    main()
