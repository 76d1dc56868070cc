"""Raw records: every byte comes back, whatever was cut out, copied or dropped."""

from __future__ import annotations

import random
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Barrier

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from peewee import SqliteDatabase

from her_tui.recorder.ingest import import_roots
from her_tui.store import raw
from her_tui.store.database import Reader, open_writer
from tests.support.claude import busy_session


@contextmanager
def library() -> Iterator[SqliteDatabase]:
    """An empty library that is thrown away."""
    with TemporaryDirectory() as folder:
        database = open_writer(Path(folder) / "her")
        try:
            yield database
        finally:
            database.close()


def add(
    database: SqliteDatabase,
    source: int,
    at: int,
    data: bytes,
    bulk: tuple[tuple[int, int], ...] = (),
    base: raw.Base | None = None,
) -> int:
    """Append ``data``; the offset after it."""
    with database.atomic("IMMEDIATE"):
        raw.append(database, source, raw.Piece(at, data, bulk), base)
    return at + len(data)


def whole(database: SqliteDatabase, source: int) -> bytes:
    """All bytes of a source."""
    return b"".join(raw.stream(database, source))


def text(seed: int, size: int) -> bytes:
    """Lines that compress about as well as real ones."""
    rng = random.Random(seed)
    words = [f"w{rng.randrange(4000)}" for _ in range(size // 5)]
    return " ".join(words).encode().replace(b"w1", b"\n")[:size] + b"\n"


@settings(max_examples=30, deadline=None)
@given(
    pieces=st.lists(st.integers(1, 400_000), min_size=1, max_size=6),
    seed=st.integers(0, 1000),
)
def test_what_was_appended_comes_back(pieces: list[int], seed: int) -> None:
    with library() as database:
        data = b""
        for number, size in enumerate(pieces):
            piece = text(seed + number, size)
            add(database, 1, len(data), piece)
            data += piece
        assert whole(database, 1) == data
        records = raw.Records(database)
        at = 0
        for line in data.split(b"\n")[:-1][:: max(1, len(data) // 200_000)]:
            at = data.index(line, at)
            assert records.record(1, at, len(line)) == line


def test_the_cuts_do_not_depend_on_how_it_came() -> None:
    data = text(5, 1_200_000)
    with library() as database:
        at = 0
        lines = data.splitlines(keepends=True)
        add(database, 1, 0, data)
        for start in range(0, len(lines), 700):
            at = add(database, 2, at, b"".join(lines[start : start + 700]))

        def cuts(source: int) -> list[tuple[int, int]]:
            return list(
                database.execute_sql(
                    "SELECT at, size FROM chunk WHERE source = ? ORDER BY at", (source,)
                )
            )

        assert cuts(1) == cuts(2)
        assert len(cuts(1)) == 5


def test_bulk_is_kept_once_and_comes_back() -> None:
    bulk = text(9, 50_000).replace(b"\n", b" ")
    with library() as database:
        for source in (1, 2, 3):
            at = add(database, source, 0, b"first line\n")
            line = b'{"prompt":"' + bulk + b'"}\n'
            at = add(database, source, at, line, ((11, len(bulk)),))
            add(database, source, at, b"last line\n")
            assert whole(database, source) == b"first line\n" + line + b"last line\n"
        assert database.execute_sql("SELECT count(*) FROM blob").fetchone() == (1,)
        held = database.execute_sql("SELECT sum(length(data)) FROM chunk").fetchone()[0]
        assert held < 1000


def test_a_copy_takes_little_and_survives_its_original() -> None:
    original = text(3, 240_000)
    copy = original.replace(b"w2", b"w3") + b"something of its own\n"
    with library() as database:
        add(database, 1, 0, original)
        add(database, 2, 0, copy, base=raw.base_at(database, 1, 0))
        sizes = dict(database.execute_sql("SELECT source, length(data) FROM chunk").fetchall())
        assert sizes[2] < sizes[1] / 2
        add(database, 1, len(original), b"the original goes on\n")
        assert whole(database, 2) == copy

        with database.atomic("IMMEDIATE"):
            raw.drop(database, [1])

        assert whole(database, 1) == b""
        assert whole(database, 2) == copy


def test_lines_can_be_blanked_out() -> None:
    with library() as database:
        add(database, 1, 0, b"keep one\nsecret tale\nkeep two\n")
        with database.atomic("IMMEDIATE"):
            raw.drop_lines(database, 1, b"secret")
        assert whole(database, 1) == b"keep one\n           \nkeep two\n"


def test_blobs_that_nothing_needs_go() -> None:
    with library() as database, database.atomic("IMMEDIATE"):
        raw.append(database, 1, raw.Piece(0, b"x" * 5000 + b"\n", ((0, 5000),)))
        raw.append(database, 2, raw.Piece(0, b"y" * 5000 + b"\n", ((0, 5000),)))
        raw.drop(database, [1])
        raw.drop_orphan_blobs(database)
        assert database.execute_sql("SELECT count(*) FROM blob").fetchone() == (1,)
        assert whole(database, 2) == b"y" * 5000 + b"\n"


@pytest.mark.parametrize("at", [5, 100])
def test_a_record_that_is_not_kept_is_none(at: int) -> None:
    with library() as database:
        add(database, 1, 0, b"short\n")
        assert raw.Records(database).record(1, at, 50) is None


def test_a_stream_goes_on_with_what_is_added_meanwhile(home: Path, tmp_path: Path) -> None:
    script = busy_session(1, turns=60)
    whole = script.bytes()
    cut = whole.find(b"\n", len(whole) // 2) + 1
    file = script.write(tmp_path)
    file.write_bytes(whole[: cut + 10])
    import_roots(home, [tmp_path])
    reader = Reader(home)
    stream = reader.stream(reader.rows("SELECT id FROM source")[0][0])
    read = [next(stream)]

    file.write_bytes(whole)
    import_roots(home, [tmp_path])

    assert b"".join([*read, *stream]) == whole


def test_threads_share_no_context() -> None:
    """One that two threads use at once gives each what belongs to the other, now and then."""
    together = Barrier(4)

    def context() -> object:
        together.wait()
        return raw._codec.decompress.__self__  # type: ignore[attr-defined]

    with ThreadPoolExecutor(4) as threads:
        found = [done.result() for done in [threads.submit(context) for _ in range(4)]]
    assert len({id(each) for each in found}) == 4
