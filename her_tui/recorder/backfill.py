"""Encoding what the library holds: texts are cut into passages, and the vectors of those that are
not known yet are computed and stored, a batch at a time.

A batch is one transaction of the vectors' file. It holds whole events, so that an event is done or
not, whenever the process is killed; and it looks at the library once more while it holds that
file's lock, so that nothing of an event that was deleted meanwhile is written after its deletion.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from operator import itemgetter
from typing import Any, NamedTuple

from her_tui.errors import HerError
from her_tui.events.documents import WITH_MEANING, DocumentKind
from her_tui.events.model import EventKind
from her_tui.queries import candidates, texts
from her_tui.queries.encoding import Mark
from her_tui.queries.library import Library
from her_tui.queries.texts import Document
from her_tui.recorder.worklist import Arrivals, Worklist
from her_tui.search.encoder import Encoder
from her_tui.search.passages import Passage, digest
from her_tui.search.vectors import Packed, pack
from her_tui.store.vectors import VectorStore

#: Tokens encoded at a time: less than 0.7 s on a slow processor, after which we look up.
BATCH_TOKENS = 2048

#: Characters of a text that are encoded, about 50 passages; what follows is found by words alone.
TEXT_CHARS = 50_000

#: Events whose texts are read at once: those of about the same length go into one batch.
_WINDOW = 128

#: Events that are looked through at a time for what has a meaning.
_PAGE = 20_000

#: How often new events are looked for while there is work.
_LOOK_SECONDS = 1.0

#: How often the whole library is compared again because copies became originals.
_COMPARE_SECONDS = 30.0

#: Times that nothing of what was encoded could be stored, one after the other, until we give up. A
#: deletion may be the reason of one.
_PATIENCE = 3

Cut = Callable[[str], Iterable[Passage]]
"""The passages of a text."""

Over = Callable[[], bool]
"""Whether to stop; asked often."""


class _Piece(NamedTuple):
    """A passage and what its vector is known by."""

    digest: bytes
    text: str
    tokens: int


class _Prepared(NamedTuple):
    """An event whose text was read; without pieces, it has no meaning."""

    event: int
    session: int
    kind: DocumentKind
    pieces: Sequence[_Piece]


class Backfill:
    """What there is to do, and doing it."""

    def __init__(self, library: Library, store: VectorStore) -> None:
        self._library = library
        self._store = store
        self._list = Worklist()
        self._arrived = Arrivals()
        self._under_way: dict[int, None] = {}
        self._seen: tuple[int, int] | None = None
        self._remade = store.remade
        self._looked = self._compared = 0.0
        self._vain = 0
        self.mark = Mark()
        """How far the library was looked through."""
        self.done = 0
        """Events encoded, those of earlier runs among them."""
        self.total = 0

    @property
    def left(self) -> int:
        """Events to be encoded."""
        return len(self._list) + len(self._arrived)

    @property
    def much_came(self) -> bool:
        """Whether what came since `work` is worth the start of the reference encoder."""
        return self._arrived.many

    def look(self) -> bool:
        """Take note of what there is to do since the last look; whether there is something. Cheap
        where nothing happened. Raises `HerError`."""
        self._looked = time.monotonic()
        seen = (self._library.version(), self._store.remade)
        if seen == self._seen:
            return False
        now = candidates.mark(self._library)
        if not now.library:
            return False  # nobody has asked for its identity yet
        if self._is_stale(now, seen[1]):
            self._start_over(now)
        self._look_through(candidates.last(self._library))
        self._seen = seen if now.owners == self.mark.owners else None
        return len(self._arrived) > 0

    def _is_stale(self, now: Mark, remade: int) -> bool:
        """Whether what was found so far was in another library, other vectors or other copies."""
        if now.library != self.mark.library or remade != self._remade:
            return True
        due = time.monotonic() - self._compared >= _COMPARE_SECONDS
        return due and now.owners != self.mark.owners

    def _start_over(self, now: Mark) -> None:
        """Everything is to be compared with what is done."""
        self._store.follow(now.library)
        self._list, self._arrived, self._under_way = Worklist(), Arrivals(), {}
        self._remade, self._compared = self._store.remade, time.monotonic()
        self.mark = replace(candidates.mark(self._library), owners=now.owners)
        self.done = self.total = 0

    def _look_through(self, last: int) -> None:
        """Add the candidates up to the event ``last``."""
        done: set[int] | None = None
        since = after = self.mark.reached
        while after < last:
            upto = min(last, after + _PAGE)
            found = candidates.between(self._library, after, upto)
            if found:
                done = self._store.done() if done is None else done
                fresh = [each for each in found if each.event not in done]
                self._arrived.note(fresh, TEXT_CHARS)
                self.total += len(found)
                self.done += len(found) - len(fresh)
            after = upto
        if 0 < since < last:
            self._look_back(since, last)
        self.mark = replace(self.mark, reached=last)

    def _look_back(self, since: int, last: int) -> None:
        """Add what was looked at before, and is a candidate since what came after ``since``."""
        late = candidates.late(self._library, since, last)
        if not late:
            return
        done = self._store.done()
        fresh = [each for each in late if each.event not in done and not self._has(each.event)]
        self._arrived.note(fresh, TEXT_CHARS)
        self.total += len(fresh)

    def _has(self, event: int) -> bool:
        """Whether it is to be encoded already."""
        return event in self._under_way or event in self._list or event in self._arrived

    def _has_news(self) -> bool:
        """Whether something came meanwhile."""
        due = time.monotonic() - self._looked >= _LOOK_SECONDS
        return len(self._arrived) > 0 or (due and self.look())

    # Doing it

    def work(self, encoder: Encoder, cut: Cut, over: Over, told: Callable[[], None]) -> None:
        """Encode what is left, until ``over`` says so or something came, which the next call takes
        first; after every batch ``told`` is called. Raises `HerError`; what was stored stays."""

        def halt() -> bool:
            return over() or self._has_news()

        self._list.add(self._arrived)
        self._arrived = Arrivals()
        while len(self._list) and not halt():
            self._window(encoder, cut, halt, told)

    def _window(self, encoder: Encoder, cut: Cut, halt: Over, told: Callable[[], None]) -> None:
        """Encode the next events, or some of them."""
        lane = self._list
        taken = lane.take(_WINDOW)
        left = self._under_way = dict.fromkeys(taken)
        try:
            prepared, gone = self._read(taken, cut)
            self._settle(left, gone, gone=True)
            known = set(self._store.known([p.digest for each in prepared for p in each.pieces]))
            for batch in _batches(prepared, known):
                vectors = None if halt() else self._encode(encoder, batch, known, halt)
                if vectors is None:
                    return
                stored, gone = self._keep(batch, vectors)
                known.update(vectors)
                self._settle(left, stored)
                self._settle(left, gone, gone=True)
                told()
            self._vain = self._vain + 1 if len(left) == len(taken) else 0
            if self._vain >= _PATIENCE:
                raise HerError("The vectors could not be stored", "her-tui index tries again.")
        finally:
            if self._list is lane:  # else everything is compared anew
                lane.put_back(left)

    def _read(self, events: list[int], cut: Cut) -> tuple[list[_Prepared], set[int]]:
        """Read ``events`` and cut them into passages; and those that are no longer there."""
        rows = self._library.rows(
            f"{texts.SELECT} WHERE e.id IN (SELECT value FROM json_each(?)){texts.IN_FILE_ORDER}",
            (json.dumps(events),),
        )
        prepared = {row[0]: _Prepared(row[0], row[1], DocumentKind.COMMAND, ()) for row in rows}
        for document in self._documents(rows):
            if document.kind in WITH_MEANING:
                pieces = [
                    _Piece(digest(passage.text), passage.text, passage.tokens)
                    for passage in cut(document.text[:TEXT_CHARS])
                ]
                prepared[document.event] = _Prepared(
                    document.event, document.session, document.kind, pieces
                )
        return list(prepared.values()), set(events) - prepared.keys()

    def _documents(self, rows: Sequence[Sequence[Any]]) -> Iterator[Document]:
        """The documents of ``rows``, one read at a time; a commit's subject needs no reading."""
        outcomes = [row for row in rows if row[2] == EventKind.TOOL_RESULT]
        for event, session, _, ts, *_, subject in outcomes:
            if subject:
                yield Document(event, session, DocumentKind.COMMIT, ts, subject)
        rest = [row for row in rows if row[2] != EventKind.TOOL_RESULT]
        yield from texts.read(rest, self._library.records())

    def _encode(
        self, encoder: Encoder, batch: list[_Prepared], known: set[bytes], halt: Over
    ) -> dict[bytes, Packed] | None:
        """The vectors of what is not known of ``batch``; None if it is to be left for later."""
        fresh = {p.digest: p for each in batch for p in each.pieces if p.digest not in known}
        vectors: dict[bytes, Packed] = {}
        for group in _groups(fresh.values()):
            if vectors and halt():
                return None
            packed = pack(encoder.encode([piece.text for piece in group]))
            vectors.update(zip((piece.digest for piece in group), packed, strict=True))
        return vectors

    def _keep(
        self, batch: list[_Prepared], vectors: dict[bytes, Packed]
    ) -> tuple[set[int], set[int]]:
        """Store ``batch``: the events that are done, and those that are no longer there. Neither
        are those that lack a vector that was known, and was deleted meanwhile."""
        there = events = {each.event for each in batch}
        with self._store.writing():  # from here on, a deletion waits for us
            there = candidates.there(self._library, list(events))
            wanted = [each for each in batch if each.event in there]
            self._store.add(
                [(key, packed.body, packed.signs) for key, packed in vectors.items()],
                [
                    (piece.digest, each.event, each.session, int(each.kind), ordinal)
                    for each in wanted
                    for ordinal, piece in enumerate(each.pieces)
                ],
                [each.event for each in wanted if not each.pieces],
            )
        return events & self._store.done(), events - there

    def _settle(self, left: dict[int, None], events: set[int], *, gone: bool = False) -> None:
        """Nothing is left to do for ``events``."""
        for event in events:
            left.pop(event, None)
        if gone:
            self.total -= len(events)
        else:
            self.done += len(events)


def _batches(prepared: list[_Prepared], known: set[bytes]) -> Iterator[list[_Prepared]]:
    """``prepared`` in batches of about as many tokens as are encoded at a time, those of about the
    same length together; first what needs no encoding."""

    def tokens(each: _Prepared) -> int:
        return sum(piece.tokens for piece in each.pieces if piece.digest not in known)

    batch: list[_Prepared] = []
    size = 0
    for more, each in sorted(((tokens(each), each) for each in prepared), key=itemgetter(0)):
        if batch and size + more > BATCH_TOKENS:
            yield batch
            batch, size = [], 0
        batch.append(each)
        size += more
    if batch:
        yield batch


def _groups(pieces: Iterable[_Piece]) -> Iterator[list[_Piece]]:
    """``pieces`` in groups that are encoded at a time."""
    group: list[_Piece] = []
    size = 0
    for piece in pieces:
        if group and size + piece.tokens > BATCH_TOKENS:
            yield group
            group, size = [], 0
        group.append(piece)
        size += piece.tokens
    if group:
        yield group
