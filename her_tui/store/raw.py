"""Raw records, kept for good: what was read, byte for byte, small.

A source's bytes are cut at line ends into chunks of about `CHUNK_BYTES`, each compressed with
zstd: whole chunks compress twice as well as single lines, and one record is read back in half a
millisecond. Two things are stored once however often they are captured:

* spans that the adapter calls bulk (system prompts, tool definitions) are cut out of a chunk and
  kept as `Blob`s by their hash; the chunk remembers where each belongs;
* a chunk whose records are copies (forks and resumes copy whole histories) is compressed against
  the chunk it was copied from as a dictionary, so that only what differs takes space.
"""

from __future__ import annotations

import hashlib
import struct
import threading
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

import zstandard
from peewee import SqliteDatabase

CHUNK_BYTES = 256 * 1024

#: 3: the level past which compression gains 1 % for twice the time on transcripts.
_LEVEL = 3
_HASH_BYTES = 16
_SPAN = struct.Struct(f"<I{_HASH_BYTES}s")


class _Codec(threading.local):
    """zstd's contexts, one pair a thread: two threads in one get each other's bytes."""

    def __init__(self) -> None:
        self.compress = zstandard.ZstdCompressor(level=_LEVEL).compress
        self.decompress = zstandard.ZstdDecompressor().decompress


_codec = _Codec()


def digest(data: bytes) -> bytes:
    """The identity of a piece of content."""
    return hashlib.blake2b(data, digest_size=_HASH_BYTES).digest()


def pack(data: bytes) -> bytes:
    """``data`` compressed by itself."""
    return _codec.compress(data)


def unpack(data: bytes) -> bytes:
    """The inverse of `pack`."""
    return _codec.decompress(data)


def compress_against(dictionary: bytes, data: bytes) -> bytes:
    """``data`` compressed against ``dictionary``, which it repeats much of."""
    return _with_dictionary(dictionary).compress(data)


def decompress_against(dictionary: bytes, data: bytes, size: int = 0) -> bytes:
    """The inverse of `compress_against`; ``size`` is how long the result is, if that is known."""
    return zstandard.ZstdDecompressor(
        dict_data=zstandard.ZstdCompressionDict(
            dictionary, dict_type=zstandard.DICT_TYPE_RAWCONTENT
        )
    ).decompress(data, max_output_size=size)


class Piece(NamedTuple):
    """Whole lines of a source, ready to be cut into chunks."""

    at: int
    data: bytes
    bulk: Sequence[tuple[int, int]]
    """Spans of ``data`` (start, length) to keep once."""


class Base(NamedTuple):
    """The chunk another is compressed against."""

    chunk: int
    size: int
    """How many of its first bytes were the dictionary: it may have grown since."""
    data: bytes


def append(database: SqliteDatabase, source: int, piece: Piece, base: Base | None = None) -> None:
    """Add ``piece`` to the raw bytes of ``source``, at its end."""
    connection = database.connection()
    row = connection.execute(
        "SELECT id, at, size, base, base_size, spans, data FROM chunk"
        " WHERE source = ? AND size < ? AND at + size = ?",
        (source, CHUNK_BYTES, piece.at),
    ).fetchone()
    at, data, bulk = piece.at, piece.data, list(piece.bulk)
    if row:
        head, spans = _read_chunk(database, row[2:])
        at, data = row[1], head + data
        bulk = spans + [(start + len(head), size) for start, size in bulk]
        if row[3] is not None and base is None:
            base = _load_base(database, row[3], row[4])
        connection.execute("DELETE FROM chunk WHERE id = ?", (row[0],))
    for number, (start, end) in enumerate(_cuts(data)):
        body = data[start:end]
        inside = [(s - start, n) for s, n in bulk if start <= s and s + n <= end]
        keep_id = row[0] if row and number == 0 else None
        _write_chunk(database, keep_id, source, at + start, body, inside, base)


def _cuts(data: bytes) -> Iterator[tuple[int, int]]:
    """Spans of whole lines, each the shortest that reaches `CHUNK_BYTES`."""
    start = 0
    while start < len(data):
        end = data.find(b"\n", start + CHUNK_BYTES - 1)
        end = len(data) if end < 0 else end + 1
        yield start, end
        start = end


