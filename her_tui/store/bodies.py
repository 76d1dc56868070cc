"""Bodies of requests and responses: of each, only what is new is stored.

A request repeats the whole history. Its long strings are cut out and kept once each (`Piece`), by
their hash; what is left, the *recipe*, differs from that of the request before in a few bytes, and
is compressed against the last recipe of the session that stands alone. Reading gives back every
byte. Retries send the same body again: that is one row.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import zstandard
from peewee import SqliteDatabase

from her_tui.store.raw import compress_against, decompress_against, digest, pack, unpack

#: Strings from this length on are cut out: a hash in their place is 17 bytes long.
_WORTH = 256
_HASH_BYTES = 16

#: A JSON string, without giving back what it has read: linear whatever the bytes are.
_STRING = re.compile(rb'"([^"\\]*+(?:\\.[^"\\]*+)*+)"', re.DOTALL)
_MARK = b"\x00"

#: First byte of a recipe: whether strings were cut out of it.
_WHOLE, _CUT = b"w", b"c"

#: A recipe compressed against another must save this part, else it stands alone.
_SAVING = 0.6

_ARRIVAL = struct.Struct("<II")

Fetch = Callable[[str, tuple[Any, ...]], Any]
"""Runs a SELECT and gives its first row, or None."""


def keep(database: SqliteDatabase, session: int, body: bytes, *, cut: bool) -> int:
    """The row of ``body``, made if it is new; ``cut`` if it is JSON that repeats what came before.
    In the caller's transaction."""
    connection = database.connection()
    whole = digest(body)
    row = connection.execute("SELECT id FROM body WHERE digest = ?", (whole,)).fetchone()
    if row:
        return int(row[0])
    recipe = _cut_out(database, body) if cut and _MARK not in body else _WHOLE + body
    base, data = None, pack(recipe)
    if recipe.startswith(_CUT):
        base, data = _against_last(database, session, recipe, data)
    cursor = connection.execute(
        "INSERT INTO body (digest, session, size, base, data) VALUES (?, ?, ?, ?, ?)",
        (whole, session, len(body), base, data),
    )
    return int(cursor.lastrowid)


def _against_last(
    database: SqliteDatabase, session: int, recipe: bytes, alone: bytes
) -> tuple[int | None, bytes]:
    row = (
        database.connection()
        .execute(
            "SELECT id, data FROM body WHERE session = ? AND base IS NULL ORDER BY id DESC LIMIT 1",
            (session,),
        )
        .fetchone()
    )
    if row is None:
        return None, alone
    data = compress_against(unpack(bytes(row[1])), recipe)
    return (row[0], data) if len(data) < _SAVING * len(alone) else (None, alone)


def _cut_out(database: SqliteDatabase, body: bytes) -> bytes:
    """The recipe of ``body``; its long strings are kept as pieces."""
    connection = database.connection()
    parts: list[bytes] = [_CUT]
    cursor = 0
    for found in _STRING.finditer(body):
        start, end = found.span(1)
        if end - start < _WORTH:
            continue
        text = body[start:end]
        key = digest(text)
        if not connection.execute("SELECT 1 FROM piece WHERE hash = ?", (key,)).fetchone():
            connection.execute(
                "INSERT INTO piece (hash, size, data) VALUES (?, ?, ?)",
                (key, len(text), pack(text)),
            )
        parts += (body[cursor:start], _MARK, key)
        cursor = end
    parts.append(body[cursor:])
    return b"".join(parts)


def read(fetch: Fetch, body: int) -> bytes | None:
    """The bytes of a body; None if it is not kept."""
    row = fetch("SELECT base, data FROM body WHERE id = ?", (body,))
    return None if row is None else _filled_in(fetch, _recipe(fetch, row))


def reader(database: SqliteDatabase) -> Fetch:
    """A `Fetch` for the writer's own connection."""
    return lambda sql, values: database.connection().execute(sql, values).fetchone()


def _recipe(fetch: Fetch, row: Sequence[Any]) -> bytes:
    base, data = row[0], bytes(row[1])
    if base is None:
        return unpack(data)
    dictionary = fetch("SELECT data FROM body WHERE id = ?", (base,))
    return decompress_against(unpack(bytes(dictionary[0])), data)


