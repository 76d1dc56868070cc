"""Whether all channels at once tell what the richest of them tells alone, each fact once.

While the client runs, every file of the spool is kept beside by a hard link. (The raw bodies are
not: the client does not write into a file that has another name too.) Afterwards libraries are made
of transcripts alone, of the wire alone, and of all again.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path

from realclient.place import Place
from realclient.report import Report
from tests.support.api import Seen

#: The recorder may take in and remove a file within milliseconds of its making.
_LOOK_SECONDS = 0.001
_PATIENCE_SECONDS = 90

#: `events.model.EventKind` of what could not be recorded: no fact of the client's.
_GAP = 30

#: Table -> what identifies a row of it.
_IDENTITY = {
    "session": "session_id",
    "response": "message_id, session",
    "action": "tool_use_id, session",
    "request": "coalesce(wire, telemetry)",
}


class Keeper:
    """Keeps what is spooled below Her's folder of ``place``."""

    def __init__(self, place: Place) -> None:
        self._spool = place.her / "spool"
        self.folder = place.folder / "kept"
        self.folder.mkdir()
        self._over = threading.Event()
        self._seen: set[str] = set()

    @contextmanager
    def at_work(self) -> Iterator[None]:
        """Keep what appears while the block runs."""
        thread = threading.Thread(target=self._watch)
        thread.start()
        try:
            yield
        finally:
            self._over.set()
            thread.join()

    def _watch(self) -> None:
        while not self._over.wait(_LOOK_SECONDS):
            try:
                names = set(os.listdir(self._spool)) - self._seen  # noqa: PTH208 - often
            except FileNotFoundError:
                continue
            for name in names:
                if not name.endswith(".spool"):
                    continue
                try:
                    os.link(self._spool / name, self.folder / name)
                except FileNotFoundError:
                    continue  # gone already: what is missing shows in the counts
                self._seen.add(name)


class Counts:
    """What a library made of some channels holds."""

    def __init__(self, library: Path) -> None:
        with closing(sqlite3.connect(f"file:{library}?mode=ro", uri=True)) as database:
            self.rows = {name: _one(database, f"SELECT count(*) FROM {name}") for name in _IDENTITY}
            self.distinct = {
                name: _one(database, f"SELECT count(*) FROM (SELECT DISTINCT {key} FROM {name})")
                for name, key in _IDENTITY.items()
            }
            self.events = _one(database, f"SELECT count(*) FROM event WHERE kind <> {_GAP}")
            self.messages = _set(database, "SELECT message_id FROM response")
            self.actions = _set(database, "SELECT tool_use_id FROM action WHERE name NOT NULL")
            self.requests = _set(
                database, "SELECT request_id FROM request WHERE request_id NOT NULL"
            )

    def __str__(self) -> str:
        told = {**self.rows, "event": self.events}
        return ", ".join(f"{name} {number}" for name, number in sorted(told.items()))


def check(report: Report, place: Place, keeper: Keeper, log: Sequence[Seen]) -> None:
    """Hold the library of all channels against those of each alone."""
    live = Counts(place.her / "library.db")
    transcripts = _made(place, keeper, "transcripts", place.config, "")
    wire = _made(place, keeper, "wire", place.folder / "nothing", "wire-*")
    again = _made(place, keeper, "again", place.config, "*")
    for name, counts in (
        ("live", live),
        ("again", again),
        ("transcripts", transcripts),
        ("wire", wire),
    ):
        report.say(f"{name:12} {counts}")
    for name, counts in (("live", live), ("again", again)):
        _no_richer(report, name, counts, transcripts, wire)
    asked = sum(seen.is_message for seen in log)
    report.check(
        f"{asked} requests of the API's log", live.rows["request"] == asked, live.rows["request"]
    )


def _no_richer(report: Report, name: str, whole: Counts, transcripts: Counts, wire: Counts) -> None:
    """``whole`` holds what its parts hold, once."""
    doubled = [table for table in _IDENTITY if whole.rows[table] != whole.distinct[table]]
    report.none(f"{name}: no row twice", doubled)
    report.check(f"{name}: events as of transcripts alone", whole.events == transcripts.events,
                 (whole.events, transcripts.events))  # fmt: skip
    report.check(
        f"{name}: requests as of the wire alone",
        whole.rows["request"] == wire.rows["request"],
        (whole.rows["request"], wire.rows["request"]),
    )
    for what in ("messages", "actions", "requests"):
        union: set[str] = getattr(transcripts, what) | getattr(wire, what)
        found: set[str] = getattr(whole, what)
        report.check(f"{name}: {what} as of both", found == union, found ^ union)


def _made(place: Place, keeper: Keeper, name: str, config: Path, spooled: str) -> Counts:
    """The library that a recorder makes of the transcripts below ``config`` and of the spool files
    that ``spooled`` names."""
    other = replace(place, folder=place.folder / "libraries" / name)
    (other.her / "spool").mkdir(mode=0o700, parents=True)
    for file in keeper.folder.glob(spooled) if spooled else ():
        shutil.copy2(file, other.her / "spool" / file.name)
    (other.her / "clients").mkdir(mode=0o700, parents=True, exist_ok=True)
    (other.her / "clients" / str(os.getpid())).touch()
    config.mkdir(exist_ok=True)
    command = [sys.executable, "-m", "her_tui.recorder"]
    recorder = subprocess.Popen(
        command, env={**other.environment(), "CLAUDE_CONFIG_DIR": str(config)}
    )
    try:
        _settle(other.her)
    finally:
        recorder.terminate()
        recorder.wait(30)
    return Counts(other.her / "library.db")


def _settle(home: Path) -> None:
    """Wait until the spool is empty and nothing changes any more."""
    deadline = time.monotonic() + _PATIENCE_SECONDS
    before: object = None
    while time.monotonic() < deadline:
        time.sleep(4)
        left = [file for file in (home / "spool").rglob("*") if file.is_file()]
        library = home / "library.db"
        now = str(Counts(library)) if library.exists() else ""
        if not [file for file in left if file.suffix == ".spool"] and now and now == before:
            return
        before = now


def _one(database: sqlite3.Connection, sql: str) -> int:
    return int(database.execute(sql).fetchone()[0])


def _set(database: sqlite3.Connection, sql: str) -> set[str]:
    return {row[0] for row in database.execute(sql)}
