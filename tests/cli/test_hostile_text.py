"""Every command over an estate all of whose text is hostile, by the bytes that it prints."""

import json
import logging
import re
from pathlib import Path

import pytest

from remediator.cli.app import execute
from remediator.cli.console import Exit, line, set_up_logging, visible

CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\ud800-\udfff]")


def printed(arguments: list[str], capfd: pytest.CaptureFixture[str], code: int = Exit.INCOMPLETE) -> str:
    """What a command prints on standard output, after both streams were looked at."""
    assert execute(arguments) == code, capfd.readouterr()
    captured = capfd.readouterr()
    for stream in (captured.out, captured.err):
        assert CONTROLS.findall(stream) == []
        assert "\U0001f604" not in stream  # an emoji in place of :smile:
        assert "\nforged" not in stream
    return str(captured.out)


def test_no_command_lets_hostile_text_act(
    hostile, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("COLUMNS", "400")
    with_config = ["--config", hostile.config]

    plain = printed(["plan", *with_config], capfd)
    assert "[link=http" in plain
    assert "\\u001b[2J" in plain

    assert_markdown(printed(["plan", *with_config, "--format", "markdown"], capfd))

    reasons = [unit["unit"] for unit in json.loads(printed(["plan", *with_config, "--format", "json"], capfd))["units"]]
    assert any("\x1b[2J" in name and "\u202e" in name for name in reasons)

    assert "request 1" in printed(["run", *with_config, "--deliver", "-v"], capfd)

    chain = printed(["explain", hostile.volume, *with_config], capfd, Exit.DONE)
    assert "Mallory" in chain
    assert "[link=http" in chain

    table = printed(["verify", *with_config], capfd)
    assert "aws_ebs_volume.features" in table

    (plan,) = (p for p in (hostile.state_dir / "plans").glob("*.json") if json.loads(p.read_bytes())["edits"])
    checkout = str(hostile.upstream.path)
    assert "would change mod [link=http=evil]" in printed(
        ["apply", str(plan), "--repo", checkout, "--check"], capfd, Exit.DONE
    )
    strange = tmp_path / "\x1b[31m[link=x]\u202e\nforged.json"
    strange.write_text("no plan")
    printed(["apply", str(strange), "--repo", checkout], capfd)


def assert_markdown(text: str) -> None:
    """Nothing but the fence ends the diff, and no cell holds markup, a mention or more than its own row."""
    fence = re.search(r"^(`{3,})diff$", text, re.MULTILINE)
    assert fence is not None
    table, diff = text[: fence.start()], text[fence.end() :]
    inside = diff.partition(f"\n{fence[1]}\n")[0]
    assert "+  iops" in inside
    assert max(map(len, re.findall("`+", inside))) < len(fence[1])
    rows = [row for row in table.splitlines() if row.startswith("|")]
    assert {len(re.findall(r"(?<!\\)(?:\\\\)*\|", row)) for row in rows} == {6}
    for text in (table, diff.partition(f"\n{fence[1]}\n")[2]):
        assert "<script" not in text
        assert "</details" not in text
        assert not re.search(r"@\w", text)
        assert "://" not in text
        assert not re.search(r"(?<!\\)[`\[]", text)


def test_the_log_is_one_line_a_record_that_steers_nothing(capfd: pytest.CaptureFixture[str]) -> None:
    set_up_logging("text", verbose=False)
    try:
        raise ValueError("\x1b[31mred \u202e")
    except ValueError:
        logging.getLogger("remediator").exception("%s", "\x1b[2J[link=x]y[/link] :smile:\nforged")
    captured = capfd.readouterr().err
    assert CONTROLS.findall(captured) == []
    assert "[link=x]y[/link] :smile:" in captured
    assert "\nforged" not in captured
    assert "ValueError" in captured

    set_up_logging("json", verbose=False)
    logging.getLogger("remediator").warning("%s", "\x1b[2J\u202e\nforged")
    assert json.loads(capfd.readouterr().err)["message"] == "\x1b[2J\u202e\nforged"


def test_what_could_steer_a_terminal_is_shown() -> None:
    assert visible("a\x1b[31mred\u202e\tb\n\udc80\u2028") == "a\\u001b[31mred\\u202e\tb\n\\udc80\\u2028"
    assert visible("flag\U000e0067") == "flag\\U000e0067"
    assert line("one\ntwo\r\x1b") == "one\\ntwo\\u000d\\u001b"
