"""Pricing after an import: in small transactions, and sums made no more often than needed."""

from __future__ import annotations

from pathlib import Path

import pytest
from peewee import SqliteDatabase

from her_tui.queries.library import Library
from her_tui.recorder import enrich
from her_tui.recorder.ingest import import_roots
from her_tui.recorder.progress import silent
from her_tui.store import costs, summary
from her_tui.store.writer import Writer
from tests.support.claude import busy_session
from tests.support.library import contents


def test_the_sums_of_a_long_session_are_made_once_whatever_the_batches(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(3):
        busy_session(number, turns=8).write(tmp_path)
    import_roots(home.with_name("whole"), [tmp_path])
    monkeypatch.setattr(enrich, "_PRICE_BATCH", 5)
    made: list[int] = []
    refresh = summary.refresh

    def counted(database: SqliteDatabase, session: int) -> None:
        made.append(session)
        refresh(database, session)

    monkeypatch.setattr(summary, "refresh", counted)
    import_roots(home, [tmp_path])
    assert sorted(made) == [1, 1, 2, 2, 3, 3], "once with the facts, once with the prices"
    assert contents(home) == contents(home.with_name("whole"))


def test_killed_between_two_batches_the_next_one_makes_the_sums(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    busy_session(1, turns=8).write(tmp_path)
    import_roots(home, [tmp_path])
    before = contents(home)
    writer = Writer(home)
    writer.database.execute_sql("UPDATE response SET priced = 0, cost = NULL")
    monkeypatch.setattr(enrich, "_PRICE_BATCH", 5)
    batches = iter([costs.pending(writer.database, 5)])
    with monkeypatch.context() as patch:
        patch.setattr(costs, "pending", lambda *_: next(batches))
        with pytest.raises(StopIteration):
            enrich.price(writer, silent)
    assert summary.stale(writer.database) == {1}
    writer.close()

    import_roots(home, [tmp_path])
    assert summary.stale(Writer(home).database) == set()
    assert contents(home) == before
    assert Library.open(home).rows("SELECT count(*) FROM turnmark") == [(0,)]
