"""The files of a session: their revisions, and their texts as of any position."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from her_tui.analysis.rebuild import Revision, Text, rebuild, start_of
from her_tui.analysis.timeline import Timeline
from her_tui.events.model import PREVIEW
from her_tui.events.pathnames import key_of, located, parts_of
from her_tui.plaintext import one_line
from her_tui.queries import timeline as timelines
from her_tui.queries.file_events import Known, Reading
from her_tui.queries.library import Library
from her_tui.queries.touches import whole_of


@dataclass(frozen=True, slots=True)
class FileHistory:
    """One file over the whole session."""

    path: str
    """Absolute where the records tell the folder it is in."""
    revisions: tuple[Revision, ...]
    texts: tuple[Text, ...]
    """The text after each revision."""
    start: Text
    """The text before the first of them."""
    commands: Sequence[int] = field(default=(), repr=False)
    """Positions at which a command of the agent's ended, in order."""

    def at(self, position: int) -> Text | None:
        """The text as of ``position``; None before anything is known of the file."""
        index = self.index_at(position)
        return None if index is None else self.texts[index]

    def index_at(self, position: int) -> int | None:
        """The last revision at or before ``position``; None if there is none."""
        found = bisect_right(self.revisions, position, key=lambda each: each.position)
        return found - 1 if found else None

    def unseen(self, position: int) -> int:
        """How many commands ended after the whole text was last recorded, up to ``position``:
        whether they changed the file was not recorded."""
        known = self.revisions[: _after(self.index_at(position))]
        since = next((each.position for each in reversed(known) if each.anchored), -1)
        return bisect_right(self.commands, position) - bisect_right(self.commands, since)


def _after(index: int | None) -> int:
    return 0 if index is None else index + 1


def history(library: Library, timeline: Timeline, path: str) -> FileHistory:
    """The history of one file, its path written as any of the tools were given it, or absolute;
    reads the raw records of what concerns it. Of a subagent's timeline too it has what the others
    did, at the position it was done."""
    reading = _reading(library, timeline)
    found = list(reading.files(path))
    keys = {key_of(path), key_of(located(path, reading.folder))}
    keys |= {
        key_of(known.path)
        for known in found
        if path in (known.given, one_line(known.given, PREVIEW))
    }
    mine = [known for known in found if key_of(known.path) in keys]
    mine += reading.notices(keys)
    return _history(mine[0].path if mine else path, reading, mine, keys, timeline)


def every(library: Library, timeline: Timeline) -> Iterator[FileHistory]:
    """The histories of all files that were read or changed, one at a time; reads all their raw
    records first."""
    reading = _reading(library, timeline)
    found: dict[str, list[Known]] = {}
    for known in reading.files():
        found.setdefault(key_of(known.path), []).append(known)
    for key, mine in found.items():
        yield _history(mine[0].path, reading, mine + reading.notices({key}), {key}, timeline)


def _reading(library: Library, timeline: Timeline) -> Reading:
    """Reads what concerns the files of the whole session that ``timeline`` is, or is part of."""
    session = whole_of(library, timeline.session)
    whole = timeline if session == timeline.session else timelines.load(library, session)
    return Reading(library, whole)


def _history(
    path: str, reading: Reading, known: list[Known], keys: set[str], timeline: Timeline
) -> FileHistory:
    known.sort(key=lambda each: each.revision.position)
    merged = reading.with_backups(known, keys)
    texts = rebuild(merged)
    start = start_of(merged)
    commands: Sequence[int] = reading.commands
    if timeline is not reading.timeline:
        places = _places(reading.timeline, timeline)
        merged = [replace(each, position=places[each.position]) for each in merged]
        commands = [places[each] for each in commands]
    return FileHistory(path, tuple(merged), tuple(texts), start, commands)


def _places(whole: Timeline, part: Timeline) -> list[int]:
    """For each position of the ``whole`` timeline the last one of a ``part`` of it that is not
    after it; -1 before the first."""
    own = set(part.ids)
    places, place = [], -1
    for event in whole.ids:
        place += event in own
        places.append(place)
    return places


def found_in(touched: Iterable[str], path: str) -> list[str]:
    """Those of the paths ``touched`` that ``path`` can mean, each once: it itself, or paths that
    end with it."""
    paths = list(dict.fromkeys(touched))
    wanted = parts_of(path)
    exact = [each for each in paths if key_of(each) == key_of(path)]
    return exact or [each for each in paths if parts_of(each)[-len(wanted) :] == wanted]
