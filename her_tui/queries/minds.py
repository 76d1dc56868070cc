"""What finding needs, kept from one question to the next: the opened index of words, the encoder,
the signs of all vectors, and the vectors of what was asked last. One of each of Her's folders in a
process.
"""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from her_tui.errors import HerError, LibraryMissing
from her_tui.queries import candidates
from her_tui.queries.library import Library
from her_tui.search import settings, weights
from her_tui.search.encoder import MODEL, open_numpy
from her_tui.search.nearest import Nearest
from her_tui.search.passages import passages
from her_tui.store.vectors import Place, VectorReader
from her_tui.store.word_reader import Interrupted, WordReader

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Vector = NDArray[np.float32]

#: Questions whose vectors are kept: sorting, filtering and going back ask them again.
_KEPT = 64

#: How often a running question looks whether it is still waited for.
_LOOK_SECONDS = 0.02

#: Passages that `Mind.cosines` gives back at most: no more are ranked by their bodies.
_OF_EVENTS = 500

#: Characters of a question that are looked at: more than the tokens that the encoder reads.
_LONGEST = 4_000


class Superseded(HerError):
    """Nobody waits for the answer any more: ``over`` was set."""

    def __init__(self) -> None:
        super().__init__("Something else was asked meanwhile")


class _Watch:
    """Interrupts a reader as soon as nobody waits for its answer any more."""

    def __init__(self, reader: WordReader, over: threading.Event | None) -> None:
        self._reader = reader
        self._lock = threading.Lock()
        self._ended = over is None
        if over is not None:
            threading.Thread(target=self._look, args=(over,), daemon=True).start()

    def _look(self, over: threading.Event) -> None:
        while not self._ended:
            if not over.wait(_LOOK_SECONDS):
                continue
            with self._lock:
                if not self._ended:
                    self._reader.interrupt()
            time.sleep(_LOOK_SECONDS)  # one that came between two answers is lost: again

    def end(self) -> None:
        """There is nothing to interrupt any more."""
        with self._lock:
            self._ended = True


class Mind:
    """What is kept of one folder. Safe to share between threads."""

    def __init__(self, home: Path) -> None:
        self._home = home
        self._lock = threading.Lock()
        self._encoder: Any = None
        self._loaded: tuple[str, str] | None = None
        self._vectors: OrderedDict[str, Vector] = OrderedDict()
        self._nearest: Nearest[Place] | None = None
        self._readers: list[WordReader] = []

    @contextmanager
    def words(self, over: threading.Event | None = None) -> Iterator[WordReader]:
        """The index of words. Raises `LibraryMissing` where there is none, and `Superseded` within
        0.02 s after ``over`` was set."""
        with self._lock:
            reader = self._readers.pop() if self._readers else None
        reader = reader or WordReader(self._home)
        reader.resume()
        watch = _Watch(reader, over)
        well = False
        try:
            yield reader
            well = True
        except (Interrupted, Superseded):
            well = True
            raise Superseded from None
        finally:
            watch.end()
            if well:
                with self._lock:
                    self._readers.append(reader)
            else:
                reader.close()  # one whose index was gone for a moment would stay without one

    def vector(self, text: str) -> Vector:
        """The unit vector of ``text``; of a long one, of its start. Raises `HerError`."""
        text = text[:_LONGEST]
        with self._lock:
            encoder = self._ready()
            known = self._vectors.pop(text, None)
            if known is None:
                known = encoder.encode([text])[0]
            self._vectors[text] = known
            if len(self._vectors) > _KEPT:
                self._vectors.popitem(last=False)
            return known

    def passage(self, text: str, ordinal: int) -> str:
        """The passage of ``text`` with this number, or all of it. Raises `HerError`."""
        with self._lock:
            tokenizer = self._ready().tokenizer
        for passage in passages(tokenizer, text):
            if passage.ordinal == ordinal:
                return passage.text
        return text

    def nearest(
        self,
        vector: Vector,
        count: int,
        kinds: Collection[int] | None = None,
        events: Collection[int] | None = None,
    ) -> list[tuple[Place, float]]:
        """The passages nearest to ``vector``, best first: only of ``kinds``, and of ``events``.
        None where nothing is encoded yet."""
        try:
            return self._signs().nearest(vector, count, kinds=kinds, events=events)
        except LibraryMissing:
            return []

    def cosines(self, vector: Vector, events: Collection[int]) -> list[tuple[Place, float]]:
        """The passages of ``events``, a few hundred, as many as are encoded, best first."""
        return self.nearest(vector, _OF_EVENTS, events=events) if events else []

    def stored(self, event: int) -> Vector | None:
        """The vector of an event's first passage; None if it is not encoded."""
        try:
            reader = VectorReader(self._home, MODEL)
            try:
                places = reader.vectors_of([event])
            finally:
                reader.close()
            if not places:
                return None
            first = min(places, key=lambda place: place.ordinal)
            found = self._signs().like([first.vector])
        except LibraryMissing:
            return None
        return found[0] if len(found) else None

    def knows(self, library: Library) -> bool:
        """Whether what is encoded is of this library: of one that was made anew, the same numbers
        mean other events."""
        try:
            reader = VectorReader(self._home, MODEL)
            try:
                return reader.library() == candidates.mark(library).library
            finally:
                reader.close()
        except LibraryMissing:
            return False

    def _signs(self) -> Nearest[Place]:
        """The signs of all vectors. Raises `LibraryMissing` where there are none."""
        with self._lock:
            if self._nearest is None:
                self._nearest = Nearest(VectorReader(self._home, MODEL))
            return self._nearest

    def forget_questions(self) -> None:
        """Encode what is asked anew."""
        with self._lock:
            self._vectors.clear()

    def close(self) -> None:
        """Close what is open; what is asked afterwards opens it again."""
        with self._lock:
            readers, self._readers = self._readers, []
            self._nearest = self._encoder = None
            self._vectors.clear()
        for reader in readers:
            reader.close()

    def _ready(self) -> Any:
        """The encoder, loaded again if the weights are others now."""
        folder = weights.verified(self._home)
        now = (str(folder), settings.load(self._home).stamp)
        if self._encoder is None or now != self._loaded:
            self._encoder = open_numpy(folder)
            self._loaded = now
            self._vectors.clear()
        return self._encoder


_minds: dict[Path, Mind] = {}
_guard = threading.Lock()


def mind(home: Path) -> Mind:
    """What is kept of ``home``; nothing is loaded before it is needed."""
    with _guard:
        return _minds.setdefault(home, Mind(home))


def forget(home: Path) -> None:
    """Keep nothing of ``home`` any more."""
    with _guard:
        kept = _minds.pop(home, None)
    if kept is not None:
        kept.close()
