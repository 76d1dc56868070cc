"""``her-tui doctor`` and its checks."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from her_tui.cli.checks import Verdict, found_by_meaning, privacy, retention
from her_tui.cli.terminal import clipboard, terminal
from her_tui.queries import encoding
from her_tui.queries.encoding import EncoderStatus, Phase
from tests.cli.conftest import Run
from tests.support.encoding import enable


def test_all_is_well(her: Run) -> None:
    ran = her("doctor", "--json")
    assert ran.code == 0
    checks = {finding["check"] for finding in ran.json}
    assert checks >= {"her", "sqlite", "transcripts", "excluded", "private", "library", "recorder"}
    assert all(finding["verdict"] != "fail" for finding in ran.json)


def test_a_line_per_check(her: Run) -> None:
    for line in her("doctor").out.splitlines():
        assert line[:4].strip() in ("ok", "warn", "fail", "")


def test_an_open_library_fails(her: Run, own_home: Path) -> None:
    (own_home / "library.db").chmod(0o644)
    ran = her("doctor")
    assert ran.code == 1
    assert "chmod" in ran.out


def test_only_we_can_read_it(tmp_path: Path) -> None:
    tmp_path.chmod(0o700)
    assert [finding.verdict for finding in privacy(tmp_path)] == [Verdict.OK]


@pytest.mark.parametrize(
    ("settings", "verdict", "said"),
    [
        ({}, Verdict.OK, "30 days"),
        ({"cleanupPeriodDays": 365}, Verdict.OK, "365 days"),
        ({"cleanupPeriodDays": 1}, Verdict.WARN, "1 day"),
        ({"cleanupPeriodDays": "soon"}, Verdict.WARN, "cannot be read"),
        ([], Verdict.WARN, "cannot be read"),
    ],
)
def test_when_the_client_deletes(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    settings: object,
    verdict: Verdict,
    said: str,
) -> None:
    monkeypatch.setenv("CLAUDE_CONFIG_DIR", str(tmp_path))
    (tmp_path / "settings.json").write_text(json.dumps(settings))
    (finding,) = retention()
    assert finding.verdict is verdict
    assert said in finding.what


def test_whether_things_can_be_found_by_meaning(tmp_path: Path) -> None:
    (finding,) = found_by_meaning(tmp_path)
    assert (finding.verdict, finding.what[:11]) == (Verdict.OK, "Words only:")
    enable(tmp_path)
    encoding.write(tmp_path, EncoderStatus(Phase.ENDED, 9, 9))
    (finding,) = found_by_meaning(tmp_path)
    assert finding.verdict is Verdict.OK
    encoding.write(tmp_path, EncoderStatus(Phase.FAILED, 5, 9, message="The disk is full"))
    (finding,) = found_by_meaning(tmp_path)
    assert (finding.verdict, finding.what) == (
        Verdict.WARN,
        "Stopped at 5 of 9: The disk is full.",
    )
    enable(tmp_path, weights="/gone")
    (finding,) = found_by_meaning(tmp_path)
    assert finding.verdict is Verdict.WARN


def test_a_dumb_terminal() -> None:
    (finding,) = terminal({"TERM": "dumb"}, True)
    assert finding.verdict is Verdict.WARN


def test_where_copies_go(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("her_tui.cli.terminal.shutil.which", lambda name: name == "xclip" or None)
    monkeypatch.setattr("her_tui.cli.terminal._tmux_option", lambda name: "off")
    (desktop,) = clipboard({"DISPLAY": ":0"})
    assert "xclip" in desktop.what
    (remote,) = clipboard({"DISPLAY": ":0", "SSH_TTY": "/dev/pts/1"})
    assert "OSC 52" in remote.what
    (multiplexed,) = clipboard({"TMUX": "x"})
    assert multiplexed.verdict is Verdict.WARN
    assert "set-clipboard" in multiplexed.way_out
