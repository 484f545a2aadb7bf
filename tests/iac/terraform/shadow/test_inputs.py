"""Where the values of a root's variables come from."""

from collections.abc import Callable

Values = Callable[..., dict[str, dict[str, object]]]


def test_values_of_variables_come_in_terraform_s_order(values: Values) -> None:
    names = ("default", "named", "json", "auto", "first", "last")
    files: dict[str, str] = {
        "main.tf": "".join(
            f'variable "{n}" {{ default = "default" }}\nresource "aws_instance" "{n}" {{ instance_type = var.{n} }}\n'
            for n in names
        ),
        "terraform.tfvars": "".join(f'{n} = "named"\n' for n in names[1:]),
        "terraform.tfvars.json": '{"json": "json", "auto": "json", "first": "json", "last": "json"}',
        "b.auto.tfvars": 'auto = "auto"\nfirst = "auto"\n',
        "a.auto.tfvars": 'auto = "less"\n',
        "vars/1.tfvars": 'first = "first"\nlast = "first"\n',
        "vars/2.tfvars": 'last = "last"\nundeclared = 1\n',
    }
    found = values(files, var_files=("vars/1.tfvars", "./vars/2.tfvars"))
    assert {n: found[f"aws_instance.{n}"]["instance_type"] for n in names} == {n: n for n in names}


def test_the_environment_counts_below_every_file(values: Values) -> None:
    files = {
        "main.tf": """\
variable "text" { type = string }
variable "list" { type = list(string) }
variable "filed" {}
resource "aws_instance" "a" {
  instance_type = var.text
  tags          = var.list
  ami           = var.filed
}
""",
        "terraform.tfvars": 'filed = "file"\n',
    }
    environment = {"TF_VAR_text": '["${x}"]', "TF_VAR_list": '["one"]', "TF_VAR_filed": "env", "TF_VAR_other": "x"}
    found = values(files, environment=environment)["aws_instance.a"]
    assert found == {"instance_type": '["${x}"]', "tags": ["one"], "ami": "file"}


def test_a_variable_without_a_value_is_unknown(values: Values) -> None:
    files = {
        "main.tf": """\
variable "given" {}
variable "size" { type = object({ type = string, count = optional(number, 3) }) }
resource "aws_instance" "a" { instance_type = var.given }
resource "aws_instance" "b" { cpu_core_count = var.size.count }
""",
        "terraform.tfvars": 'size = { type = "x" }\n',
    }
    assert values(files) == {"aws_instance.a": {"instance_type": ...}, "aws_instance.b": {"cpu_core_count": 3}}


def test_the_workspace_is_the_configured_one(values: Values) -> None:
    files = {"main.tf": 'resource "aws_instance" "a" { instance_type = { prod = "big" }[terraform.workspace] }\n'}
    assert values(files, workspace="prod")["aws_instance.a"] == {"instance_type": "big"}
