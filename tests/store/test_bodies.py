"""Bodies: every byte comes back, and of a history that repeats only what is new takes space."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from peewee import SqliteDatabase

from her_tui.store import bodies
from her_tui.store.database import open_writer


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SqliteDatabase]:
    """A library of its own."""
    opened = open_writer(tmp_path_factory.mktemp("bodies") / "her")
    yield opened
    opened.close()


def stored(database: SqliteDatabase, table: str) -> int:
    """Bytes that a table's data takes."""
    row = database.connection().execute(f"SELECT ifnull(sum(length(data)), 0) FROM {table}")
    return int(row.fetchone()[0])


def conversation(turns: int) -> bytes:
    """What a client sends in its ``turns``-th request."""
    said = [
        {"role": role, "content": [{"type": "text", "text": f"{role} {turn} " + word * 90}]}
        for turn in range(turns)
        for role, word in (("user", f"ask{turn} "), ("assistant", f"tell{turn} "))
    ]
    if said:
        said[-1]["content"][0]["cache_control"] = {"type": "ephemeral"}  # type: ignore[index]
    system = [{"type": "text", "text": "You are an agent. " * 400}]
    return json.dumps({"model": "m", "messages": said, "system": system}).encode()


@settings(deadline=None)
@given(
    st.one_of(
        st.binary(max_size=3000),
        st.text(max_size=2000).map(lambda text: json.dumps({"a": text, "b": text}).encode()),
        st.text('ab"\\\n\0', max_size=900).map(str.encode),
    ),
    st.booleans(),
)
def test_every_byte_comes_back(database: SqliteDatabase, body: bytes, cut: bool) -> None:
    with database.atomic("IMMEDIATE"):
        number = bodies.keep(database, 1, body, cut=cut)
    assert bodies.read(bodies.reader(database), number) == body


def test_a_history_is_stored_once(database: SqliteDatabase) -> None:
    before = stored(database, "body") + stored(database, "piece")
    whole = [conversation(turns) for turns in range(40)]
    with database.atomic("IMMEDIATE"):
        kept = [bodies.keep(database, 7, body, cut=True) for body in whole]
    grown = stored(database, "body") + stored(database, "piece") - before
    assert grown < len(whole[-1]) / 2 < sum(map(len, whole)) / 40
    assert [bodies.read(bodies.reader(database), number) for number in kept] == whole


def test_the_same_body_is_one(database: SqliteDatabase) -> None:
    with database.atomic("IMMEDIATE"):
        first = bodies.keep(database, 1, conversation(3), cut=True)
        assert bodies.keep(database, 2, conversation(3), cut=True) == first


def test_what_is_dropped_leaves_nothing_and_takes_nothing_with_it(home: Path) -> None:
    database = open_writer(home)
    whole = [conversation(turns) for turns in range(1, 12)]
    with database.atomic("IMMEDIATE"):
        kept = [bodies.keep(database, 1, body, cut=True) for body in whole]
        bodies.drop(database, kept[:-1])
    assert bodies.read(bodies.reader(database), kept[-1]) == whole[-1]
    assert bodies.read(bodies.reader(database), kept[0]) is None
    with database.atomic("IMMEDIATE"):
        bodies.drop(database, kept[-1:])
    assert stored(database, "body") == stored(database, "piece") == 0
    database.close()


def test_a_body_that_a_request_has_stays(home: Path) -> None:
    database = open_writer(home)
    with database.atomic("IMMEDIATE"):
        kept = bodies.keep(database, 1, b"{}", cut=True)
        database.execute_sql("INSERT INTO request (session, agent, channels, kind, query_source,"
                             " model, outcome, error, effort, speed, conversation, missing,"
                             " request_body) VALUES (1,0,0,'','','','ok','','','',x'','{}',?)",
                             (kept,))  # fmt: skip
        bodies.drop(database, [kept])
    assert bodies.read(bodies.reader(database), kept) == b"{}"
    database.close()


@given(st.lists(st.tuples(st.integers(0, 100_000), st.floats(0, 500_000)), max_size=50))
def test_arrivals_come_back_to_the_microsecond(arrivals: list[tuple[int, float]]) -> None:
    sizes = sorted(size for size, _ in arrivals)
    times = sorted(round(ms, 3) for _, ms in arrivals)
    chunks: list[tuple[int, float]] = list(zip(sizes, times, strict=True))
    back: Any = bodies.unpack_chunks(bodies.pack_chunks(chunks))
    assert [size for size, _ in back] == sizes
    assert [ms for _, ms in back] == pytest.approx(times, abs=0.001)
