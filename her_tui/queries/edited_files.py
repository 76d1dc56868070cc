"""Which file each edit of a session is of, however its path was written."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from her_tui.events.content import Content, FileSeen
from her_tui.events.model import PREVIEW, EventKind
from her_tui.events.pathnames import is_absolute, key_of, located
from her_tui.queries.library import Library


class Edited(NamedTuple):
    """The file that an edit is of."""

    shown: str
    """Its path as the tool was given it; where that would be another file in the folder of the
    session, absolute."""
    key: str
    """The same for all edits of the file (`pathnames.key_of`)."""


def edited_files(
    library: Library, session: int, edits: Iterable[tuple[int, str]]
) -> dict[int, Edited]:
    """Action -> its file, for ``edits``: (action, target) of a session or subagent. Reads the raw
    records of those whose target does not tell it: cut off, or relative to a folder that may have
    changed meanwhile."""
    targets = dict(edits)
    unclear = [
        action
        for action, target in targets.items()
        if len(target) >= PREVIEW or not is_absolute(target)
    ]
    found = {action: Edited(target, key_of(target)) for action, target in targets.items()}
    if unclear:
        rows = library.rows(
            "SELECT ifnull(p.cwd, s.cwd) FROM session s LEFT JOIN session p ON p.id = s.parent"
            " WHERE s.id = ?",
            (session,),
        )
        folder = rows[0][0] or "" if rows else ""
        for action, (given, path) in _recorded(library, unclear).items():
            known = key_of(located(given, folder)) == key_of(path)
            found[action] = Edited(given if known else path, key_of(path))
    return found


def _recorded(library: Library, actions: Iterable[int]) -> dict[int, tuple[str, str]]:
    """Action -> (path as given, where that is) as its call and its outcome tell."""
    wanted = list(actions)
    calls = _files(library, EventKind.TOOL_USE, wanted)
    outcomes = _files(library, EventKind.TOOL_RESULT, wanted)
    found = {}
    for action in wanted:
        told = [each[action] for each in (outcomes, calls) if action in each and each[action].path]
        if told:
            given = calls[action].given if action in calls else ""
            found[action] = given or told[0].given, told[0].path
    return found


def _files(library: Library, kind: EventKind, actions: Iterable[int]) -> Mapping[int, FileSeen]:
    return {
        action: content.file
        for action, content in contents(library, kind, actions)
        if content.file is not None
    }


def contents(
    library: Library, kind: EventKind, actions: Iterable[int]
) -> Iterator[tuple[int, Content]]:
    """(action, content) of the events of ``kind`` of ``actions``, in the order of their files."""
    from her_tui.capture.agents import adapter_for  # deferred: most sessions need none

    rows = library.rows(
        "SELECT e.action, e.source, e.at, e.size, e.block, s.agent FROM event e"
        " JOIN session s ON s.id = e.session"
        " WHERE e.action IN (SELECT value FROM json_each(?)) AND e.kind = ?"
        " ORDER BY e.source, e.at",
        (json.dumps(list(actions)), kind),
    )
    records = library.records()
    for action, source, at, size, block, agent in rows:
        record = records.record(source, at, size)
        if record is not None:
            yield action, adapter_for(agent).content(record, kind, block)