def _write_chunk(
    database: SqliteDatabase,
    chunk: int | None,
    source: int,
    at: int,
    body: bytes,
    bulk: list[tuple[int, int]],
    base: Base | None,
) -> None:
    packed_spans = None
    rest = body
    if bulk:
        rest, packed_spans = _cut_out(database, body, bulk)
    data = compress_against(base.data, rest) if base else _codec.compress(rest)
    database.connection().execute(
        "INSERT INTO chunk (id, source, at, size, base, base_size, spans, data)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (
            chunk,
            source,
            at,
            len(body),
            base.chunk if base else None,
            base.size if base else 0,
            packed_spans,
            data,
        ),
    )


def _cut_out(
    database: SqliteDatabase, body: bytes, bulk: list[tuple[int, int]]
) -> tuple[bytes, bytes]:
    """``body`` without its bulk, and where each blob belongs."""
    connection = database.connection()
    rest: list[bytes] = []
    packed: list[bytes] = []
    cursor = 0
    for start, size in sorted(bulk):
        if start < cursor:
            continue
        content = body[start : start + size]
        key = digest(content)
        if not connection.execute("SELECT 1 FROM blob WHERE hash = ?", (key,)).fetchone():
            connection.execute(
                "INSERT INTO blob (hash, size, data) VALUES (?, ?, ?)",
                (key, size, _codec.compress(content)),
            )
        rest.append(body[cursor:start])
        packed.append(_SPAN.pack(start, key))
        cursor = start + size
    rest.append(body[cursor:])
    return b"".join(rest), b"".join(packed)


def _with_dictionary(data: bytes) -> zstandard.ZstdCompressor:
    return zstandard.ZstdCompressor(
        dict_data=zstandard.ZstdCompressionDict(data, dict_type=zstandard.DICT_TYPE_RAWCONTENT),
        compression_params=zstandard.ZstdCompressionParameters.from_level(
            _LEVEL, window_log=21, enable_ldm=True
        ),
    )


def _load_base(database: SqliteDatabase, chunk: int, size: int) -> Base:
    row = (
        database.connection()
        .execute("SELECT size, base, base_size, spans, data FROM chunk WHERE id = ?", (chunk,))
        .fetchone()
    )
    return Base(chunk, size, _read_chunk(database, row)[0][:size])


def base_at(database: SqliteDatabase, source: int, at: int) -> Base | None:
    """The chunk of ``source`` that holds offset ``at``, as a base; None if it has a base itself."""
    row = (
        database.connection()
        .execute(
            "SELECT id, size, base FROM chunk WHERE source = ? AND at <= ?"
            " ORDER BY at DESC LIMIT 1",
            (source, at),
        )
        .fetchone()
    )
    if not row or row[2] is not None:
        return None
    return _load_base(database, row[0], row[1])


def _read_chunk(
    database: SqliteDatabase, row: Sequence[Any]
) -> tuple[bytes, list[tuple[int, int]]]:
    """The bytes of a chunk and the spans that were cut out of it; ``row`` is (size, base,
    base_size, spans, data)."""

    def blob(key: bytes) -> bytes:
        found = database.connection().execute("SELECT data FROM blob WHERE hash = ?", (key,))
        return bytes(found.fetchone()[0])

    def base(chunk: int) -> Sequence[Any]:
        found = database.connection().execute(
            "SELECT size, base, base_size, spans, data FROM chunk WHERE id = ?", (chunk,)
        )
        return list(found.fetchone())

    return decode(row, blob, base)


def decode(row: Sequence[Any], blob: Any, base: Any) -> tuple[bytes, list[tuple[int, int]]]:
    """The bytes of a stored chunk, and the spans in them that are `Blob`s.

    ``row`` is (size, base, base_size, spans, data); ``blob(hash)`` and ``base(chunk id)`` fetch
    what it refers to (a blob's compressed bytes, a chunk's row of the same five columns).
    """
    size, base_id, base_size, packed_spans, data = row
    if base_id is None:
        rest = _codec.decompress(bytes(data))
    else:
        dictionary = decode(base(base_id), blob, base)[0][:base_size]
        rest = decompress_against(dictionary, bytes(data), size)
    if not packed_spans:
        return rest, []
    out: list[bytes] = []
    spans: list[tuple[int, int]] = []
    cursor = taken = 0
    for start, key in _SPAN.iter_unpack(bytes(packed_spans)):
        content = _codec.decompress(bytes(blob(key)))
        literal = start - cursor
        out += (rest[taken : taken + literal], content)
        taken += literal
        cursor = start + len(content)
        spans.append((start, len(content)))
    out.append(rest[taken:])
    return b"".join(out), spans


