"""What a question costs: CPU of finding by words, by meaning and by both, p50 and p95.

    python scripts/bench_find.py HOME [--documents 100000] [--keep FOLDER]

HOME is a folder with a library (``HER_HOME``); it is copied, and the copy cut down to the newest
sessions that have so many documents. Its texts are not encoded, which would take hours: every
passage gets a vector that is made up, that of a question with noise, so that they are about as near
as genuine ones. Finding takes as long among these.

The 140 questions are made of the words of the library: one to three of them, whole sentences,
phrases, starts of words, exclusions, common words. Each is encoded anew, by the model itself: needs
its weights (``HER_MODEL_DIR``, or wherever Her finds them).
"""

from __future__ import annotations

import argparse
import os
import random
import re
import shutil
import tempfile
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from her_tui.errors import NotFound
from her_tui.events.documents import KIND_OF, DocumentKind
from her_tui.events.model import EventKind
from her_tui.language.parser import parse
from her_tui.language.tree import Query
from her_tui.queries import candidates
from her_tui.queries.finding import Found, Mode, Where, find, newest
from her_tui.queries.library import Library
from her_tui.queries.minds import mind
from her_tui.recorder import indexing
from her_tui.recorder.backfill import TEXT_CHARS
from her_tui.recorder.ingest import import_roots
from her_tui.search import settings, weights
from her_tui.search.encoder import DIMENSIONS, MODEL, open_numpy
from her_tui.search.settings import Settings
from her_tui.search.threads import import_numpy
from her_tui.search.vectors import pack
from her_tui.store.database import open_writer
from her_tui.store.vectors import VectorStore

_SEED = 5
_QUESTIONS = 140
#: Characters of a passage of 256 tokens, of which 32 are shared with the next.
_PASSAGE = 900
_BATCH = 2000
#: How long the noise is, beside a vector of length 1.
_NOISE = 1.5

#: What an event with a meaning is, but for the outcomes that made a commit.
_MEANING = {
    EventKind.PROMPT: DocumentKind.PROMPT,
    EventKind.COMMAND: DocumentKind.PROMPT,
    EventKind.TEXT: DocumentKind.RESPONSE,
}

_KINDS = ", ".join(str(int(kind)) for kind in KIND_OF)


def prepare(home: Path, folder: Path, documents: int) -> None:
    """A copy of the library in ``home``, cut down, indexed, with invented vectors."""
    shutil.copytree(
        home, folder, ignore=shutil.ignore_patterns("words.db*", "vectors.db*", "*.lock")
    )
    empty = folder / "nothing"
    empty.mkdir()
    import_roots(folder, [empty])  # what another version of Her recorded is made again first
    database = open_writer(folder)
    try:
        _cut(database, documents)
    finally:
        database.close()
    indexing.words(folder, anew=True)
    model = weights.find(folder)
    if model is None:
        raise NotFound("There are no weights", "Let HER_MODEL_DIR name their folder.")
    stamp = weights.verify(model.folder)
    settings.save(folder, Settings(enabled=True, weights=str(model.folder), stamp=stamp))
    _invent(folder)


def _cut(database: Any, documents: int) -> None:
    """Keep the newest sessions that have ``documents`` together."""
    connection = database.connection()
    kept, count = [], 0
    for session, events in connection.execute(
        "SELECT s.id, (SELECT count(*) FROM event e WHERE e.session = s.id"
        f" AND e.kind IN ({_KINDS}) AND e.chars > 0) FROM session s WHERE s.parent IS NULL"
        " ORDER BY s.ended DESC"
    ).fetchall():
        if count < documents:
            kept.append(session)
            count += events
    listed = ", ".join(map(str, kept))
    for table in ("event", "action", "turn"):
        connection.execute(f"DELETE FROM {table} WHERE session NOT IN ({listed})")


