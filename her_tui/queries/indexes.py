"""What is indexed by words and by meaning, how large that is, and who is at it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from her_tui.errors import LibraryMissing
from her_tui.paths import INDEX_NAME
from her_tui.queries import candidates, encoding, meaning, status
from her_tui.queries.encoding import EncoderStatus
from her_tui.queries.library import Library
from her_tui.queries.meaning import MeaningState
from her_tui.queries.status import Phase
from her_tui.search.encoder import MODEL


@dataclass(frozen=True, slots=True)
class Indexes:
    """One look."""

    words: int
    """Documents that can be found by words."""
    words_behind: int
    """Events that are not looked through for words yet."""
    words_bytes: int
    """Of its files."""
    meaning: MeaningState
    vectors: int
    """Passages that can be found by meaning; the same text counts once."""
    meaning_bytes: int
    encoder: EncoderStatus
    recorder: Phase


def look(home: Path) -> Indexes:
    """How it is below ``home``. Raises `HerError`, `LibraryMissing` without a library."""
    library = Library.open(home)
    try:
        last = candidates.last(library)
    finally:
        library.close()
    documents, reached = _words(home)
    from her_tui.store.vectors import NAME

    return Indexes(
        documents,
        max(0, last - reached),
        _size(home / INDEX_NAME),
        meaning.state(home),
        _vectors(home),
        _size(home / NAME),
        encoding.read(home),
        status.read(home).phase,
    )


def _words(home: Path) -> tuple[int, int]:
    """Documents in the keyword index, and the last event it knows; zeros where there is none."""
    from her_tui.store.word_reader import WordReader

    try:
        reader = WordReader(home)
    except LibraryMissing:
        return 0, 0
    try:
        return reader.count(), reader.reached()
    finally:
        reader.close()


def _vectors(home: Path) -> int:
    from her_tui.store.vectors import VectorReader

    try:
        reader = VectorReader(home, MODEL)
    except LibraryMissing:
        return 0
    try:
        return reader.count()[1]
    finally:
        reader.close()


def _size(file: Path) -> int:
    """Bytes of a database and its log."""
    total = 0
    for suffix in ("", "-wal"):
        try:
            total += Path(f"{file}{suffix}").stat().st_size
        except OSError:
            continue
    return total
