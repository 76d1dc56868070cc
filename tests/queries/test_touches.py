"""Which files a session read and changed."""

from __future__ import annotations

from pathlib import Path

from her_tui.events.model import Status
from her_tui.queries import sessions, timeline
from her_tui.queries.library import Library
from her_tui.queries.touches import touches
from her_tui.recorder.ingest import import_roots
from tests.support import edits
from tests.support.claude import Script, session_id


def test_touches(home: Path, tmp_path: Path) -> None:
    script = Script(session_id(1), 1)
    script.prompt("Change some files")
    edits.read(script, "/src/a.py", "one\n")
    edits.command(script, "ls")
    edits.edit(script, "/src/a.py", "one", "two\nthree", "one\n")
    script.call("Edit", "no", error=True, file_path="/src/b.py", old_string="x", new_string="y")
    edits.edit(script, "/src/c.py", "one", "two")
    del script.records[-1]
    script.write(tmp_path)
    import_roots(home, [tmp_path])
    library = Library.open(home)
    laid = timeline.load(library, sessions.find(library, script.session).id)
    found = touches(library, laid)
    assert [(each.path, each.edit, each.status, each.added) for each in found] == [
        ("/src/a.py", False, Status.OK, 0),
        ("/src/a.py", True, Status.OK, 2),
        ("/src/b.py", True, Status.FAILED, 0),
        ("/src/c.py", True, Status.PENDING, 0),
    ]
    assert [laid.ids[each.position] for each in found] == [each.event for each in found]
    assert [each.position for each in found] == sorted(each.position for each in found)
