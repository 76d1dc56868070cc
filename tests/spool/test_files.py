"""Spool files: private, locked while somebody appends, and never left with half a frame."""

from __future__ import annotations

import json
import os
import resource
import signal
from pathlib import Path

import pytest

from her_tui.spool.files import SpoolFile, folder, is_open
from her_tui.spool.frames import HELLO, pack, unpack


def test_a_file_is_private_and_says_what_it_is(home: Path) -> None:
    file = SpoolFile(os.fspath(home), "wire", upstream="https://api.example", run="r1")
    frames = list(unpack(Path(file.path).read_bytes()))
    greeting = json.loads(frames[0].payload)
    assert frames[0].kind == HELLO
    assert greeting["source"] == "wire"
    assert greeting["run"] == "r1"
    assert greeting["pid"] == os.getpid()
    assert Path(file.path).stat().st_mode & 0o777 == 0o600
    for private in (home, Path(folder(os.fspath(home)))):
        assert private.stat().st_mode & 0o777 == 0o700
    file.close()


def test_whether_more_may_come_is_told_by_the_lock(home: Path) -> None:
    file = SpoolFile(os.fspath(home), "wire")
    assert is_open(file.path)
    file.close()
    assert not is_open(file.path)
    assert not is_open(file.path + "x")


def test_a_killed_writer_gives_its_lock_back(home: Path) -> None:
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        file = SpoolFile(os.fspath(home), "wire")
        os.write(writing, file.path.encode())
        signal.pause()
    path = os.read(reading, 4096).decode()
    assert is_open(path)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    assert not is_open(path)
    os.close(reading)
    os.close(writing)


def test_a_full_disk_takes_back_what_it_took(home: Path) -> None:
    file = SpoolFile(os.fspath(home), "wire")
    before = file.size
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (before + 30, limits[1]))
    try:
        with pytest.raises(OSError, match=r"space|large"):
            file.append(pack(1, 1, 1, b"x" * 100))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
        signal.signal(signal.SIGXFSZ, handler)
    file.append(pack(1, 1, 1, b"y"))
    frames = list(unpack(Path(file.path).read_bytes()))
    assert [frame.payload for frame in frames[1:]] == [b"y"]
    file.close()
