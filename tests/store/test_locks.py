"""Locks: one holder, waiting, and shared holding."""

from __future__ import annotations

from pathlib import Path

import pytest

from her_tui.errors import LibraryBusy
from her_tui.store.locks import FileLock, viewer_lock, writer_lock


def test_only_one_holds_an_exclusive_lock(tmp_path: Path) -> None:
    with writer_lock(tmp_path):
        assert not writer_lock(tmp_path).try_acquire()
    assert writer_lock(tmp_path).try_acquire()


def test_waiting_is_told_once_and_ends(tmp_path: Path) -> None:
    told: list[int] = []
    with FileLock(tmp_path / "x"), pytest.raises(LibraryBusy):
        FileLock(tmp_path / "x").acquire(0.2, waiting=lambda: told.append(1))
    assert told == [1]


def test_screens_share_their_lock_and_keep_the_recorder(tmp_path: Path) -> None:
    first, second = viewer_lock(tmp_path), viewer_lock(tmp_path)
    alone = viewer_lock(tmp_path, shared=False)
    assert first.try_acquire()
    assert second.try_acquire()
    assert not alone.try_acquire()
    first.release()
    second.release()
    assert alone.try_acquire()
