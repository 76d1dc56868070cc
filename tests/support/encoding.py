"""An encoder that knows nothing of language: the vector of a text follows from its hash. Fast, and
needs no weights; ``python -m tests.support.encoding`` is the encoder's process with it."""

from __future__ import annotations

import os
import re
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from her_tui.events.documents import WITH_MEANING
from her_tui.queries import texts
from her_tui.queries.library import Library
from her_tui.recorder.engines import Engine
from her_tui.search import settings
from her_tui.search.encoder import DIMENSIONS, MODEL
from her_tui.search.passages import Passage, digest
from her_tui.search.settings import Settings
from her_tui.search.vectors import pack
from her_tui.store.vectors import VectorReader

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

#: Words of a passage, each a token.
WORDS = 20

#: Seconds that the process takes for every text, so that it can be met at work.
SLOWNESS = "HER_TEST_SLOWNESS"


class FakeEncoder:
    """Notes what it encoded."""

    name = "numpy"

    def __init__(self, then: Callable[[Sequence[str]], object] | None = None) -> None:
        """``then`` is called with the texts whenever some are encoded."""
        self.calls: list[list[str]] = []
        self._then = then

    @property
    def encoded(self) -> list[str]:
        """Every text encoded, in order."""
        return [text for call in self.calls for text in call]

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """A vector a text."""
        import numpy as np

        self.calls.append(list(texts))
        if self._then is not None:
            self._then(texts)
        return np.array([vector_of(text) for text in texts], np.float32)


def vector_of(text: str) -> NDArray[np.float32]:
    """The vector that the fake gives ``text``."""
    import numpy as np

    seed = int.from_bytes(digest(text), "little")
    vector = np.random.default_rng(seed).standard_normal(DIMENSIONS)
    return np.asarray(vector / np.linalg.norm(vector), np.float32)


def cut(text: str) -> Iterator[Passage]:
    """Passages of `WORDS` words, without overlap."""
    words = list(re.finditer(r"\S+", text))
    for ordinal, first in enumerate(range(0, len(words), WORDS)):
        part = words[first : first + WORDS]
        start, end = part[0].start(), part[-1].end()
        yield Passage(ordinal, start, end, text[start:end], len(part))


def enable(home: Path, **changes: Any) -> None:
    """Meaning is switched on, with weights that nobody looks at."""
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    settings.save(home, Settings(**{"enabled": True, "weights": str(home), **changes}))


def expected(home: Path) -> dict[int, list[bytes]]:
    """What should be encoded of the library below ``home``: event to the digests of its passages,
    found out in the simplest way there is."""
    library = Library.open(home)
    copies = (
        "SELECT e.id FROM event e LEFT JOIN response r ON r.id = e.response"
        " LEFT JOIN action a ON a.id = e.action"
        " WHERE e.flags & 4 OR ifnull(r.copied, 0) OR ifnull(a.copied, 0)"
    )
    copied = {row[0] for row in library.rows(copies)}
    events = [row[0] for row in library.rows("SELECT id FROM event")]
    found = {
        document.event: [digest(passage.text) for passage in cut(document.text)]
        for document in texts.documents(library, [e for e in events if e not in copied])
        if document.kind in WITH_MEANING
    }
    library.close()
    return found


def stored(home: Path) -> dict[int, list[bytes]]:
    """What is encoded: event to the bodies of its passages' vectors, in order."""
    reader = VectorReader(home, MODEL)
    library = Library.open(home)
    try:
        events = [row[0] for row in library.rows("SELECT id FROM event")]
        places = sorted(reader.vectors_of(events), key=lambda place: (place.event, place.ordinal))
        bodies = dict(reader.bodies(sorted({place.vector for place in places})))
        found: dict[int, list[bytes]] = {}
        for place in places:
            found.setdefault(place.event, []).append(bodies[place.vector])
        return found
    finally:
        reader.close()
        library.close()


def bodies_of(home: Path) -> dict[int, list[bytes]]:
    """`expected`, as `stored` gives it."""
    library = Library.open(home)
    wanted = expected(home)
    found = {}
    for document in texts.documents(library, list(wanted)):
        if document.kind in WITH_MEANING:
            vectors = [vector_of(passage.text) for passage in cut(document.text)]
            found[document.event] = [packed.body for packed in pack(_rows(vectors))]
    library.close()
    return found


def _rows(vectors: list[NDArray[np.float32]]) -> NDArray[np.float32]:
    import numpy as np

    return np.array(vectors, np.float32).reshape(len(vectors), DIMENSIONS)


def load(home: Path, bulk: bool) -> Engine:
    """The fake, as slow as the environment says."""
    seconds = float(os.environ.get(SLOWNESS, "0"))
    return Engine(FakeEncoder(lambda texts: time.sleep(seconds * len(texts))), cut)


if __name__ == "__main__":
    from her_tui.recorder.encoder_process import main

    main(load)
