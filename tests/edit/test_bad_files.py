"""Files and configurations that cannot be followed: a reason that names the place, in bounded time."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from remediator.model import RemoveResource, SetAttribute

SMALLER = SetAttribute("instance_type", "p4d.24xlarge", "g5.xlarge")
LARGE = {"instance_type": "p4d.24xlarge"}
WEB = 'resource "aws_instance" "a" {\n  instance_type = SIZE\n}\n'
BAD = {
    "large": (b"# " + b"x" * 1_000_001 + b"\n", "more than the 1,000,000 that are read"),
    "nul": (b"# \0\n", "a NUL byte"),
    "latin": (b"# \xe9\n", "is not UTF-8"),
}


@contextmanager
def bounded(seconds: float = 8) -> Iterator[None]:
    """Alone it takes two seconds at most; the machine may be busy."""
    start = time.process_time()
    yield
    assert time.process_time() - start < seconds


@pytest.mark.parametrize("kind", BAD)
@pytest.mark.parametrize("action", [SMALLER, RemoveResource()])
@pytest.mark.parametrize("path", ["more.tf", "more.tf.json", "terraform.tfvars", "terraform.tfvars.json"])
def test_code_that_cannot_be_read(code, kind, action, path):
    text, reason = BAD[kind]
    here = code({"main.tf": WEB.replace("SIZE", '"p4d.24xlarge"'), path: text})

    with bounded():
        made = here.draft("aws_instance.a", action, state=LARGE)

    assert made.edits == ()
    assert path in made.doubts[0]
    assert reason in made.doubts[0]


@pytest.mark.parametrize("kind", BAD)
@pytest.mark.parametrize(
    "call", ['jsondecode(file("x.json")).size', 'yamldecode(file("x.yaml")).size', 'file("x.txt")']
)
def test_what_code_reads_and_cannot_be_read(code, kind, call):
    text, reason = BAD[kind]
    path = call.split('"')[1]
    here = code({"main.tf": WEB.replace("SIZE", call), path: text})

    with bounded():
        made = here.draft("aws_instance.a", SMALLER, state=LARGE)

    assert made.edits == ()
    assert path in made.doubts[0], made.doubts
    assert reason in made.doubts[0] or path.endswith(".txt"), made.doubts
    assert all(doubt.isprintable() and len(doubt) < 400 for doubt in made.doubts)


CYCLES = {
    "locals": (
        {"main.tf": WEB.replace("SIZE", "local.x") + "locals {\n  x = local.y\n  y = local.x\n}\n"},
        "aws_instance.a", "local.x refers to itself",
    ),
    "modules": (
        {"main.tf": 'module "m" {\n  source = "./m"\n}\n',
         "m/main.tf": WEB.replace("SIZE", '"p4d.24xlarge"') + 'module "n" {\n  source = "../n"\n}\n',
         "n/main.tf": 'module "m" {\n  source = "../m"\n}\n'},
        "module.m.module.n.module.m.aws_instance.a", "module.m calls the module that it stands in",
    ),
    "itself": (
        {"main.tf": 'module "m" {\n  source = "./"\n}\n' + WEB.replace("SIZE", '"p4d.24xlarge"')},
        "module.m.aws_instance.a", "module.m calls the module that it stands in",
    ),
    "beside": (
        {"main.tf": WEB.replace("SIZE", '"p4d.24xlarge"') + 'module "m" {\n  source = "./m"\n}\n',
         "m/main.tf": 'module "n" {\n  count  = 0\n  source = "../m"\n}\n'},
        "aws_instance.a", ".: module.n calls the module that it stands in (m/main.tf:1)",
    ),
    "missing": (
        {"main.tf": 'module "m" {\n  source = "./gone"\n}\n'},
        "module.m.aws_instance.a", 'module.m (main.tf:1) comes from "./gone", not this repository',
    ),
    "none": (
        {"main.tf": 'module "m" {\n}\n'}, "module.m.aws_instance.a", "module.m (main.tf:1) comes from nowhere",
    ),
    "outside": (
        {"main.tf": 'module "m" {\n  source = "../../m"\n}\n', "m/main.tf": WEB},
        "module.m.aws_instance.a", 'comes from "../../m", not this repository',
    ),
}  # fmt: skip


@pytest.mark.parametrize("kind", CYCLES)
def test_configurations_that_lead_nowhere(code, kind):
    files, address, reason = CYCLES[kind]

    with bounded():
        made = code(files).draft(address, SMALLER, state=LARGE)

    assert made.edits == ()
    assert reason in made.doubts[0], made.doubts


def test_ten_thousand_keys(code):
    keys = "".join(f'    k{n} = "p4d.24xlarge"\n' for n in range(10_000))
    text = 'resource "aws_instance" "a" {\n  for_each = local.k\n  instance_type = each.value\n}\n'
    here = code({"main.tf": text + f"locals {{\n  k = {{\n{keys}  }}\n}}\n"})

    with bounded():
        made = here.draft('aws_instance.a["k7777"]', SMALLER, state=LARGE)

    assert bool(made.edits) is not bool(made.doubts)
    assert not made.edits or here.shown(made) == '-    k7777 = "p4d.24xlarge"\n+    k7777 = "g5.xlarge"\n'


def test_modules_nested_deeply(code):
    depth = 40
    call = 'module "m" {\n  source = "../NEXT"\n}\n'
    files = {f"d{n}/main.tf": call.replace("NEXT", f"d{n + 1}") for n in range(depth)}
    here = code({
        **files, "main.tf": 'module "m" {\n  source = "./d0"\n}\n',
        f"d{depth}/main.tf": WEB.replace("SIZE", '"p4d.24xlarge"'),
    })  # fmt: skip

    with bounded():
        made = here.draft(f"{'module.m.' * (depth + 1)}aws_instance.a", SMALLER, state=LARGE)

    assert bool(made.edits) is not bool(made.doubts)


def test_a_literal_inside_a_template_file_is_not_taken_for_one_of_the_code(code):
    files = {
        "main.tf": 'resource "aws_instance" "a" {\n  instance_type = templatefile("sizes.tpl", {})[0]\n}\n',
        "sizes.tpl": '${ ["m5.4xlarge", "m5.large"] }',
    }
    made = code(files).draft(
        "aws_instance.a",
        SetAttribute("instance_type", "m5.4xlarge", "m5.large"),
        state={"instance_type": "m5.4xlarge"},
    )

    assert made.edits == ()
    assert "it is a call of templatefile() (main.tf:2)" in made.doubts[0]