class Records:
    """Reads single records back; keeps the last chunk, as records are mostly asked for in order."""

    def __init__(self, database: SqliteDatabase) -> None:
        self._database = database
        self._source = -1
        self._at = 0
        self._body = b""

    def record(self, source: int, at: int, size: int) -> bytes | None:
        """The bytes of a record; None if they are not kept."""
        inside = self._at <= at and at + size <= self._at + len(self._body)
        if source != self._source or not inside:
            row = (
                self._database.connection()
                .execute(
                    "SELECT at, size, base, base_size, spans, data FROM chunk"
                    " WHERE source = ? AND at <= ? ORDER BY at DESC LIMIT 1",
                    (source, at),
                )
                .fetchone()
            )
            if row is None or row[0] + row[1] < at + size:
                return None
            self._source, self._at = source, row[0]
            self._body = _read_chunk(self._database, row[1:])[0]
        return self._body[at - self._at : at - self._at + size]


def stream(database: SqliteDatabase, source: int, offset: int = 0) -> Iterator[bytes]:
    """The raw bytes of a source from ``offset`` on, in file order, chunk by chunk, without its
    tail. What is added meanwhile is part of it."""
    while row := (
        database.connection()
        .execute(
            "SELECT at, size, base, base_size, spans, data FROM chunk"
            " WHERE source = ? AND at <= ? ORDER BY at DESC LIMIT 1",
            (source, offset),
        )
        .fetchone()
    ):
        body = _read_chunk(database, row[1:])[0][offset - row[0] :]
        if not body:
            return
        yield body
        offset += len(body)


def drop(database: SqliteDatabase, sources: Iterable[int]) -> None:
    """Forget the raw bytes of ``sources``; chunks compressed against theirs are stored anew."""
    connection = database.connection()
    for source in sources:
        dependents = connection.execute(
            "SELECT c.id, c.source, c.at, c.size, c.base, c.base_size, c.spans, c.data"
            " FROM chunk c JOIN chunk b ON c.base = b.id WHERE b.source = ? AND c.source <> ?",
            (source, source),
        ).fetchall()
        for chunk, owner, at, *row in dependents:
            body, spans = _read_chunk(database, row)
            connection.execute("DELETE FROM chunk WHERE id = ?", (chunk,))
            _write_chunk(database, chunk, owner, at, body, spans, None)
        connection.execute("DELETE FROM chunk WHERE source = ?", (source,))


def blanked(data: bytes, spans: Iterable[Sequence[int]]) -> bytes:
    """``data`` with blanks for these (start, length) spans."""
    clean = bytearray(data)
    for start, size in spans:
        clean[start : start + size] = b" " * size
    return bytes(clean)


def without_lines(data: bytes, needle: bytes) -> bytes:
    """``data`` with blanks for every line that contains ``needle``; offsets of the others stay."""
    if needle not in data:
        return data
    lines = data.split(b"\n")
    return b"\n".join(b" " * len(line) if needle in line else line for line in lines)


def drop_lines(database: SqliteDatabase, source: int, needle: bytes) -> None:
    """Forget every line of ``source`` that contains ``needle``; offsets of the others stay."""
    connection = database.connection()
    for chunk, at, *row in connection.execute(
        "SELECT id, at, size, base, base_size, spans, data FROM chunk WHERE source = ?", (source,)
    ).fetchall():
        body = _read_chunk(database, row)[0]
        clean = without_lines(body, needle)
        if clean != body:
            connection.execute("DELETE FROM chunk WHERE id = ?", (chunk,))
            _write_chunk(database, chunk, source, at, clean, [], None)


def drop_orphan_blobs(database: SqliteDatabase, among: Iterable[bytes] | None = None) -> None:
    """Forget every blob (``among`` these) that nothing refers to any more."""
    connection = database.connection()
    used = {bytes(row[0]) for row in connection.execute("SELECT hash FROM kept")}
    for (packed,) in connection.execute("SELECT spans FROM chunk WHERE spans IS NOT NULL"):
        used.update(key for _, key in _SPAN.iter_unpack(bytes(packed)))
    if among is None:
        among = [bytes(row[0]) for row in connection.execute("SELECT hash FROM blob")]
    connection.executemany(
        "DELETE FROM blob WHERE hash = ?", [(key,) for key in among if key not in used]
    )
