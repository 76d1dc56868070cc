"""``her-tui import``."""

from __future__ import annotations

from pathlib import Path

import pytest

from her_tui.demo import write_transcripts
from her_tui.paths import INDEX_NAME
from tests.cli.conftest import NOW, Run


@pytest.fixture
def transcripts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("HER_HOME", str(tmp_path / "her"))
    root = tmp_path / "claude"
    write_transcripts(root, NOW)
    return root


def test_a_second_import_reads_nothing(her: Run, transcripts: Path) -> None:
    first = her("import", "--json", str(transcripts)).json
    assert first["records"] > 1_000
    assert first["sessions"] >= 46
    assert first["cpu_s"] > 0
    assert her("import", "--json", str(transcripts)).json["records"] == 0


def test_the_result_is_a_line(her: Run, transcripts: Path) -> None:
    ran = her("import", str(transcripts))
    assert ran.out.count("\n") == 1
    assert "records from" in ran.out
    assert not ran.err


def test_words_that_cannot_be_indexed_are_said(her: Run, transcripts: Path, tmp_path: Path) -> None:
    (tmp_path / "her" / INDEX_NAME).mkdir(parents=True)
    ran = her("import", str(transcripts))
    assert (ran.code, "records from" in ran.out) == (0, True)
    assert ran.err.startswith("Words not indexed: ")
    assert INDEX_NAME in ran.err


def test_the_clients_own_folder_by_default(
    her: Run, transcripts: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CLAUDE_CONFIG_DIR", str(transcripts))
    assert her("import", "--json").json["files"] > 40


def test_an_excluded_project_is_left_out(her: Run, transcripts: Path, tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text('exclude = ["/home/mira/code"]\n')
    her("import", str(transcripts))
    projects = {session["project"] for session in her("sessions", "--json").json}
    assert "/home/mira/inkpot" in projects
    assert not any(project.startswith("/home/mira/code") for project in projects)


def test_a_folder_that_is_not_there(her: Run, tmp_path: Path) -> None:
    ran = her("import", str(tmp_path / "nowhere"))
    assert ran.code == 1
    assert "nowhere" in ran.err
