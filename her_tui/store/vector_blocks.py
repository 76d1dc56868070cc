"""What finds vectors, thousands in a row: folding it, and taking single ones out again.

A block is what is known of many vectors beside their bodies, one array a column. Folded, it is a
row of `segment` and one of `standing`; before that, each vector is a row of `fresh`.
"""

from __future__ import annotations

import sys
from array import array
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Set
from dataclasses import dataclass, field
from typing import Any, Self

from her_tui.store.digests import SIZE as DIGEST

#: Bytes of a vector's signs.
SIGNS = 48

#: At how many vectors a block is folded.
SEGMENT = 4096


@dataclass(slots=True)
class Block:
    """Vectors by ascending number, with the event and kind of their first place."""

    vectors: array[int] = field(default_factory=lambda: array("I"))
    events: array[int] = field(default_factory=lambda: array("I"))
    kinds: bytearray = field(default_factory=bytearray)
    digests: bytearray = field(default_factory=bytearray)
    signs: bytearray = field(default_factory=bytearray)

    @classmethod
    def of(cls, rows: Iterable[tuple[int, int, int, bytes, bytes]]) -> Self:
        """The block of (vector, event, kind, digest, signs) rows."""
        columns = list(zip(*rows, strict=True))
        if not columns:
            return cls()
        vectors, events, kinds, digests, signs = columns
        return cls(
            array("I", vectors),
            array("I", events),
            bytearray(kinds),
            bytearray(b"".join(digests)),
            bytearray(b"".join(signs)),
        )

    def rows(self) -> Iterator[tuple[int, int, int, bytes, bytes]]:
        """What `of` takes."""
        for at, vector in enumerate(self.vectors):
            yield (
                vector,
                self.events[at],
                self.kinds[at],
                bytes(self.digests[DIGEST * at : DIGEST * at + DIGEST]),
                bytes(self.signs[SIGNS * at : SIGNS * at + SIGNS]),
            )

    def without(self, positions: Set[int]) -> Block:
        """The others."""
        return Block.of(row for at, row in enumerate(self.rows()) if at not in positions)


def numbers(data: bytes) -> array[int]:
    """Little-endian uint32s as numbers."""
    values = array("I")
    values.frombytes(data)
    if sys.byteorder == "big":
        values.byteswap()
    return values


def packed(values: Iterable[int]) -> bytes:
    """Numbers as little-endian uint32s."""
    data = array("I", values)
    if sys.byteorder == "big":
        data.byteswap()
    return data.tobytes()


def members(first: int, ids: bytes | None, count: int) -> array[int]:
    """The vectors of a folded block."""
    return array("I", range(first, first + count)) if ids is None else numbers(ids)


def write_block(connection: Any, first: int, block: Block) -> None:
    """Write a folded block, in place of the one that starts with ``first`` or as a new one."""
    count = len(block.vectors)
    if not count:
        connection.execute("DELETE FROM segment WHERE first = ?", (first,))
        connection.execute("DELETE FROM standing WHERE first = ?", (first,))
        return
    in_row = block.vectors == members(first, None, count)
    connection.execute(
        "INSERT OR REPLACE INTO segment VALUES (?, ?, ?)",
        (first, None if in_row else packed(block.vectors), bytes(block.signs)),
    )
    connection.execute(
        "INSERT OR REPLACE INTO standing VALUES (?, ?, ?, ?, ?, ?)",
        (
            first,
            min(block.events),
            max(block.events),
            packed(block.events),
            bytes(block.kinds),
            bytes(block.digests),
        ),
    )


def read_block(connection: Any, first: int) -> Block:
    """The folded block that starts with ``first``."""
    ids, signs = connection.execute(
        "SELECT ids, signs FROM segment WHERE first = ?", (first,)
    ).fetchone()
    events, kinds, digests = connection.execute(
        "SELECT events, kinds, digests FROM standing WHERE first = ?", (first,)
    ).fetchone()
    return Block(
        members(first, ids, len(kinds)),
        numbers(events),
        bytearray(kinds),
        bytearray(digests),
        bytearray(signs),
    )


