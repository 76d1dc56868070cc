"""``install``, ``uninstall``, ``status``, and what ``doctor`` says of channels."""

from __future__ import annotations

import json
import os
import time
from pathlib import Path

import pytest

from her_tui.cli import checks_channels
from her_tui.cli.checks import Verdict
from her_tui.shim import state
from tests.cli.conftest import Run


@pytest.fixture
def settings(own_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The client's settings of a user whose library may be changed."""
    monkeypatch.setenv("CLAUDE_CONFIG_DIR", str(tmp_path / "config"))
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    file = tmp_path / "config" / "settings.json"
    file.parent.mkdir()
    file.write_text('{"model": "opus"}\n')
    return file


def found(own_home: Path) -> dict[str, tuple[Verdict, str]]:
    """What the checks of channels find here."""
    findings = checks_channels.channels(own_home, os.environ)
    return {finding.check: (finding.verdict, finding.what) for finding in findings}


def test_installing_and_taking_it_back(her: Run, own_home: Path, settings: Path) -> None:
    before = settings.read_bytes()
    assert her("install").err.startswith("Installed in ")
    assert her("install").err.startswith("Already installed")
    assert "OTEL_LOGS_EXPORTER" in settings.read_text()
    assert her("uninstall").err.startswith("Uninstalled from ")
    assert settings.read_bytes() == before
    assert "Nothing was installed" in her("uninstall").err


def test_settings_that_cannot_be_read(her: Run, settings: Path) -> None:
    settings.write_text("{")
    ran = her("install")
    assert ran.code == 1
    assert len(ran.err.splitlines()) == 2
    assert settings.read_text() == "{"


def test_the_status_of_nothing(her: Run, settings: Path) -> None:
    told = her("status", "--json").json
    assert told["recorder"]["phase"] == "absent"
    assert told["clients"] == []
    assert not told["installed"]
    assert told["waiting"] == {"spool_bytes": 0, "bodies": 0, "body_bytes": 0}
    assert sum(told["costs"].values()) < 0.06
    lines = her("status").out.splitlines()
    assert " ".join(lines[0].split()).startswith("recorder not running; it starts with the next ")
    assert "measured with" in "\n".join(lines)


def test_the_status_of_a_client(her: Run, own_home: Path, settings: Path) -> None:
    (own_home / "clients").mkdir()
    about = {"started": 1_795_000_000_000, "run": "x", "wire": True, "program": "claude"}
    (own_home / "clients" / str(os.getpid())).write_text(json.dumps(about))
    (own_home / "clients" / str(os.getppid())).write_text("")
    bodies = own_home / "spool" / "bodies"
    bodies.mkdir(parents=True)
    (bodies / "a.request.json").write_text("{}")
    (own_home / "spool" / "wire-1.spool").write_text("12345")
    told = her("status", "--json").json
    clients = {client["pid"]: client for client in told["clients"]}
    assert clients[os.getpid()]["wire"]
    assert clients[os.getpid()]["program"] == "claude"
    assert clients[os.getppid()]["program"] is None
    assert told["waiting"] == {"spool_bytes": 5, "bodies": 1, "body_bytes": 2}
    assert f"claude ({os.getpid()}, wire)" in her("status").out


def test_a_hanging_recorder_is_told(her: Run, own_home: Path, settings: Path) -> None:
    alive = own_home / "recorder.alive"
    alive.write_text("1")
    os.utime(alive, (time.time() - 5,) * 2)
    assert her("status", "--json").json["recorder"]["phase"] == "hanging"
    assert found(own_home)["receiver"][0] is Verdict.WARN


def test_what_is_missing_is_explained(her: Run, own_home: Path, settings: Path) -> None:
    told = found(own_home)
    assert told["client"][0] is Verdict.WARN
    assert "npm install" in told["client"][1]
    assert told["telemetry"][0] is Verdict.WARN
    assert told["wire"][0] is Verdict.OK
    her("install")
    told = found(own_home)
    assert told["telemetry"] == (Verdict.OK, "Every session tells Her (her-tui install)")
    assert told["plugin"][0] is Verdict.OK
    assert "her-tui run --wire" in her("doctor").out


def test_an_address_that_moved(her: Run, own_home: Path, settings: Path) -> None:
    her("install")
    receiver = json.loads((own_home / "receiver.json").read_bytes())
    receiver["port"] += 1
    (own_home / "receiver.json").write_text(json.dumps(receiver))
    assert her("status", "--json").json["misled"]
    assert "her-tui install mends it" in her("status").out
    assert found(own_home)["telemetry"][0] is Verdict.WARN
    her("install")
    assert not her("status", "--json").json["misled"]


def test_hooks_that_are_switched_off(her: Run, own_home: Path, settings: Path) -> None:
    settings.write_text('{"disableAllHooks": true}')
    her("install")
    assert found(own_home)["plugin"][0] is Verdict.WARN


def test_telemetry_that_is_the_users(her: Run, own_home: Path, settings: Path) -> None:
    env = {"CLAUDE_CODE_ENABLE_TELEMETRY": "1", "OTEL_METRICS_EXPORTER": "prometheus"}
    settings.write_text(json.dumps({"env": env}))
    assert "OTEL_METRICS_EXPORTER" in her("install").err
    assert "left alone" in her("status").out
    assert found(own_home)["telemetry"][0] is Verdict.WARN


def test_another_api(
    her: Run, own_home: Path, settings: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CLAUDE_CODE_USE_BEDROCK", "1")
    assert "Amazon Bedrock" in found(own_home)["wire"][1]


def test_a_backlog_is_told(own_home: Path, settings: Path) -> None:
    (own_home / "spool").mkdir()
    with (own_home / "spool" / "wire-1.spool").open("wb") as spool:
        spool.truncate(1 << 29)  # a hole: nothing is written
    assert found(own_home)["backlog"][0] is Verdict.WARN
    assert state.look(own_home, os.environ).waiting.spool_bytes == 1 << 29
