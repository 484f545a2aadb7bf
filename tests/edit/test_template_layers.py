"""Which part of a text makes the difference: pure, over layers of texts that are put together."""

import time
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from remediator.iac.terraform.configuration.layers import layers
from remediator.iac.terraform.language.places import Place
from remediator.iac.terraform.language.splicing import spliced
from remediator.iac.terraform.language.values import Evaluated
from remediator.model import Role, SetAttribute
from tests.edit.sizes import web


@pytest.mark.parametrize("text", ["", "4"])
def test_templates_without_an_end_take_no_time(code, text):
    once = '${{local.l{0} == "{1}" ? "" : local.l{0}}}'
    layer = '  l{1} = "' + "".join(once.replace("{1}", str(at)) for at in range(4)) + '"\n'
    deep = "".join(layer.format(at - 1, at) for at in range(1, 41))
    if text:
        deep = "".join(f'  l{at} = "${{local.l{at - 1}}}${{local.none}}"\n' for at in range(1, 400))
    last = 399 if text else 40
    body = f'locals {{\n  none = ""\n  l0 = "{text}"\n{deep}}}\n'
    each = "".join(f'resource "aws_x" "r{at}" {{\n  y = local.l{at}\n}}\n' for at in range(last))
    here = code({"main.tf": web(f'"m5.${{local.l{last}}}xlarge"') + body, "a.tf": each})
    change = SetAttribute("instance_type", f"m5.{text}xlarge", "m5.2xlarge")

    started = time.monotonic()
    made = here.draft("aws_instance.web", change, state={"instance_type": change.live})

    assert [edit.new for edit in made.edits] == ([] if text else [b"2xlarge"])
    assert time.monotonic() - started < 20


@given(st.data())
def test_the_layers_make_the_whole_what_is_wanted(data):
    def value(depth: int) -> Evaluated:
        if depth and data.draw(st.integers(0, 3)):
            return spliced([value(depth - 1) for _ in range(data.draw(st.integers(1, 4)))])
        plain = data.draw(st.sampled_from(("", "a", "ab", "x1", "1", ".", "é", Decimal(4), Decimal("1.5"), True)))
        return Evaluated(plain, data.draw(st.sampled_from((None, PLACE))))

    whole = value(3)
    goal = data.draw(st.text("ab1x.é4", max_size=8))
    found = layers(whole, goal)

    for above, inner in pairwise(() if isinstance(found, str) else found):
        (step,) = above.value.trail
        texts = [written(part.data) for part in step.parts]
        places = [at for at, part in enumerate(step.parts) if part is inner.value]
        assert written(above.wanted) in ["".join((*texts[:n], written(inner.wanted), *texts[n + 1 :])) for n in places]
    if not isinstance(found, str):
        assert found[-1].value.origin is not None or goal == whole.data


def written(value: object) -> str:
    return {True: "true", False: "false"}[value] if isinstance(value, bool) else str(value)


PLACE = Place("main.tf", 0, 1, Role.LOCAL, "local.x")
