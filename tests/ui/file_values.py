"""Files of a session made by hand: a ledger that knows its edits, and their histories."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import pytest

from her_tui.analysis.changes import Edited, Lengths
from her_tui.analysis.hunks import compare
from her_tui.analysis.ledger import Ledger, Steps
from her_tui.analysis.rebuild import Revision, Text
from her_tui.analysis.state import FileEdit, State
from her_tui.analysis.timeline import Timeline
from her_tui.errors import HerError
from her_tui.events.content import FileSeen, Hunk, Patch, Replacement
from her_tui.events.model import EventKind
from her_tui.queries import revisions
from her_tui.queries.library import Library
from her_tui.queries.revisions import FileHistory
from tests.ui.replay_values import timeline_of

#: How the files of `STORY` are after each edit of theirs.
STORY: Mapping[str, Mapping[int, str]] = {
    "/work/app/src/her/app.py": {
        3: "import os\n\n\ndef main():\n    print('hello')\n",
        7: "import os\n\n\ndef main():\n    print('hello, world')\n    os._exit(0)\n",
        16: "def main():\n    print('hello, world')\n",
    },
    "/work/app/src/her/ui/panel.py": {5: "class Panel:\n    pass\n"},
    "/work/app/README.md": {12: "# App\n"},
    "/etc/hosts": {14: "127.0.0.1 localhost\n"},
}


def difference(path: str, before: str | None, after: str) -> Patch:
    """The patch from one text to another, as the client records it."""
    if before is None:
        return Patch(path, (Hunk(0, 1, tuple("+" + row for row in after.splitlines())),), True)
    return Patch(path, compare(before, after).hunks)


def story_timeline(events: int = 20, session: int = 1) -> Timeline:
    """Twenty events in two turns."""
    kinds = [EventKind.PROMPT if at in (0, 10) else EventKind.TOOL_RESULT for at in range(events)]
    return timeline_of(kinds, session=session)


class CountingLedger(Ledger):
    """Remembers which positions it was asked for."""

    asked: list[int]

    def at(self, position: int) -> State:
        """The state as of ``position``."""
        self.asked.append(position)
        return super().at(position)


def ledger_of(edits: Sequence[FileEdit]) -> CountingLedger:
    """The ledger of a session of twenty events in which nothing but ``edits`` happened."""
    places = [edit.position for edit in edits]
    steps = [Edited(edit.path, edit.added, edit.removed) for edit in edits]
    ledger = CountingLedger(story_timeline(), Steps(places, steps, Lengths(())))
    ledger.asked = []
    return ledger


def story_ledger(story: Mapping[str, Mapping[int, str]] = STORY) -> CountingLedger:
    """The ledger of `STORY`."""
    edits = []
    for path, texts in story.items():
        before: str | None = None
        for position, text in texts.items():
            rows = [row for hunk in difference(path, before, text).hunks for row in hunk.lines]
            added = sum(row.startswith("+") for row in rows)
            removed = sum(row.startswith("-") for row in rows)
            edits.append(FileEdit(position, path, added, removed))
            before = text
    return ledger_of(edits)


def revision(position: int, path: str, before: str | None, after: str, **more: object) -> Revision:
    """An edit that made ``after`` of ``before``."""
    given: dict[str, object] = {
        "position": position,
        "event": position,
        "action": position,
        "edit": True,
        "seen": FileSeen(
            path,
            before=before,
            after=after,
            created=before is None,
            replacements=() if before is None else (Replacement(before, after),),
        ),
        "patch": difference(path, before, after),
    }
    return Revision(**(given | more))  # type: ignore[arg-type]


def history_of(path: str, texts: Mapping[int, str]) -> FileHistory:
    """A file that is created at the first of the positions and edited at the others."""
    revisions, after = [], []
    before: str | None = None
    for position, text in texts.items():
        revisions.append(revision(position, path, before, text))
        after.append(Text(text, before=before))
        before = text
    return FileHistory(path, tuple(revisions), tuple(after), Text(None))


@dataclass
class Files:
    """The histories that are served, and which were asked for."""

    held: dict[str, FileHistory]
    read: list[str] = field(default_factory=list)


def serve_files(
    monkeypatch: pytest.MonkeyPatch, story: Mapping[str, Mapping[int, str]] = STORY
) -> Files:
    """Let `queries.revisions` answer from ``story``."""
    files = Files({path: history_of(path, texts) for path, texts in story.items()})

    def history(library: Library, timeline: Timeline, path: str) -> FileHistory:
        files.read.append(path)
        if path not in files.held:
            raise HerError("This file is gone", "Import it again.")
        return files.held[path]

    monkeypatch.setattr(revisions, "history", history)
    return files
