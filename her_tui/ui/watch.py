"""The one thread that looks at the recorder, the encoder and the library, and tells the screen what
changed.

It opens the library as soon as there is one, then asks for its version and for the state of the
two: once a second, four times while something is being imported. It posts only changes.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

from textual.message import Message

from her_tui.errors import HerError, LibraryMissing
from her_tui.queries import meaning, status
from her_tui.queries.library import Library
from her_tui.queries.meaning import MeaningState
from her_tui.queries.status import Phase, RecorderStatus

CALM, BUSY = 1.0, 0.25
_BUSY_PHASES = frozenset({Phase.SCANNING, Phase.IMPORTING, Phase.PRICING, Phase.INDEXING})

#: Looks that find no recorder, or no library, before that is said: one that starts needs a moment.
_PATIENCE = 6

Post = Callable[[Message], object]


class LibraryOpened(Message):
    """There is a library, and it can be read."""

    def __init__(self, library: Library) -> None:
        super().__init__()
        self.library = library


class LibraryAbsent(Message):
    """There is no library, and none has appeared for a while."""


class LibraryChanged(Message):
    """Something was written to the library."""

    def can_replace(self, message: Message) -> bool:
        """However often it changed, it is read again once."""
        return isinstance(message, LibraryChanged)


class LibraryFailed(Message):
    """The library cannot be read, and waiting does not help by itself."""

    def __init__(self, error: HerError) -> None:
        super().__init__()
        self.error = error


class RecorderSeen(Message):
    """What the recorder is doing has changed."""

    def __init__(self, recorder: RecorderStatus) -> None:
        super().__init__()
        self.recorder = recorder

    def can_replace(self, message: Message) -> bool:
        """Only the present state is of interest."""
        return isinstance(message, RecorderSeen)


class MeaningSeen(Message):
    """Whether things can be found by meaning, or what the encoder is doing, has changed."""

    def __init__(self, state: MeaningState) -> None:
        super().__init__()
        self.state = state

    def can_replace(self, message: Message) -> bool:
        """Only the present state is of interest."""
        return isinstance(message, MeaningSeen)


class Watcher(threading.Thread):
    """Looks until it is stopped; never raises."""

    def __init__(self, home: Path, post: Post) -> None:
        super().__init__(name="her-watcher", daemon=True)
        self._home = home
        self._post = post
        self.eager = False
        """What is on screen changes by the moment: look as often as while importing."""
        self._over = threading.Event()
        self._library: Library | None = None
        self._version: int | None = None
        self._failure = ""
        self._looks = 0
        self._misses = 0
        self._recorder: RecorderStatus | None = None
        self._meaning: MeaningState | None = None

    def stop(self) -> None:
        """Ask the thread to end."""
        self._over.set()

    def run(self) -> None:
        """Look, tell, wait."""
        while not self._over.is_set():
            self.look()
            self._over.wait(self.pause())
        if self._library is not None:
            self._library.close()

    def pause(self) -> float:
        """Seconds until the next look."""
        busy = self._recorder is not None and self._recorder.phase in _BUSY_PHASES
        return BUSY if busy or self.eager or self._library is None else CALM

    def look(self) -> None:
        """One look at all of it."""
        recorder = status.read(self._home)
        self._looks += 1
        starting = self._looks < _PATIENCE and recorder.phase is Phase.ABSENT
        if recorder != self._recorder and not starting:
            self._recorder = recorder
            self._tell(RecorderSeen(recorder))
        now = meaning.state(self._home)
        if now != self._meaning:
            self._meaning = now
            self._tell(MeaningSeen(now))
        try:
            self._look_at_library()
            self._failure = ""
        except LibraryMissing:
            self._library = None
            self._misses += 1
            if self._misses == _PATIENCE:
                self._tell(LibraryAbsent())
        except HerError as error:
            if error.title != self._failure:
                self._failure = error.title
                self._tell(LibraryFailed(error))

    def _look_at_library(self) -> None:
        if self._library is None:
            library = Library.open(self._home)
            self._version = library.version()
            self._library = library
            self._tell(LibraryOpened(library))
            return
        version = self._library.version()
        if version != self._version or self._failure:
            self._version = version
            self._tell(LibraryChanged())

    def _tell(self, message: Message) -> None:
        if not self._over.is_set():
            self._post(message)
