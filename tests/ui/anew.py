"""A library whose rows are made anew from their raw records, below an open screen."""

from __future__ import annotations

import json
from contextlib import closing
from pathlib import Path

from peewee import sqlite3 as driver  # type: ignore[attr-defined]

from her_tui.recorder.ingest import import_roots
from tests.ui.conftest import Her


def read_anew(home: Path) -> None:
    """Make all rows of the library anew, as the first launch after an upgrade does."""
    name = "adapter-versions"
    with closing(driver.connect(home / "library.db")) as database, database:
        (known,) = database.execute("SELECT value FROM setting WHERE name = ?", (name,)).fetchone()
        older = {agent: version - 1 for agent, version in json.loads(known).items()}
        database.execute("UPDATE setting SET value = ? WHERE name = ?", (json.dumps(older), name))
    import_roots(home, [])


async def on_screen_anew(her: Her, home: Path) -> None:
    """The same, and wait until the screen shows it."""
    before = her.main.timeline
    read_anew(home)
    her.main.on_library_changed()
    await her.until(lambda: her.main.timeline is not before)
    await her.settle()