def read_fresh(connection: Any) -> Block:
    """What is not folded yet."""
    return Block.of(
        connection.execute(
            "SELECT vector, event, kind, digest, signs FROM fresh ORDER BY vector"
        ).fetchall()
    )


def fold(connection: Any) -> None:
    """Fold what is fresh, in the caller's transaction, if it is enough. All of it: a table that
    is emptied leaves no bytes behind in pages that are half full."""
    count = connection.execute("SELECT count(*) FROM fresh").fetchone()[0]
    if count < SEGMENT:
        return
    rows = list(read_fresh(connection).rows())
    parts = count // SEGMENT
    for part in range(parts):
        block = Block.of(rows[part * SEGMENT : None if part == parts - 1 else (part + 1) * SEGMENT])
        write_block(connection, block.vectors[0], block)
    connection.execute("DELETE FROM fresh")


#: What `that_may_have` takes.
RANGES = "SELECT first, low, high FROM standing"


def that_may_have(ranges: Iterable[tuple[Any, ...]], events: list[int]) -> list[int]:
    """The folded blocks that may have any of ``events``, which ascend."""
    found = []
    for first, low, high in ranges:
        at = bisect_left(events, low)
        if at < len(events) and events[at] <= high:
            found.append(first)
    return found


def drop_events(connection: Any, events: frozenset[int]) -> tuple[set[int], int]:
    """Drop all places of ``events``, in the caller's transaction, and the vectors that have none
    left: the events there were, and how many vectors went."""
    found = _forget_rows(connection, events)
    gone = 0
    ranges = connection.execute(RANGES).fetchall()
    for first in that_may_have(ranges, sorted(events)):
        held = numbers(
            connection.execute("SELECT events FROM standing WHERE first = ?", (first,)).fetchone()[
                0
            ]
        )
        if events.isdisjoint(held):
            continue
        found.update(events.intersection(held))
        block = read_block(connection, first)
        left = _drop(connection, block, events)
        gone += len(block.vectors) - len(left.vectors)
        write_block(connection, first, left)
    block = read_fresh(connection)
    if not events.isdisjoint(block.events):
        found.update(events.intersection(block.events))
        left = _drop(connection, block, events)
        gone += len(block.vectors) - len(left.vectors)
        connection.execute("DELETE FROM fresh")
        add_fresh(connection, left)
    return found, gone


def add_fresh(connection: Any, block: Block) -> None:
    """Add what is known of new vectors."""
    connection.executemany(
        "INSERT INTO fresh (vector, event, kind, digest, signs) VALUES (?, ?, ?, ?, ?)",
        block.rows(),
    )


def _forget_rows(connection: Any, events: Set[int]) -> set[int]:
    """Drop what is kept of ``events`` in rows of their own; the events there were."""
    found = set()
    dropped = []
    for number, event in connection.execute("SELECT id, event FROM place").fetchall():
        if event in events:
            dropped.append((number,))
            found.add(event)
    connection.executemany("DELETE FROM place WHERE id = ?", dropped)
    for event in events:
        if connection.execute("DELETE FROM empty WHERE event = ?", (event,)).rowcount:
            found.add(event)
    return found


def _drop(connection: Any, block: Block, events: Set[int]) -> Block:
    """The block without the vectors that have no place left; another place takes the place of a
    first one that goes."""
    gone = set()
    for at, event in enumerate(block.events):
        if event not in events:
            continue
        vector = block.vectors[at]
        heir = connection.execute(
            "SELECT id, event, session, kind, ordinal FROM place WHERE vector = ?"
            " ORDER BY event DESC LIMIT 1",
            (vector,),
        ).fetchone()
        if heir is None:
            gone.add(at)
            connection.execute("DELETE FROM vector WHERE rowid = ?", (vector,))
            continue
        block.events[at], block.kinds[at] = heir[1], heir[3]
        connection.execute(
            "UPDATE vector SET session = ?, kind = ?, ordinal = ? WHERE rowid = ?",
            (*heir[2:], vector),
        )
        connection.execute("DELETE FROM place WHERE id = ?", (heir[0],))
    return block.without(gone)
