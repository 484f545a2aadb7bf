from remediator.observe import prices


def test_every_price_says_where_it_is_from() -> None:
    price = prices.load().price("aws_ebs_volume", "gp3:storage", "us-east-1")

    assert price is not None
    assert price.unit == "GB-month"
    assert "us-east-1" in price.source
    assert price.as_of.year >= 2024
