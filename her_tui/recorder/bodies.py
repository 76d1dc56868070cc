"""The folder where the client leaves raw bodies: each goes into the library, and then away.

The client writes ``<id>.request.json`` when it sends a request, ``<request id>.response.json`` when
it was answered, and a line of ``index.jsonl`` that joins the two. All three are taken in any order.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from pathlib import Path

from her_tui.capture.telemetry.bodies import answered, attempt_of_request_file, entry_of_index
from her_tui.events.requests import Attempt, Channel
from her_tui.paths import ensure_private_dir
from her_tui.recorder.accept import Accept
from her_tui.spool.files import BODIES, FOLDER
from her_tui.store.writer import Writer

_REQUEST, _RESPONSE, _INDEX = ".request.json", ".response.json", "index.jsonl"
_TAKEN = ".taken.jsonl"

#: An index that did not grow for this long is set aside, to be read to its end and removed.
_QUIET_SECONDS = 3.0

#: What could not be taken in is tried again after this long: another file may tell whose it is.
_AGAIN_SECONDS = 1.5

#: An answer that is still empty then will stay so: a client that ends does not wait for its files.
_UNWRITTEN_SECONDS = 4.0

#: A file that is not whole, or of which nothing tells whose it is, is kept for this long.
_PATIENCE_SECONDS = 3600.0


class BodiesFolder:
    """The bodies below ``home``."""

    def __init__(self, home: Path) -> None:
        self._folder = ensure_private_dir(home) / FOLDER / BODIES
        self._left: dict[str, tuple[tuple[int, int], float]] = {}
        """Files that could not be taken in yet: how they looked, and when to try again."""

    def waiting(self) -> bool:
        """Whether there is something to take in."""
        return any(True for _ in self._news())

    def run(self, writer: Writer, accept: Accept) -> int:
        """Take in what there is, in the order it was written; how many files."""
        taken = 0
        for path, look in sorted(self._news(), key=_order):
            if path.endswith((_INDEX, _TAKEN)):
                done = self._index(writer, accept, path, look)
            else:
                done = self._body(writer, accept, path, look)
            if done:
                self._left.pop(path, None)
                taken += 1
            else:
                self._left[path] = look, time.monotonic() + _AGAIN_SECONDS
        return taken

    def _news(self) -> Iterator[tuple[str, tuple[int, int]]]:
        try:
            entries = list(os.scandir(self._folder))
        except OSError:
            return
        now = time.monotonic()
        for entry in entries:
            if not entry.name.endswith((_REQUEST, _RESPONSE, _INDEX, _TAKEN)):
                continue
            try:
                stat = entry.stat(follow_symlinks=False)
            except OSError:
                continue
            look = (stat.st_size, stat.st_mtime_ns)
            seen, again = self._left.get(entry.path, (None, 0.0))
            if seen != look or now >= again:
                yield entry.path, look

    def _body(self, writer: Writer, accept: Accept, path: str, look: tuple[int, int]) -> bool:
        """Take in the body at ``path``; whether it is done with."""
        name = os.path.basename(path)  # noqa: PTH119
        try:
            data = Path(path).read_bytes()
        except OSError:
            return False
        kept = False
        age = time.time() - look[1] / 1e9
        unwritten = not data and name.endswith(_RESPONSE) and age >= _UNWRITTEN_SECONDS
        if unwritten or data.rstrip().endswith(b"}"):  # else the client is still writing it
            with writer.transaction():
                kept = accept.attempt(_attempt(name, data, look[1] // 1_000_000))
        if kept or age >= _PATIENCE_SECONDS:
            Path(path).unlink(missing_ok=True)
            return True
        return False

    def _index(self, writer: Writer, accept: Accept, path: str, look: tuple[int, int]) -> bool:
        """Take in the lines at ``path``; whether it is done with."""
        quiet = time.time() - look[1] / 1e9 >= _QUIET_SECONDS
        if quiet and path.endswith(f"/{_INDEX}"):
            # The client opens it by name for every line: what it writes from now on is a new file.
            aside = path.removesuffix(_INDEX) + f"{time.time_ns()}{_TAKEN}"
            os.rename(path, aside)  # noqa: PTH104
            return True
        try:
            lines = Path(path).read_bytes().split(b"\n")
        except OSError:
            return False
        with writer.transaction():
            for line in lines:
                entry = entry_of_index(line) if line else None
                if entry is not None:
                    accept.attempt(entry.attempt)
        if path.endswith(_TAKEN) and quiet:
            Path(path).unlink(missing_ok=True)
            return True
        return False


def _order(news: tuple[str, tuple[int, int]]) -> tuple[bool, int]:
    """Answers last: an answer does not tell whose it is, the other files do."""
    path, (_, written) = news
    return path.endswith(_RESPONSE), written


def _attempt(name: str, data: bytes, written: int) -> Attempt:
    """What the file ``name``, written at ``written`` (milliseconds since the epoch), tells."""
    if name.endswith(_REQUEST):
        return attempt_of_request_file(name.removesuffix(_REQUEST), data, written)
    attempt = Attempt(Channel.TELEMETRY, "", request_id=name.removesuffix(_RESPONSE))
    if not data:
        attempt.missing["response_body"] = "the client ended before it had written the answer down"
        return attempt
    return answered(attempt, data)
