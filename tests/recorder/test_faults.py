"""Faults: a writer killed at any moment, and a disk that fills up, lose nothing."""

from __future__ import annotations

import errno
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from her_tui.errors import LibraryTooNew, LibraryUnusable
from her_tui.queries.library import Library
from her_tui.recorder.ingest import import_roots
from her_tui.store.database import open_writer
from tests.support.claude import busy_session
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
