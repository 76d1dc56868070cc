"""Writing a restored file: never over another one unasked."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from her_tui.errors import HerError
from her_tui.recorder.restoring import Exists, default_target, restore

TIME = 1_795_175_003_000


def test_a_new_file(tmp_path: Path) -> None:
    file = tmp_path / "a.py"
    mask = os.umask(0o027)
    try:
        done = restore("naïve\r\n", file)
    finally:
        os.umask(mask)
    assert (done.path, done.backup) == (file, None)
    assert file.read_bytes() == "naïve\r\n".encode()
    assert file.stat().st_mode & 0o777 == 0o640
    assert list(tmp_path.iterdir()) == [file]


def test_what_is_there_stays_unless_told(tmp_path: Path) -> None:
    file = tmp_path / "a.py"
    file.write_text("mine")
    with pytest.raises(Exists):
        restore("theirs", file)
    assert file.read_text() == "mine"
    assert list(tmp_path.iterdir()) == [file]


def test_what_is_replaced_is_kept(tmp_path: Path) -> None:
    file = tmp_path / "a.py"
    file.write_text("mine")
    file.chmod(0o755)
    for number, before in ((1, "mine"), (2, "theirs 1")):
        done = restore(f"theirs {number}", file, replace=True)
        assert done.backup == tmp_path / f"a.py.her-backup-{number}"
        assert done.backup.read_text() == before
        assert done.backup.stat().st_mode & 0o777 == 0o755
        assert file.read_text() == f"theirs {number}"
        assert file.stat().st_mode & 0o777 == 0o755
    assert len(list(tmp_path.iterdir())) == 3


def test_a_link_is_followed(tmp_path: Path) -> None:
    file, link = tmp_path / "a.py", tmp_path / "link"
    file.write_text("mine")
    link.symlink_to(file)
    done = restore("theirs", link, replace=True)
    assert link.is_symlink()
    assert file.read_text() == "theirs"
    assert done.backup == tmp_path / "a.py.her-backup-1"


def test_a_file_that_appears_meanwhile_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "a.py"
    real = os.fsync

    def appear(number: int) -> None:
        file.write_text("mine")
        real(number)

    monkeypatch.setattr(os, "fsync", appear)
    with pytest.raises(Exists):
        restore("theirs", file)
    assert file.read_text() == "mine"
    assert list(tmp_path.iterdir()) == [file]


def test_without_hard_links(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError

    monkeypatch.setattr(os, "link", refuse)
    assert restore("a", tmp_path / "a").path.read_text() == "a"


@pytest.mark.parametrize("name", ["", "missing/a.py", "a\0b", "x" * 300])
def test_what_cannot_be_written(tmp_path: Path, name: str) -> None:
    with pytest.raises(HerError):
        restore("a", tmp_path / name, replace=True)
    assert not list(tmp_path.iterdir())


def test_half_a_character(tmp_path: Path) -> None:
    with pytest.raises(HerError):
        restore("\ud83d", tmp_path / "a")
    assert not list(tmp_path.iterdir())


def test_where_to_by_default(tmp_path: Path) -> None:
    first = default_target("src/a.test.py", TIME, str(tmp_path))
    assert first == tmp_path / "src" / "a.test.as-of-11-43-23.py"
    first.parent.mkdir()
    first.touch()
    assert default_target("src/a.test.py", TIME, str(tmp_path)).name == "a.test.as-of-11-43-23-2.py"
    assert default_target("/x/Makefile", TIME, "").name == "Makefile.as-of-11-43-23"
