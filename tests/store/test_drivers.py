"""Both drivers: the wheel's SQLite, and the standard library's where there is no wheel."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.claude import busy_session, session_id

_LIFE = """
import sys
if sys.argv[3] == "sqlite3":
    sys.modules["pysqlite3"] = None
from pathlib import Path
from her_tui.queries import sessions, stats
from her_tui.queries.library import Library
from her_tui.recorder.deletion import delete
from her_tui.recorder.ingest import import_roots
from her_tui.store.database import driver_name
from her_tui.store.word_reader import WordReader
from her_tui.store.words import WordIndex
home, root = Path(sys.argv[1]), Path(sys.argv[2])
import_roots(home, [root])
library = Library.open(home)
print(driver_name(), stats.totals(library).responses)
delete(home, sessions.find(library, sys.argv[4]).id)
print(b"parser" in b"".join(file.read_bytes() for file in home.iterdir()))
import_roots(home, [root])
index = WordIndex(home)
index.close()
reader = WordReader(home)
found = reader.newest('"parser"'), reader.ranked(['"mend"', '"pytest"'], kinds=[1, 6])
print(stats.totals(library).responses, reader.count(), *map(len, found))
"""


@pytest.mark.parametrize("driver", ["pysqlite3", "sqlite3"])
def test_a_library_lives_on_either_driver(driver: str, home: Path, tmp_path: Path) -> None:
    if driver == "pysqlite3":
        pytest.importorskip("pysqlite3")  # no wheel for this platform
    for number in range(2):
        busy_session(number).write(tmp_path)
    told = subprocess.run(
        [sys.executable, "-c", _LIFE, str(home), str(tmp_path), driver, session_id(0)],
        capture_output=True,
        text=True,
        check=True,
    )
    first, second, third = told.stdout.splitlines()
    assert first == f"{driver} 24"
    assert third == "12 27 3 6"
    assert second == "True"  # as the session that stays speaks of it too
