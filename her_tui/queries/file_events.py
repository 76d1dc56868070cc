"""What the raw records of a session tell of its files, put in order."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

from her_tui.analysis.rebuild import Revision
from her_tui.analysis.timeline import Timeline
from her_tui.events.content import Content, FileSeen
from her_tui.events.model import ActionKind, EventKind, Status
from her_tui.events.pathnames import key_of, name_of
from her_tui.plaintext import one_line
from her_tui.queries.file_backups import Kept, Taken, merged
from her_tui.queries.library import Library

if TYPE_CHECKING:
    from her_tui.store.raw import Records

_CUT = "…"

_PLACE = "e.id, e.ts, e.source, e.at, e.size, e.block, e.kind, s.agent"

_ACTIONS = (
    f"SELECT {_PLACE}, a.id, a.kind, a.status FROM event e"
    " JOIN source s ON s.id = e.source JOIN action a ON a.id = e.action"
    f" WHERE e.session = ? AND e.kind IN ({EventKind.TOOL_USE:d}, {EventKind.TOOL_RESULT:d})"
    f" AND (a.kind IS NULL OR (a.kind IN ('{ActionKind.EDIT}', '{ActionKind.READ}')"
    " AND a.target IN (SELECT value FROM json_each(?)))) ORDER BY e.source, e.at"
)
_TARGETS = (
    "SELECT DISTINCT target FROM action WHERE session = ?"
    f" AND kind IN ('{ActionKind.EDIT}', '{ActionKind.READ}') AND target <> ''"
)
_NOTICES = (
    f"SELECT {_PLACE}, e.action, e.detail FROM event e JOIN source s ON s.id = e.source"
    f" WHERE e.session = ? AND ((e.kind = {EventKind.INJECTED:d}"
    " AND e.detail IN ('edited_text_file', 'file'))"
    f" OR e.kind = {EventKind.SNAPSHOT:d}) ORDER BY e.source, e.at"
)
_COMMANDS = (
    "SELECT e.id FROM event e JOIN action a ON a.id = e.action"
    f" WHERE e.session = ? AND e.kind = {EventKind.TOOL_RESULT:d}"
    f" AND a.kind = '{ActionKind.COMMAND}'"
)
_OUTCOMES = f"SELECT action, id FROM event WHERE session = ? AND kind = {EventKind.TOOL_RESULT:d}"

_CHANGED = "changed"


class Known(NamedTuple):
    """A revision of one file, and where its record is."""

    path: str
    given: str
    """The path as the tool was given it."""
    revision: Revision
    time: int | None
    """When that was, as recorded."""
    source: int
    at: int


class _Row(NamedTuple):
    """An event and where its record is."""

    event: int
    ts: int | None
    source: int
    at: int
    size: int
    block: int
    kind: int
    agent: str


class Reading:
    """Reads what concerns the files of a session; for one thread, and not kept."""

    def __init__(self, library: Library, timeline: Timeline) -> None:
        self.timeline = timeline
        self._library = library
        self._records: Records = library.records()
        self._places = timeline.places
        found = library.rows("SELECT cwd FROM session WHERE id = ?", (timeline.session,))
        self.folder: str = found[0][0] if found else ""
        """The folder the session began in."""

    @cached_property
    def commands(self) -> list[int]:
        """Positions at which commands ended, in order."""
        rows = self._library.rows(_COMMANDS, (self.timeline.session,))
        return sorted(self._places[row[0]] for row in rows if row[0] in self._places)

    def files(self, path: str | None = None) -> Iterator[Known]:
        """The revisions that reads and edits are, of all files or of those that may be at
        ``path``."""
        session = self.timeline.session
        targets = [row[0] for row in self._library.rows(_TARGETS, (session,))]
        if path is not None:
            name = key_of(one_line(name_of(path)))
            targets = [
                each for each in targets if each.endswith(_CUT) or key_of(name_of(each)) == name
            ]
        calls: dict[int, list[tuple[Any, ...]]] = {}
        for row in self._library.rows(_ACTIONS, (session, json.dumps(targets))):
            calls.setdefault(row[8], []).append(row)
        for rows in calls.values():
            known = self._action(rows)
            if known is not None:
                yield known

    def notices(self, keys: set[str]) -> list[Known]:
        """The revisions of the files with these ``keys`` that are notes of the client's."""
        return [known for known in self._notices if key_of(known.path) in keys]

    def with_backups(self, known: list[Known], keys: set[str]) -> list[Revision]:
        """The revisions of ``known``, which are in order of position and all of the file with
        these ``keys``, and among them those that its backups are."""
        return merged(known, self._snapshots, self._kept, keys, self.folder, self.timeline)

    def _action(self, rows: list[tuple[Any, ...]]) -> Known | None:
        """What the call and the outcome of one action tell; None if that is nothing."""
        action, kind, status = rows[0][8:11]
        ends = {row[6]: _Row(*row[:8]) for row in rows if row[0] in self._places}
        call, outcome = ends.get(EventKind.TOOL_USE), ends.get(EventKind.TOOL_RESULT)
        edit = kind == ActionKind.EDIT  # of a call that was lost the kind is not known
        wanted = self._content(call).file if call else None
        at = outcome or (call if edit else None)
        if at is None:
            return None
        told = self._content(outcome) if outcome else Content()
        seen = _together(wanted, told.file)
        if seen is None or (outcome and status != Status.OK and not seen.absent):
            return None
        edit = edit or (kind is None and told.patch is not None)
        revision = Revision(
            self._places[at.event],
            at.event,
            action,
            edit and not seen.absent,
            seen,
            told.patch or (self._content(call).patch if call and edit else None),
            finished=outcome is not None,
        )
        return Known(seen.path, seen.given, revision, at.ts, at.source, at.at)

    @cached_property
    def _notes(self) -> list[tuple[_Row, int | None, str]]:
        """(row, action, detail) of what the client noted by itself."""
        rows = self._library.rows(_NOTICES, (self.timeline.session,))
        return [(_Row(*row[:8]), row[8], row[9]) for row in rows]

    @cached_property
    def _notices(self) -> list[Known]:
        """What the client noted of files that it did not change itself."""
        outcomes: Mapping[int, int] = {}
        if any(detail == _CHANGED for _, _, detail in self._notes):
            outcomes = dict(self._library.rows(_OUTCOMES, (self.timeline.session,)))
        found = []
        for row, action, detail in self._notes:
            event = outcomes.get(action or 0, 0) if detail == _CHANGED else row.event
            if event not in self._places:
                continue
            content = self._content(row)
            for seen in content.changed if detail == _CHANGED else filter(None, (content.file,)):
                revision = Revision(self._places[event], event, 0, False, seen)
                found.append(Known(seen.path, seen.given, revision, row.ts, row.source, row.at))
        return found

    @cached_property
    def _snapshots(self) -> list[Taken]:
        """The snapshots of the files the client keeps track of, in file order."""
        return [
            Taken(row.event, row.source, row.at, snapshot)
            for row, _, detail in self._notes
            if row.kind == EventKind.SNAPSHOT
            and detail != _CHANGED
            and (snapshot := self._content(row).snapshot) is not None
        ]

    @cached_property
    def _kept(self) -> Kept:
        return Kept(self._library, self.timeline.session)

    def _content(self, row: _Row) -> Content:
        from her_tui.capture.agents import adapter_for  # deferred: a list reads no records

        record = self._records.record(row.source, row.at, row.size)
        if record is None:
            return Content()
        return adapter_for(row.agent).content(record, EventKind(row.kind), row.block)


def _together(call: FileSeen | None, outcome: FileSeen | None) -> FileSeen | None:
    """What a call and its outcome together tell of a file."""
    if call is None or outcome is None:
        return outcome if outcome is not None and outcome.path else call
    after = outcome.after
    if after is None and not outcome.path and not outcome.by_user:
        after = call.after
    return replace(
        outcome,
        path=outcome.path or call.path,
        given=call.given or outcome.given,
        after=after,
        replacements=outcome.replacements or call.replacements,
    )
