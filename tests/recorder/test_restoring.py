"""Writing a restored file: never over another one unasked."""

from __future__ import annotations

import os
import socket
from pathlib import Path

import pytest

from her_tui.errors import HerError, UsageError
from her_tui.recorder.placing import Exists
from her_tui.recorder.restoring import default_target, restore

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


@pytest.mark.parametrize("there", [True, False])
def test_a_link_is_followed_only_if_told(tmp_path: Path, there: bool) -> None:
    file, link = tmp_path / "a.py", tmp_path / "link"
    if there:
        file.write_text("mine")
    link.symlink_to("a.py")
    with pytest.raises(Exists, match=f"link is a link to {file}") as error:
        restore("theirs", link)
    assert (error.value.at.path, error.value.at.there) == (file, there)
    assert file.exists() == there
    done = restore("theirs", link, replace=True)
    assert link.is_symlink()
    assert file.read_text() == "theirs"
    assert done.backup == (tmp_path / "a.py.her-backup-1" if there else None)
    assert len(list(tmp_path.iterdir())) == 2 + there


@pytest.mark.parametrize("linked", [True, False])
@pytest.mark.parametrize("kind", ["folder", "pipe", "socket", "null"])
def test_what_is_no_file_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str, linked: bool
) -> None:
    place = tmp_path / "x"
    if kind == "folder":
        place.mkdir()
    elif kind == "pipe":
        os.mkfifo(place)
    elif kind == "socket":
        monkeypatch.chdir(tmp_path)  # the path of a socket is short
        with socket.socket(socket.AF_UNIX) as listening:
            listening.bind("x")
    else:
        place = Path(os.devnull)
    if linked:
        (tmp_path / "link").symlink_to(place)
    before, mode = sorted(tmp_path.iterdir()), place.stat().st_mode
    for replace in (False, True):
        with pytest.raises(UsageError, match="is a folder" if kind == "folder" else "no file"):
            restore("theirs", tmp_path / "link" if linked else place, replace=replace)
    assert sorted(tmp_path.iterdir()) == before
    assert place.stat().st_mode == mode


def test_a_link_to_itself(tmp_path: Path) -> None:
    link = tmp_path / "link"
    link.symlink_to(link)
    with pytest.raises(HerError, match="cannot be written"):
        restore("theirs", link, replace=True)
    assert list(tmp_path.iterdir()) == [link]


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
