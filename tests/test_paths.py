"""Where things live, and with which permissions."""

from __future__ import annotations

from pathlib import Path

import pytest

from her_tui import paths
from her_tui.errors import LibraryUnusable


def test_her_home_wins(home: Path) -> None:
    assert paths.home() == home


def test_else_the_platform_decides(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("HER_HOME")
    assert paths.home().name == "her-tui"


def test_a_folder_and_a_file_are_private(tmp_path: Path) -> None:
    folder = tmp_path / "a" / "b"
    folder.mkdir(parents=True, mode=0o755)
    paths.ensure_private_dir(folder)
    assert folder.stat().st_mode & 0o777 == 0o700
    file = folder / "f"
    file.write_text("kept")
    file.chmod(0o644)
    paths.create_private_file(file)
    assert (file.stat().st_mode & 0o777, file.read_text()) == (0o600, "kept")


def test_a_file_in_the_way_is_said(tmp_path: Path) -> None:
    (tmp_path / "her").write_text("")
    with pytest.raises(LibraryUnusable) as caught:
        paths.ensure_private_dir(tmp_path / "her" / "deeper")
    assert "HER_HOME" in caught.value.hint


def test_the_clients_folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    assert paths.claude_roots() == []
    (tmp_path / ".claude").mkdir()
    (tmp_path / ".config" / "claude").mkdir(parents=True)
    assert paths.claude_roots() == [tmp_path / ".claude", tmp_path / ".config" / "claude"]
    (tmp_path / "other").mkdir()
    monkeypatch.setenv("CLAUDE_CONFIG_DIR", f"{tmp_path / 'other'},{tmp_path / 'none'}")
    assert paths.claude_roots() == [tmp_path / "other"]


def test_a_private_file_is_replaced_in_one_step(tmp_path: Path) -> None:
    file = tmp_path / "said.json"
    for text in ("first", "half \ud83d"):
        paths.replace_private_file(file, text)
    assert file.read_text() == "half ?"
    assert file.stat().st_mode & 0o777 == 0o600
    assert [each.name for each in tmp_path.iterdir()] == [file.name]


def test_a_file_that_cannot_be_replaced_leaves_nothing_beside_it(tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    (folder / "full").mkdir(parents=True)
    with pytest.raises(OSError, match="folder"):
        paths.replace_private_file(folder, "text")
    assert [each.name for each in tmp_path.iterdir()] == ["folder"]
