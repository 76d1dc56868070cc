"""Faults: a writer killed at any moment, and a disk that fills up, lose nothing."""

from __future__ import annotations

import errno
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from her_tui.errors import LibraryTooNew, LibraryUnusable
from her_tui.queries.library import Library
from her_tui.recorder import ingest
from her_tui.recorder.ingest import import_roots
from her_tui.store.database import explain, open_writer
from tests.support.claude import Script, busy_session, session_id
from tests.support.library import contents

pytestmark = pytest.mark.fault

KILLS = 50

_IMPORT = (
    "import sys; from pathlib import Path; from her_tui.recorder import ingest;"
    " ingest._COMMIT_BYTES = 20_000;"
    " ingest.import_roots(Path(sys.argv[1]), [Path(sys.argv[2])]); print('done')"
)


def test_killed_fifty_times_an_import_still_ends_exact(home: Path, tmp_path: Path) -> None:
    claude = tmp_path / "claude"
    for number in range(20):
        busy_session(number, turns=5).write(claude)
    import_roots(tmp_path / "undisturbed", [claude])
    rng = random.Random(4)
    command = [sys.executable, "-c", _IMPORT, str(home), str(claude)]
    started = time.monotonic()
    subprocess.run(command, check=True, env={**os.environ, "HER_HOME": str(tmp_path / "warm")})
    span = time.monotonic() - started
    for file in home.iterdir():
        file.unlink()
    for kill in range(KILLS):
        if kill % 10 == 0:  # start over, so that kills hit every stage and not only the end
            for file in home.iterdir():
                file.unlink()
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
        time.sleep(rng.uniform(0.3, 1.0) * span)
        process.send_signal(signal.SIGKILL)
        process.wait()
        if (home / "library.db").exists() and (home / "library.db").stat().st_size:
            database = open_writer(home)
            assert database.execute_sql("PRAGMA integrity_check").fetchall() == [("ok",)]
            database.close()

    import_roots(home, [claude])

    assert contents(home) == contents(tmp_path / "undisturbed")
    assert Library.open(home).rows("PRAGMA integrity_check") == [("ok",)]


def test_a_full_disk_is_said_and_what_was_recorded_stays(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    busy_session(1).write(tmp_path)
    import_roots(home, [tmp_path])
    before = contents(home)
    # RLIMIT_FSIZE makes every write past the limit fail, as a full disk does.
    for number in range(2, 40):
        busy_session(number, turns=12).write(tmp_path)
    limit = (home / "library.db").stat().st_size + 40_000
    script = (
        "import resource, signal, sys; from pathlib import Path;"
        " from her_tui.errors import LibraryUnusable;"
        " from her_tui.recorder.ingest import import_roots;"
        " signal.signal(signal.SIGXFSZ, signal.SIG_IGN);"
        f" resource.setrlimit(resource.RLIMIT_FSIZE, ({limit}, {limit}))\n"
        "try:\n"
        "    import_roots(Path(sys.argv[1]), [Path(sys.argv[2])])\n"
        "except LibraryUnusable as error:\n"
        "    print(error.title, '|', error.hint)\n"
    )
    result = subprocess.run(
        [sys.executable, "-c", script, str(home), str(tmp_path)],
        capture_output=True,
        text=True,
        check=True,
    )
    assert "library" in result.stdout.lower()
    assert result.stderr == ""
    after = contents(home)
    assert after[busy_session(1).session] == before[busy_session(1).session]

    import_roots(home, [tmp_path])

    import_roots(tmp_path / "fresh", [tmp_path])
    assert contents(home) == contents(tmp_path / "fresh")


def test_a_folder_that_cannot_be_made_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    busy_session(1).write(tmp_path)

    def refuse(*arguments: object, **options: object) -> None:
        raise OSError(errno.EROFS, os.strerror(errno.EROFS))

    monkeypatch.setattr(Path, "mkdir", refuse)
    with pytest.raises(LibraryUnusable, match="Read-only file system") as caught:
        import_roots(tmp_path / "her", [tmp_path])
    assert "HER_HOME" in caught.value.hint


def test_a_library_of_a_newer_her_is_left_alone(home: Path, tmp_path: Path) -> None:
    busy_session(1).write(tmp_path)
    import_roots(home, [tmp_path])
    database = open_writer(home)
    database.execute_sql("PRAGMA user_version = 99")
    database.close()
    for opened in (lambda: import_roots(home, [tmp_path]), lambda: Library.open(home)):
        with pytest.raises(LibraryTooNew, match="newer Her"):
            opened()


class _Unlucky:
    """Opened files that come to grief after they were opened."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, file: Path, grief: Callable[[], None]):
        opened = Path.open

        def open_(path: Path, *arguments: Any, **options: Any) -> Any:
            stream = opened(path, *arguments, **options)
            if path == file:
                with ExitStack() as closing:
                    closing.push(stream)
                    grief()
                    closing.pop_all()
            return stream

        monkeypatch.setattr(Path, "open", open_)


def test_a_file_that_vanishes_while_it_is_read(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    script = busy_session(1)
    file = script.write(tmp_path)
    with monkeypatch.context() as patch:
        _Unlucky(patch, file, lambda: file.unlink(missing_ok=True))
        import_roots(home, [tmp_path])
    assert contents(home)[script.session]["bytes"] == script.bytes()

    script.write(tmp_path)
    import_roots(home, [tmp_path])

    import_roots(tmp_path / "fresh", [tmp_path])
    assert contents(home) == contents(tmp_path / "fresh")


def test_a_file_the_disk_does_not_give_is_named_and_the_rest_is_read(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = busy_session(1).write(tmp_path)
    busy_session(2).write(tmp_path)

    def fail() -> None:
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    _Unlucky(monkeypatch, file, fail)
    result = import_roots(home, [tmp_path])

    assert result.sessions == 1
    assert result.unreadable == [f"{file}: Input/output error"]


def test_a_kill_inside_a_large_copy_leaves_no_stale_sums(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ingest, "_PIECE_BYTES", 4000)
    monkeypatch.setattr(ingest, "_COMMIT_BYTES", 4000)
    whole = busy_session(5)
    whole.write(tmp_path)
    import_roots(home, [tmp_path])
    copy = Script(session_id(1), 40)
    for _ in range(100):
        copy.prompt("Something else " * 10)
    copy.records += whole.fork(copy.session, len(whole.records)).records
    for _ in range(100):
        copy.prompt("Something else " * 10)
    copy.write(tmp_path)
    wrong = []

    def look(phase: str, done: int, total: int) -> None:
        # What is committed now is what a kill would leave: of a session that is not being read,
        # nothing makes the sums again.
        wrong.extend(
            Library.open(home).rows(
                "SELECT s.spent_tokens FROM session s WHERE s.session_id = ? AND s.spent_tokens <>"
                " (SELECT ifnull(sum(input + output + cache_creation + cache_read), 0)"
                " FROM response r WHERE r.session = s.id AND r.copied = 0)",
                (whole.session,),
            )
        )

    import_roots(home, [tmp_path], progress=look)
    assert wrong == []


def test_a_full_disk_is_told_from_a_folder_called_full() -> None:
    file = Path("library.db")
    assert "full" in explain(OSError(errno.ENOSPC, os.strerror(errno.ENOSPC)), file).title
    refused = PermissionError(errno.EACCES, "Permission denied", "/home/fuller/library.db")
    assert "disk is full" not in explain(refused, file).title
