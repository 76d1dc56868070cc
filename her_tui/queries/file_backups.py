"""Backups that the client made of files, put among what else is known of them."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

from her_tui.analysis.rebuild import Revision, plain
from her_tui.analysis.timeline import Timeline
from her_tui.events.content import Backup, FileSeen, Part, Snapshot
from her_tui.events.pathnames import key_of, located, name_of
from her_tui.queries.library import Library

if TYPE_CHECKING:
    from her_tui.queries.file_events import Known

_KIND = "file-history"


class Taken(NamedTuple):
    """A snapshot, and where its record is."""

    event: int
    source: int
    at: int
    snapshot: Snapshot


class _Found(NamedTuple):
    """A backup of one file: how it was at a time."""

    time: int
    taken: Taken
    seen: FileSeen


class Kept:
    """The copies the client made that are kept beside a session."""

    def __init__(self, library: Library, session: int) -> None:
        self._library = library
        found = library.rows("SELECT agent, session_id FROM session WHERE id = ?", (session,))
        self._session = found[0] if found else ("", "")

    def data(self, name: str) -> bytes | None:
        """The bytes of the copy called ``name``; None if it is not kept."""
        from her_tui.store.raw import unpack  # deferred: a list needs no database

        rows = self._library.rows(
            "SELECT b.data FROM kept k JOIN blob b ON b.hash = k.hash"
            " WHERE k.agent = ? AND k.session_id = ? AND k.kind = ? AND k.name = ?",
            (*self._session, _KIND, name),
        )
        return unpack(bytes(rows[0][0])) if rows else None


def merged(
    known: Sequence[Known],
    snapshots: Sequence[Taken],
    kept: Kept,
    keys: set[str],
    folder: str,
    timeline: Timeline,
) -> list[Revision]:
    """The revisions of ``known``, in order of position, and among them the backups of the file
    with these ``keys``. One whose time and place in its file do not agree is left out: it would
    stand for another text than it is."""
    slots: dict[int, list[Revision]] = {}
    times = [each.time for each in known if each.time is not None]
    if len(times) < len(known) or times != sorted(times):
        return [each.revision for each in known]
    for found in _backups(snapshots, kept, keys, folder):
        slot = _slot(known, times, found)
        if slot is not None:
            low = known[slot - 1].revision.position if slot else 0
            high = known[slot].revision.position - 1 if slot < len(known) else len(timeline)
            position = min(max(low, bisect_right(timeline.times, found.time) - 1), high)
            revision = Revision(position, found.taken.event, 0, False, found.seen)
            slots.setdefault(slot, []).append(revision)
    revisions = []
    for index in range(len(known) + 1):
        revisions += sorted(slots.get(index, ()), key=lambda each: each.position)
        if index < len(known):
            revisions.append(known[index].revision)
    return revisions


def _backups(
    snapshots: Sequence[Taken], kept: Kept, keys: set[str], folder: str
) -> Iterator[_Found]:
    """The backups of one file that tell something, in file order."""
    last: Backup | None = None
    for taken in snapshots:
        snapshot = taken.snapshot
        backup = next((each for each in snapshot.backups if _is_of(each, keys, folder)), None)
        if backup is None:
            continue
        again = last is not None and (backup.name, backup.time) == (last.name, last.time)
        last = backup
        if again and not snapshot.whole:
            continue
        time = snapshot.time if snapshot.whole else backup.time
        seen = _seen(backup, kept, again)
        if time is not None and seen is not None:
            yield _Found(time, taken, seen)


def _is_of(backup: Backup, keys: set[str], folder: str) -> bool:
    if key_of(located(backup.path, folder)) in keys:
        return True
    return bool(backup.folder) and key_of(located(name_of(backup.path), backup.folder)) in keys


def _seen(backup: Backup, kept: Kept, again: bool) -> FileSeen | None:
    """What a backup tells; one that is named ``again`` says that the file looked the same, which
    is held against what is known, but is no new knowledge. None if its copy is not kept."""
    if not backup.name:
        return None if again else FileSeen(backup.path, backup.path, absent=True)
    data = kept.data(backup.name)
    if data is None:
        return None
    try:
        text = data.decode()
    except UnicodeDecodeError:
        return FileSeen(backup.path, backup.path, changed=True)
    if not again:
        return FileSeen(backup.path, backup.path, after=text, exact=True)
    lines = plain(text).removeprefix("\ufeff").split("\n")
    return FileSeen(backup.path, backup.path, changed=True, parts=(Part(1, tuple(lines)),))


def _slot(known: Sequence[Known], times: Sequence[int], found: _Found) -> int | None:
    """Before which of ``known``, which were at ``times``, a backup belongs; None if its time and
    its place in its file tell different ones."""
    slot = bisect_left(times, found.time)
    source, at = found.taken.source, found.taken.at
    for each in reversed(known[:slot]):
        if each.source == source:
            if each.at > at:
                return None
            break
    for each in known[slot:]:
        if each.source == source:
            return slot if each.at > at else None
    return slot
