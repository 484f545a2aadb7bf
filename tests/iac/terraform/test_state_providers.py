"""The provider configuration that a state names for a resource."""

import pytest

from tests.iac.terraform.states import instance, parse, resource


@pytest.mark.parametrize(
    ("written", "address"),
    [
        ('provider["registry.terraform.io/hashicorp/aws"]', "provider.aws"),
        ('provider["registry.opentofu.org/hashicorp/aws"].west', "provider.aws.west"),
        (
            'module.a["k"].module.b.provider["registry.terraform.io/hashicorp/aws"]',
            'module.a["k"].module.b.provider.aws',
        ),
        ("provider.aws.west", "provider.aws.west"),  # Terraform 0.12
        ("", None),
        ("something else", None),
    ],
)
def test_the_provider_configuration_of_a_resource(written: str, address: str | None) -> None:
    (found,) = parse(resource(instance(), provider=written))
    assert found.configured_by == address


def test_the_provider_may_come_after_the_instances() -> None:
    whole = resource(instance())
    (found,) = parse({**whole, "provider": 'provider["registry.terraform.io/hashicorp/aws"]'})
    (sorted_,) = parse(dict(sorted({**whole, "provider": 'provider["x/y/aws"]'}.items())))
    assert (found.configured_by, sorted_.configured_by) == ("provider.aws", "provider.aws")
