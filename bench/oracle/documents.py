"""JSON, YAML and template files beside a module, and the shapes of what they hold."""

import json

from bench.oracle.shapes import BOOL, KINDS, NUMBER, SHAPES, STRING, Constant, Member, Shape
from bench.oracle.words import ENVIRONMENTS, KEYS, Draw, chance, constant_of, pick, word

__all__ = ["document", "shape_of", "template", "yaml"]


def document(draw: Draw) -> dict[str, Constant]:
    """Settings as they are kept in files: a table by environment, a list, some scalars."""
    kind = pick(draw, KINDS)
    element = SHAPES[kind]
    found: dict[str, Constant] = {"sizes": {name: constant_of(draw, element, loose=False) for name in ENVIRONMENTS}}
    if chance(draw, 60):
        found["hosts"] = [word(draw) for _ in range(draw.between(1, 3))]
    if chance(draw, 60):
        found["account"] = {
            "id": pick(draw, ("012345678901", "a")),
            "gpu": {"type": word(draw), "count": 2, "spot": True},
        }
    for name in KEYS[:4]:
        if chance(draw, 30):
            found[name] = constant_of(draw, SHAPES[pick(draw, KINDS)], loose=False)
    return found


def shape_of(constant: Constant) -> Shape:
    """The shape of a constant that a file holds; what lies in lists is of one kind."""
    if isinstance(constant, bool):
        return BOOL
    if isinstance(constant, str):
        return STRING
    if isinstance(constant, list):
        return Shape("list", element=shape_of(constant[0]) if constant else STRING, size=len(constant))
    if not isinstance(constant, dict):
        return NUMBER
    inner = {name: shape_of(value) for name, value in constant.items()}
    if len(set(inner.values())) == 1 and next(iter(inner.values())).scalar:
        return Shape("map", element=next(iter(inner.values())), keys=tuple(inner))
    return Shape("object", members=tuple(Member(name, shape) for name, shape in inner.items()))


def yaml(constant: dict[str, Constant], indent: str = "") -> str:
    """A document in YAML's block style, scalars in the style of JSON but for plain words."""
    lines: list[str] = []
    for name, value in constant.items():
        head = f"{indent}{json.dumps(name, ensure_ascii=False)}:" if not name.isidentifier() else f"{indent}{name}:"
        if isinstance(value, dict) and value:
            lines += [head, yaml(value, indent + "  ").rstrip("\n")]
        elif isinstance(value, list) and value:
            lines += [head, *(f"{indent}  - {json.dumps(item, ensure_ascii=False)}" for item in value)]
        elif isinstance(value, str) and value.isalpha() and value != "true":
            lines.append(f"{head} {value}  # as it is")
        else:
            lines.append(f"{head} {json.dumps(value, ensure_ascii=False)}")
    return "\n".join(lines) + "\n"


def template(draw: Draw) -> str:
    """A template file over `name` (a string), `size` (a number) and `hosts` (a list of strings)."""
    return (
        "\n".join(
            pick(
                draw,
                (
                    "name: ${name}",
                    "size = ${size * 2}",
                    "%{ for h in hosts ~}\nhost ${h}\n%{ endfor ~}",
                    "%{ if size > 2 }big%{ else }small%{ endif }",
                    '${join(",", hosts)}',
                    "$${name} 100%%{ ",
                    "${upper(name)} ~ ${~ size ~} end",
                ),
            )
            for _ in range(draw.between(1, 4))
        )
        + "\n"
    )