def _filled_in(fetch: Fetch, recipe: bytes) -> bytes:
    if recipe.startswith(_WHOLE):
        return recipe[1:]
    parts: list[bytes] = []
    cursor = 1
    while (mark := recipe.find(_MARK, cursor)) >= 0:
        key = recipe[mark + 1 : mark + 1 + _HASH_BYTES]
        piece = fetch("SELECT data FROM piece WHERE hash = ?", (key,))
        parts += (recipe[cursor:mark], unpack(bytes(piece[0])))
        cursor = mark + 1 + _HASH_BYTES
    parts.append(recipe[cursor:])
    return b"".join(parts)


def _keys(recipe: bytes) -> set[bytes]:
    """The pieces a recipe names."""
    if recipe.startswith(_WHOLE):
        return set()
    keys: set[bytes] = set()
    cursor = 1
    while (mark := recipe.find(_MARK, cursor)) >= 0:
        cursor = mark + 1 + _HASH_BYTES
        keys.add(recipe[mark + 1 : cursor])
    return keys


def replace(database: SqliteDatabase, old: int | None, session: int, body: bytes) -> int:
    """Keep ``body`` (a response that is still growing) in the place of ``old``."""
    if old is not None:
        drop(database, [old])
    return keep(database, session, body, cut=False)


def drop(database: SqliteDatabase, bodies: Iterable[int]) -> None:
    """Forget those of ``bodies`` that no request refers to any more, and the pieces only they
    named. In the caller's transaction."""
    connection = database.connection()
    fetch = reader(database)
    unused = [
        body
        for body in bodies
        if not connection.execute(
            "SELECT 1 FROM request WHERE request_body = ?1 OR response_body = ?1", (body,)
        ).fetchone()
    ]
    loose: set[bytes] = set()
    for body in unused:
        row = fetch("SELECT base, data FROM body WHERE id = ?", (body,))
        if row is not None:
            loose |= _keys(_recipe(fetch, row))
    gone = set(unused)
    for body in unused:
        _stand_alone(database, body, gone)
        connection.execute("DELETE FROM body WHERE id = ?", (body,))
    # The latest first: what a body was replaced by names nearly all of its pieces.
    for row in connection.execute("SELECT base, data FROM body ORDER BY id DESC"):
        if not loose:
            return
        loose -= _keys(_recipe(fetch, row))
    connection.executemany("DELETE FROM piece WHERE hash = ?", [(key,) for key in loose])


def _stand_alone(database: SqliteDatabase, base: int, but: set[int]) -> None:
    """Store anew, by themselves, the bodies compressed against ``base``, ``but`` these."""
    connection = database.connection()
    dictionary = connection.execute("SELECT data FROM body WHERE id = ?", (base,)).fetchone()
    for body, data in connection.execute(
        "SELECT id, data FROM body WHERE base = ?", (base,)
    ).fetchall():
        if body in but:
            continue
        recipe = decompress_against(unpack(bytes(dictionary[0])), bytes(data))
        connection.execute(
            "UPDATE body SET base = NULL, data = ? WHERE id = ?", (pack(recipe), body)
        )


def pack_chunks(chunks: Sequence[tuple[int, float]]) -> bytes | None:
    """Arrivals (bytes so far, milliseconds since the start) as stored; None if there were none."""
    if not chunks:
        return None
    parts = []
    bytes_before = time_before = 0
    for size, ms in chunks:
        time = max(time_before, round(ms * 1000))
        parts.append(_ARRIVAL.pack(size - bytes_before, min(time - time_before, 0xFFFFFFFF)))
        bytes_before, time_before = size, time
    return zstandard.ZstdCompressor(level=3).compress(b"".join(parts))


def unpack_chunks(data: bytes | None) -> list[tuple[int, float]]:
    """The inverse of `pack_chunks`, to the microsecond."""
    if not data:
        return []
    size = time = 0
    chunks = []
    for more, later in _ARRIVAL.iter_unpack(zstandard.ZstdDecompressor().decompress(bytes(data))):
        size, time = size + more, time + later
        chunks.append((size, time / 1000))
    return chunks
