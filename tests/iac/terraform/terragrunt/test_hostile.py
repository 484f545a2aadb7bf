"""Bad input: a reason for each, in bounded time."""

import time
from collections.abc import Callable

import pytest

INCLUDE = 'include "root" {\n  path = "%s"\n}\n'
UNIT = "live/app/terragrunt.hcl"
EXTRA = 'terraform {\n  extra_arguments "x" {\n    commands = ["plan"]\n    %s\n  }\n}\n'

HOOK = 'terraform {\n  before_hook "x" {\n    commands = ["plan"]\n    execute  = [%s]\n  }\n}\n'


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ({UNIT: INCLUDE % "../none.hcl"}, "live/none.hcl is not there"),
        ({UNIT: INCLUDE % "terragrunt.hcl"}, "includes a file where it is included itself"),
        ({UNIT: INCLUDE % "../../../../etc/passwd"}, "lies outside the repository"),
        ({UNIT: INCLUDE % "/etc/passwd"}, "lies outside the repository"),
        ({UNIT: INCLUDE % ".."}, "names the folder live"),
        ({UNIT: INCLUDE % "../a.txt", "live/a.txt": "x"}, "is no HCL"),
        ({UNIT: 'include "x" {\n}\n'}, "it has no path"),
        ({UNIT: INCLUDE.replace("}", 'merge_strategy = "x"\n}') % "../r.hcl", "live/r.hcl": ""}, "merge_strategy"),
        ({UNIT: INCLUDE % "../r.hcl", "live/r.hcl": "inputs = {"}, "could not be read"),
        ({UNIT: "inputs = {"}, "could not be read"),
        ({UNIT: b"inputs = { a = \"\xff\" }\n"}, "not UTF-8"),
        ({UNIT: "x = 1 # " + "x" * 1_000_001}, "1,000,"),
        ({UNIT: "locals {\n  a = local.b\n  b = local.a\n}\ninputs = { a = local.a }\n"}, "refers to itself"),
        ({UNIT: 'terraform {\n  source = "../../none"\n}\n'}, "not in this repository"),
        ({UNIT: 'terraform {\n  source = "tfr:///a/b/aws?version=1"\n}\n'}, "not in this repository"),
        ({UNIT: 'terraform {\n  source = "../../../x"\n}\n'}, "lies outside the repository"),
        ({UNIT: 'inputs = read_terragrunt_config("a.hcl").inputs\n',
          "live/app/a.hcl": 'inputs = read_terragrunt_config("a.hcl").inputs\n'}, "or by itself"),
        ({UNIT: 'generate "x" {\n  path = "a.auto.tfvars"\n  contents = ""\n}\n'}, "generates the variable file"),
        ({UNIT: 'generate "x" {\n  path = get_env("P")\n  contents = ""\n}\n'}, "a name that is not known"),
        ({UNIT: 'generate "x" {\n  path = "a.tf"\n  contents = file("x.tpl")\n}\n',
          "live/app/x.tpl": 'resource "a" "b" {}\n'}, "generates a.tf"),
        ({UNIT: 'terraform {\n  source = "../../m"\n}\n', "m/main.tf": "", "live/app/main.tf": "locals {}\n"},
         "is laid over the module"),
        ({UNIT: "", "live/app/terragrunt.autoinclude.hcl": "inputs = {}\n"}, "lays over live/app/terragrunt.hcl"),
        ({UNIT: 'generate = {\n  x = { path = "a.auto.tfvars", contents = "" }\n}\n'}, "generates the variable file"),
        ({UNIT: 'generate = {\n  x = { path = "a.tf", contents = "variable \\"a\\" {}" }\n}\n'}, "generates a.tf"),
        ({UNIT: 'generate = {\n  x = { path = "a.tf", contents = get_env("A") }\n}\n'}, "generates a.tf"),
        ({UNIT: 'generate = jsondecode(get_env("A"))\n'}, "generates files that are not known"),
        ({UNIT: HOOK % '"cp", "../a.tf", "."'}, "before_hook"),
        ({UNIT: HOOK % '"sh", "-c", "echo size=2 > b.auto.tfvars"'}, "before_hook"),
        ({UNIT: EXTRA % 'arguments = [get_env("A")]'}, "extra_arguments"),
        ({UNIT: EXTRA % 'env_vars = { TF_CLI_ARGS_plan = "-var=a=b" }'}, "TF_CLI_ARGS"),
        ({UNIT: EXTRA % 'env_vars = { TF_WORKSPACE = "b" }'}, "TF_WORKSPACE"),
        ({UNIT: 'terraform {\n  source = "../../m"\n}\n' + EXTRA % 'required_var_files = ["../common.tfvars"]',
          "m/main.tf": "", "live/common.tfvars": "a = 1\n"}, "get_terragrunt_dir()"),
        ({UNIT: EXTRA % 'arguments = ["-var=a=b"]'}, "extra_arguments"),
        ({UNIT: EXTRA % 'env_vars = { TF_VAR_a = "b" }'}, "TF_VAR_"),
        ({UNIT: EXTRA % 'required_var_files = ["none.tfvars"]'}, "live/app/none.tfvars"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said(units: Callable[..., object], files: dict[str, str], said: str) -> None:
    found = units(files).plain()
    assert isinstance(found, str)
    assert said in found
    assert "\ue000" not in found


@pytest.mark.parametrize(
    "text",
    [
        "inputs = {\n  a = " + "[" * 5_000 + "]" * 5_000 + "\n}\n",
        "locals {\n" + "".join(f"  a{n} = local.a{n + 1}\n" for n in range(5_000)) + "}\ninputs = { a = local.a0 }\n",
        'locals {\n  a0 = "xxxxxxxxxx"\n'
        + "".join(f'  a{n + 1} = "${{local.a{n}}}${{local.a{n}}}"\n' for n in range(60))
        + "}\ninputs = { a = local.a60 }\n",
        "locals {\n  a0 = { x = 1 }\n"
        + "".join(f"  a{n + 1} = {{ l = local.a{n}, r = local.a{n} }}\n" for n in range(60))
        + "}\ninputs = local.a60\n",
        "inputs = {\n"
        + "".join(f'  a{n} = read_terragrunt_config("b.hcl").inputs.x{n}\n' for n in range(10_000))
        + "}\n",
        "inputs = {\n" + "".join(f'  a{n} = "{n}"\n' for n in range(10_000)) + "}\n",
    ],
)
def test_sizes_are_bounded(units: Callable[..., object], text: str) -> None:
    start = time.process_time()
    made = units({UNIT: text, "live/app/b.hcl": 'inputs = read_terragrunt_config("../app/b.hcl").inputs\n'})
    made.inputs()
    assert time.process_time() - start < 4
