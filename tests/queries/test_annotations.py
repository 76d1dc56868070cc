"""What the user says, as the list, the turns and the commands see it."""

from __future__ import annotations

from pathlib import Path

from her_tui.queries import annotations as said
from her_tui.queries import sessions, timeline, turns
from her_tui.queries.annotations import Annotation
from her_tui.queries.library import Library
from her_tui.recorder.annotate import Subject, annotating
from her_tui.recorder.ingest import import_roots
from tests.support.claude import Script, session_id


def test_a_row_of_the_list_tells_what_is_said_of_the_session(library: Library, home: Path) -> None:
    one, other = (sessions.find(library, session_id(number)) for number in (0, 1))
    with annotating(home) as own:
        subject = Subject(one.agent, one.session_id)
        own.star(subject, True)
        own.note(subject, "Look at\nthis again")
        for tag in ("zebra", "ant"):
            own.tag(subject, tag)
        own.star(Subject(other.agent, other.session_id, b"a prompt of it"), True)
    rows = sessions.rows(library, [one.id, other.id])
    assert (rows[one.id].starred, rows[one.id].tags) == (True, ("ant", "zebra"))
    assert rows[one.id].note == "Look at\nthis again"
    assert (rows[other.id].starred, rows[other.id].tags, rows[other.id].note) == (False, (), "")
    assert said.all_tags(library) == ("ant", "zebra")
    assert said.totals(library) == (2, 2, 1, 0)


def test_a_turn_tells_what_is_said_of_its_prompt(library: Library, home: Path) -> None:
    row = sessions.find(library, session_id(0))
    laid = timeline.load(library, row.id)
    first, second = (turns.load_turn(library, laid, number) for number in (1, 2))
    assert first.key
    assert first.key != second.key
    assert first.annotation == Annotation()
    with annotating(home) as own:
        own.star(Subject(row.agent, row.session_id, second.key), True)
        own.note(Subject(row.agent, row.session_id), "Of the session")
    assert turns.load_turn(library, laid, 1).annotation == Annotation()
    assert turns.load_turn(library, laid, 2).annotation == Annotation(starred=True)
    assert said.of_session(library, row.agent, row.session_id) == {
        b"": Annotation(note="Of the session"),
        second.key: Annotation(starred=True),
    }


def test_of_what_has_no_prompt_or_no_identity_nothing_can_be_said(
    home: Path, tmp_path: Path
) -> None:
    script = Script(session_id(1))
    script.say("Before anything was asked")
    script.prompt("Who am I?")
    del script.records[-1]["uuid"]
    script.write(tmp_path)
    import_roots(home, [tmp_path])
    library = Library.open(home)
    laid = timeline.load(library, sessions.find(library, script.session).id)
    for number in (0, 1):
        turn = turns.load_turn(library, laid, number)
        assert (turn.key, turn.annotation) == (b"", Annotation())
    assert said.of_prompt(library, 10**9) == (b"", Annotation())


def test_copies_of_a_prompt_are_said_something_of_one_by_one(home: Path, tmp_path: Path) -> None:
    script = Script(session_id(1))
    script.prompt("The same")
    script.say("Yes")
    script.write(tmp_path)
    fork = Script(session_id(2), records=[dict(record) for record in script.records])
    for record in fork.records:
        record["sessionId"] = fork.session
    fork.write(tmp_path)
    import_roots(home, [tmp_path])
    library = Library.open(home)
    found = []
    for session in (script.session, fork.session):
        row = sessions.find(library, session)
        turn = turns.load_turn(library, timeline.load(library, row.id), 1)
        with annotating(home) as own:
            own.tag(Subject(row.agent, session, turn.key), session[-1])
        found.append(turn.key)
    assert found[0] == found[1]
    for session in (script.session, fork.session):
        about = said.of_session(library, "claude-code", session)
        assert about == {found[0]: Annotation(tags=(session[-1],))}