def _invent(folder: Path) -> None:
    """A vector for every passage there would be."""
    import_numpy()
    import numpy as np

    chance = np.random.default_rng(_SEED)
    library, store = Library.open(folder), VectorStore(folder, MODEL)
    store.follow(candidates.mark(library).library)
    known = {
        row[0]: row[1:]
        for row in library.rows("SELECT id, session, kind FROM event WHERE chars > 0")
    }
    found = candidates.between(library, 0, candidates.last(library))
    some = open_numpy(weights.verified(folder)).encode(ask(library))
    for start in range(0, len(found), _BATCH):
        places = [
            (b"%06d%02d" % (each.event, at), each.event, known[each.event][0], kind, at)
            for each in found[start : start + _BATCH]
            if each.event in known
            for kind in (_MEANING.get(known[each.event][1], DocumentKind.COMMIT),)
            for at in range(1 + min(each.chars, TEXT_CHARS) // _PASSAGE)
        ]
        noise = chance.standard_normal((len(places), DIMENSIONS), dtype=np.float32)
        noise *= _NOISE / np.linalg.norm(noise, axis=1, keepdims=True)
        vectors = some[chance.integers(len(some), size=len(places))] + noise
        vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
        named = zip(places, pack(vectors), strict=True)
        store.add([(place[0], each.body, each.signs) for place, each in named], places)
    store.close()
    library.close()


def ask(library: Library) -> list[str]:
    """Questions made of what is in the library."""
    chance = random.Random(_SEED)
    rows = library.rows(
        f"SELECT preview FROM event WHERE kind IN ({EventKind.PROMPT:d}, {EventKind.TEXT:d})"
        " AND chars > 60"
    )
    texts = [chance.choice(rows)[0] for _ in range(_QUESTIONS)]
    asked: list[str] = []
    for number, text in enumerate(texts):
        words = re.findall(r"\w{3,}", text)[:30] or ["test"]
        some = [chance.choice(words) for _ in range(12)]
        asked.append(
            (
                some[0],
                " ".join(some[:2]),
                " ".join(some[:3]),
                " ".join(words[:9]),
                " ".join(some),
                f'"{" ".join(words[:2])}"',
                f"{some[0][:4]}*",
                f"{some[0]} {some[1]} -{some[2]}",
                chance.choice(("the test", "file", "error in the code", "and", "why is the type")),
                f"{some[0]} OR {some[1]}",
            )[number % 10]
        )
    return asked


#: What is measured: a name, and how it is asked.
_WAYS: dict[str, Callable[[Library, Query, Where], Found]] = {
    "newest": newest,
    "words": partial(find, mode=Mode.WORDS),
    "meaning": partial(find, mode=Mode.MEANING),
    "hybrid": partial(find, mode=Mode.HYBRID),
}

_FILTERS = ("", "is:error", "after:30d", "latency:>20s")


def measure(library: Library, asked: Sequence[str], rounds: int) -> None:
    """Ask everything in every way, and print the figures."""
    for where in (Where.PROMPTS, Where.ALL):
        for name, way in _WAYS.items():
            for narrowed in _FILTERS:
                spent, hits = [], 0
                for text in [*asked] * rounds:
                    query = parse(f"{text} {narrowed}")
                    mind(library.home).forget_questions()
                    started = time.process_time()
                    hits += len(way(library, query, where).hits)
                    spent.append((time.process_time() - started) * 1000)
                spent.sort()
                print(
                    f"{where:>8} {name:>8} {narrowed or 'no filter':>13}"
                    f"  p50 {spent[len(spent) // 2]:6.1f}  p95 {spent[len(spent) * 95 // 100]:6.1f}"
                    f"  most {spent[-1]:7.1f} ms   {hits / len(spent):4.1f} hits"
                )


def main() -> None:
    """Prepare, and measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("home", type=Path)
    parser.add_argument("--documents", type=int, default=100_000)
    parser.add_argument("--keep", type=Path, help="Leave the copy here, and use one that is there.")
    parser.add_argument("--rounds", type=int, default=1)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="her-find-") as scratch:
        folder = options.keep or Path(scratch) / "her"
        if not folder.exists():
            prepare(options.home, folder, options.documents)
        os.environ["HER_NOW"] = str(_latest(folder))
        library = Library.open(folder)
        with mind(folder).words() as reader:
            totals = {kind.name.lower(): count for kind, count in reader.totals().items()}
        print(f"{sum(totals.values()):,} documents: {totals}")
        asked = ask(library)
        find(library, parse(asked[0]))  # loads the model and the signs
        measure(library, asked, options.rounds)
        library.close()


def _latest(folder: Path) -> int:
    """When the last thing in the library happened: what is asked of days is asked then."""
    library = Library.open(folder)
    latest = library.rows("SELECT max(ts) FROM event")[0][0]
    library.close()
    return int(latest)


if __name__ == "__main__":
    main()
