"""What a session is worth being compared with."""

from __future__ import annotations

from pathlib import Path

from her_tui.queries import sessions
from her_tui.queries.comparable import Relation, partners
from her_tui.queries.library import Library
from her_tui.recorder.ingest import import_roots
from tests.support.claude import Script, busy_session, session_id


def test_the_nearest_first(home: Path, tmp_path: Path) -> None:
    original = busy_session(1, 2)
    fork = original.fork(session_id(2), 6)
    for record in fork.records:
        record["forkedFrom"] = {"sessionId": original.session, "messageUuid": record["uuid"]}
    twin = original.fork(session_id(3), 8)
    elsewhere = Script(session_id(4), 4, "/src/elsewhere")
    elsewhere.prompt("Something else")
    elsewhere.say("Yes.")
    other = busy_session(5, 1)
    other.prompt("Once more")
    other.records[-1]["parentUuid"] = other.records[0]["uuid"]
    other.say("Well.")
    again = Script(session_id(6), 6, "/src/elsewhere")
    again.prompt("Please mend part 0 of the parser")
    for script in (original, fork, twin, elsewhere, other, again):
        script.say("Done.")
        script.write(tmp_path)
    import_roots(home, [tmp_path])
    library = Library.open(home)

    def told(script: Script) -> list[tuple[Relation, str, int | None]]:
        found = partners(library, sessions.find(library, script.session))
        return [(each.relation, each.other.row.session_id, each.other.branch) for each in found]

    assert told(original) == [
        (Relation.CHILD, fork.session, None),
        (Relation.TWIN, twin.session, None),
        (Relation.AGAIN, again.session, None),
        (Relation.AGAIN, other.session, None),
        (Relation.OTHER, elsewhere.session, None),
    ]
    found = told(elsewhere)
    assert found[0] == (Relation.PROJECT, again.session, None)
    assert found[-1][0] is Relation.OTHER
    assert told(fork)[0] == (Relation.PARENT, original.session, None)
    assert (Relation.BRANCH, other.session, 1) in told(other)
    (branch,) = (
        each
        for each in partners(library, sessions.find(library, other.session))
        if each.relation is Relation.BRANCH
    )
    assert branch.own.branch == 2
    assert branch.text
    rewound = [
        each.other.row.session_id
        for each in partners(library, sessions.find(library, original.session))
        if each.rewound
    ]
    assert rewound == [other.session]


def test_a_session_may_begin_with_a_command(home: Path, tmp_path: Path) -> None:
    original = Script(session_id(1), 1)
    original.local("/clear")
    original.command("/review", "it")
    original.say("Fine.")
    twin = original.fork(session_id(2), len(original.records))
    again = Script(session_id(3), 3, "/src/elsewhere")
    again.command("/review", "it")
    again.say("Not so fine.")
    for script in (original, twin, again):
        script.write(tmp_path)
    import_roots(home, [tmp_path])
    library = Library.open(home)
    found = partners(library, sessions.find(library, original.session))
    assert [(each.relation, each.other.row.session_id) for each in found] == [
        (Relation.TWIN, twin.session),
        (Relation.AGAIN, again.session),
    ]
