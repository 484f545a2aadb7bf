"""A repository that wants no dashboard."""


def test_its_own_file_does_without_the_issue(site) -> None:
    site.tables["limits"]["open_per_repo"] = 1
    site.upstream.commit({".remediator.toml": "[limits]\ndashboard = false\n"}, "Do without")

    assert site.run().failures == ()

    assert not list((site.state_dir / "outbox" / "issues").glob("*.json"))
