"""A value out of a module is edited at the calls that it is for, where it is not shared."""

from remediator.config import RootConfig
from remediator.edit.edits import same_bytes
from remediator.model import Role, SetAttribute
from tests.edit.samples import GP2, LOCK, MODULE
from tests.edit.sizes import LARGE, SMALLER


def test_a_module_argument_one_step_away(code):
    here = code(
        {"main.tf": 'module "web" {\n  source = "./m"\n  size   = "m5.4xlarge"\n}\n', "m/main.tf": MODULE},
    )

    made = here.draft("module.web.aws_instance.this", SMALLER, state=LARGE)

    assert here.shown(made) == '-  size   = "m5.4xlarge"\n+  size   = "m5.2xlarge"\n'
    assert made.expected[0].address == "module.web.aws_instance.this"


def test_a_default_shared_by_two_callers_gets_an_argument_at_the_one_call(code):
    here = code(
        {
            "main.tf": 'module "web" {\n  source = "./m"\n}\n\nmodule "api" {\n  source = "./m"\n}\n',
            "m/main.tf": MODULE,
        }
    )

    made = here.draft("module.web.aws_instance.this", SMALLER, state=LARGE, others=["module.api.aws_instance.this"])

    assert here.shown(made) == '+  size   = "m5.2xlarge"\n'
    assert (made.edits[0].path, made.locations[0].role) == ("main.tf", Role.MODULE_CALL)


def test_a_default_that_all_callers_change_alike_is_edited_once(code):
    here = code(
        {
            "main.tf": 'module "web" {\n  source = "./m"\n}\n\nmodule "api" {\n  source = "./m"\n}\n',
            "m/main.tf": MODULE,
        }
    )
    web, api = "module.web.aws_instance.this", "module.api.aws_instance.this"

    one = here.draft(web, SMALLER, state=LARGE, others=[api], also=[web, api])
    other = here.draft(api, SMALLER, state=LARGE, others=[web], also=[web, api])

    assert [e.path for e in one.edits] == ["m/main.tf"]
    assert same_bytes(one.edits, other.edits)
    assert not same_bytes((), ())


def test_two_steps_away(code):
    here = code(
        {
            "main.tf": 'module "web" {\n  source = "./m"\n  size   = var.size\n}\n'
            'variable "size" {\n  default = "m5.4xlarge"\n}\n',
            "m/main.tf": MODULE,
        }
    )

    made = here.draft("module.web.aws_instance.this", SMALLER, state=LARGE)

    assert here.shown(made) == '-  default = "m5.4xlarge"\n+  default = "m5.2xlarge"\n'
    assert [(x.path, x.start_line, x.role) for x in made.traces[0].locations] == [
        ("m/main.tf", 6, Role.ATTRIBUTE),
        ("main.tf", 3, Role.MODULE_ARGUMENT),
        ("main.tf", 6, Role.VARIABLE_DEFAULT),
    ]


def test_a_call_with_for_each_gets_no_argument(code):
    here = code(
        {
            "main.tf": 'module "web" {\n  for_each = toset(["a", "b"])\n  source   = "./m"\n}\n',
            "m/main.tf": MODULE,
        }
    )

    made = here.draft(
        'module.web["a"].aws_instance.this', SMALLER, state=LARGE, others=['module.web["b"].aws_instance.this']
    )

    assert made.edits == ()
    assert made.doubts == (
        'm/main.tf:2: variable default var.size would also change module.web["b"].aws_instance.this',
    )


def test_a_file_of_variables_that_another_root_reads(code):
    main = 'resource "aws_instance" "web" {\n  instance_type = var.size\n}\nvariable "size" {}\n'
    roots = [RootConfig(path=p, state="s", var_files=("../common.tfvars",)) for p in ("dev", "prod")]
    here = code({"dev/main.tf": main, "prod/main.tf": main, "common.tfvars": 'size = "m5.4xlarge"\n'}, roots)

    made = here.draft("aws_instance.web", SMALLER, state=LARGE)

    assert "common.tfvars:1: tfvars var.size would also change prod: aws_instance.web" in made.doubts[0]


def test_a_new_argument_at_a_call_must_not_reach_more_of_the_module(code):
    two = MODULE + '    resource "aws_instance" "other" {\n      instance_type = var.size\n    }\n'
    calls = 'module "web" {\n  source = "./m"\n}\n\nmodule "api" {\n  source = "./m"\n}\n'
    here = code({"main.tf": calls, "m/main.tf": two})

    made = here.draft("module.web.aws_instance.this", SMALLER, state=LARGE)

    assert made.edits == ()
    assert "m/main.tf:2: variable default var.size would also change module.api" in made.doubts[0]


def test_a_new_attribute_must_not_reach_other_instances(code):
    here = code({"main.tf": GP2.replace("type  ", "count             = 2\n      type  "), ".terraform.lock.hcl": LOCK})

    made = here.draft(
        "aws_ebs_volume.data[0]",
        SetAttribute("final_snapshot", None, True),
        state={"final_snapshot": False},
        others=["aws_ebs_volume.data[1]"],
    )

    assert made.doubts == (
        "main.tf:1: a new final_snapshot at block aws_ebs_volume.data would also change aws_ebs_volume.data[1]",
    )
