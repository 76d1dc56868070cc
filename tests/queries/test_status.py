"""The recorder's last word."""

from __future__ import annotations

import os
from pathlib import Path

from her_tui.queries import status
from her_tui.queries.status import Phase, RecorderStatus


def test_what_was_written_is_read(tmp_path: Path) -> None:
    told = RecorderStatus(Phase.IMPORTING, 3, 10, pid=os.getpid())
    status.write(tmp_path, told)
    assert status.read(tmp_path) == told
    assert (tmp_path / status.STATUS_NAME).stat().st_mode & 0o777 == 0o600


def test_a_dead_recorder_is_absent_but_its_failure_is_remembered(tmp_path: Path) -> None:
    status.write(tmp_path, RecorderStatus(Phase.FOLLOWING, pid=2**22 + 1))
    assert status.read(tmp_path).phase is Phase.ABSENT
    failed = RecorderStatus(Phase.FAILED, message="full", hint="free some", pid=2**22 + 1)
    status.write(tmp_path, failed)
    assert status.read(tmp_path) == failed


def test_nonsense_is_absence(tmp_path: Path) -> None:
    assert status.read(tmp_path).phase is Phase.ABSENT
    for text in ("", "[]", '{"phase": "dancing"}', '{"phase": "following", "extra": 1}'):
        (tmp_path / status.STATUS_NAME).write_text(text)
        assert status.read(tmp_path).phase is Phase.ABSENT


def test_a_folder_that_cannot_be_written_is_no_failure(tmp_path: Path) -> None:
    status.write(tmp_path / "absent", RecorderStatus(Phase.FOLLOWING))
