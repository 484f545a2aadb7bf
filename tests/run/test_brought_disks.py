"""A disk that a machine brought is its repository's: the file there holds though no block declares the disk."""

import json

import pytest

BLOCK = 'resource "aws_instance" "trainer" {\n  ami           = "ami-1"\n  instance_type = "t3.micro"\n}\n'


@pytest.fixture
def brought(site):
    """The volume that no code declares is the root disk of a declared machine."""
    site.upstream.commit({"trainer.tf": BLOCK}, "Trainer")
    held = json.loads(site.state_file.read_bytes())
    attributes = {"id": "i-1", "root_block_device": [{"volume_id": site.stray, "volume_type": "gp2"}]}
    instances = [{"attributes": attributes}]
    held["resources"].append({"mode": "managed", "type": "aws_instance", "name": "trainer", "instances": instances})
    site.state_file.write_text(json.dumps(held))
    return site


@pytest.mark.parametrize("text", ["[planners.ebs_gp3]\nenabled = false\n", "[limit]\n"])
def test_no_ticket_asks_for_it_where_its_file_says_no_or_is_broken(brought, text: str) -> None:
    brought.upstream.commit({".remediator.toml": text}, "Configure")

    summary = brought.run()

    assert summary.plans == ()
    assert brought.stray in [skipped.change.resource.id for skipped in summary.skipped]


def test_its_ticket_says_that_it_is_kept_once_its_file_says_so(brought) -> None:
    brought.run()
    brought.upstream.commit({".remediator.toml": "[planners.ebs_gp3]\nenabled = false\n"}, "Configure")

    brought.run(1)

    [ticket] = (brought.state_dir / "outbox" / "tickets").glob("*.json")
    assert "is to be kept as it is" in ticket.read_text()
