"""The collection as a library: written as transcripts, imported, indexed and encoded as any is.

So what is measured is the product's whole way, from the client's file to a ranked answer.
"""

from __future__ import annotations

import sys
from functools import partial
from pathlib import Path

from her_tui.queries.library import Library
from her_tui.recorder.backfill import Backfill
from her_tui.recorder.ingest import import_roots
from her_tui.search import settings, weights
from her_tui.search.encoder import MODEL, open_numpy
from her_tui.search.passages import passages
from her_tui.search.settings import Settings
from her_tui.search.wordpiece import WordPiece
from her_tui.store.vectors import VectorStore
from search_quality.corpus import Document
from tests.support.claude import Script, session_id

#: Documents of one session.
_TOGETHER = 40


def build(home: Path, model: Path, documents: list[Document]) -> dict[bytes, int]:
    """Make the library of ``documents`` below ``home``, with the weights in ``model``; which record
    is which document."""
    client = home.parent / "client"
    placed: dict[bytes, int] = {}
    for number, start in enumerate(range(0, len(documents), _TOGETHER)):
        script = Script(session_id(number), number)
        for document in documents[start : start + _TOGETHER]:
            record = _say(script, document)
            placed[bytes.fromhex(record.replace("-", ""))] = document.number
        script.write(client)
    import_roots(home, [client])
    _encode(home, model)
    return placed


def _say(script: Script, document: Document) -> str:
    """Put a document into a session; the uuid of its record."""
    at = len(script.records)
    if document.sort in ("prompt", "comment"):
        script.prompt(document.text)
    elif document.sort == "code":
        script.call("Write", "ok", file_path=f"/src/part{document.number}", content=document.text)
    else:
        fenced = f"```python\n{document.text}\n```" if document.sort == "answer" else document.text
        script.say(fenced)
    return str(script.records[at]["uuid"])


def _encode(home: Path, model: Path) -> None:
    """Give every document that has a meaning its vectors, as the recorder's encoder does."""
    settings.save(home, Settings(enabled=True, weights=str(model), stamp=weights.verify(model)))
    library, store = Library.open(home), VectorStore(home, MODEL)
    try:
        work = Backfill(library, store)
        work.look()
        cut = partial(passages, WordPiece(model / "vocab.txt"))
        work.work(open_numpy(model), cut, lambda: False, partial(_told, work))
    finally:
        store.close()
        library.close()


def _told(work: Backfill) -> None:
    if sys.stderr.isatty():
        print(f"\r{work.left:,} left to encode ", end="", file=sys.stderr, flush=True)
