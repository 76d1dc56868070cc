"""The table of turns: always what the timeline and the screen say, however the facts came in."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Callable
from itertools import permutations
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from her_tui.demo import build
from her_tui.events.model import Flag
from her_tui.events.requests import Outcome
from her_tui.queries import sessions, timeline
from her_tui.queries.library import Library
from her_tui.recorder.deletion import delete
from her_tui.recorder.ingest import import_roots
from her_tui.store import database as db
from her_tui.store import summary, turns
from tests.support.attempts import put, sent, wire
from tests.support.claude import ANSWERED, Script, add_commands, busy_session, session_id
from tests.support.library import contents
from tests.support.turns import TurnRow, expected, prompts, stored

TRANSCRIPTS = Path(__file__).parents[1] / "data" / "transcripts"


def check(home: Path) -> dict[str, list[TurnRow]]:
    """The turns of every session below ``home``, held against what they should be."""
    library = Library.open(home)
    try:
        rows = library.rows("SELECT id, session_id FROM session WHERE parent IS NULL")
        found = {}
        for number, name in rows:
            found[name] = stored(library, number)
            assert found[name] == expected(library, number)
            laid = timeline.load(library, number)
            assert prompts(library, number) == [laid.ids[at] for at in laid.prompts]
        assert library.rows("SELECT count(*) FROM turnmark") == [(0,)]
        return found
    finally:
        library.close()


def row_of(home: Path, session: str) -> int:
    """The row id of a session."""
    library = Library.open(home)
    try:
        return sessions.find(library, session).id
    finally:
        library.close()


def work(script: Script, at: int) -> None:
    """One more turn of ``script``."""
    script.prompt(f"Do thing {at}")
    script.call("Edit", f"src/{at}.py", old_string="a", new_string="b")
    script.say(f"Thing {at} is done.")


def test_every_turn_of_the_demo(home: Path) -> None:
    build(home, 1_795_174_972_000)
    rows = [row for told in check(home).values() for row in told]
    assert len(rows) > 100
    for name in TurnRow._fields:  # nothing is right only because it is never there
        assert any(getattr(row, name) for row in rows), name
    assert {(row.ttft_ms is None, row.cost is None) for row in rows} >= {(True, False)}


def test_the_order_of_imports_does_not_matter(home: Path, tmp_path: Path) -> None:
    parts = family(tmp_path / "claude")
    told = []
    for number, order in enumerate(permutations(parts)):
        other = home.with_name(f"her{number}")
        for part in order:
            import_roots(other, [part])
        told.append((check(other), contents(other, bytes_too=False)))
    assert all(each == told[0] for each in told)
    assert sum(len(rows) for rows in told[0][0].values()) == 7


def family(root: Path) -> list[Path]:
    """A session with a subagent at work across two turns, a fork of it, and another."""
    parent = Script(session_id(1), 1)
    for at in range(3):
        work(parent, at)
    main = parent.write(root)
    agent = Script(session_id(1), 7)
    agent.prompt("Look for it")
    agent.records[-1]["timestamp"] = parent.records[2]["timestamp"]
    agent.call("Grep", "x", pattern="x")
    for at, record in enumerate(agent.records[1:], start=5):
        record["timestamp"] = parent.records[at]["timestamp"]
    for record in agent.records:
        record.update(isSidechain=True, agentId="a1")
    beside = main.with_suffix("") / "subagents" / "agent-a1.jsonl"
    beside.parent.mkdir(parents=True)
    beside.write_bytes(agent.bytes())
    fork = Script(session_id(2), 1, records=[dict(record) for record in parent.records])
    for record in fork.records:
        record["sessionId"] = fork.session
    work(fork, 9)
    return [main, beside, fork.write(root)]


_LONG = add_commands(busy_session(1, turns=3))


@st.composite
def clocks(draw: st.DrawFn) -> list[dict[str, Any]]:
    """The records of a session whose clock jumps, stands still, or is not written down."""
    records = [dict(record) for record in _LONG.records]
    for record in records:
        jump = draw(st.sampled_from(("as it is",) * 6 + ("early", "same", "none")))
        if jump == "early":
            record["timestamp"] = "2026-11-01T08:59:00.000Z"
        elif jump == "same":
            record["timestamp"] = records[0].get("timestamp")
        elif jump == "none":
            record.pop("timestamp", None)
    return records


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(records=clocks(), cuts=st.lists(st.floats(0, 1), max_size=4), late=st.booleans())
def test_whatever_the_clock_does_and_however_it_grows(
    records: list[dict[str, Any]], cuts: list[float], late: bool
) -> None:
    scratch = Path(tempfile.mkdtemp())
    try:
        script = Script(_LONG.session, 1, records=records)
        file = script.write(scratch / "claude")
        beside = file.with_suffix("") / "subagents" / "agent-a1.jsonl"
        beside.parent.mkdir(parents=True)
        whole = file.read_bytes()
        agent = Script(_LONG.session, 7, records=[dict(record) for record in _LONG.records])
        for number, record in enumerate(agent.records):
            record.update(isSidechain=True, agentId="a1", uuid=f"agent {number}")
        for cut in [*sorted(cuts), 1.0]:
            file.write_bytes(whole[: int(len(whole) * cut)])
            if not late or cut == 1.0:
                lines = agent.lines()[: int(len(agent.records) * cut)]
                beside.write_bytes(b"".join(line + b"\n" for line in lines))
            import_roots(scratch / "grown", [scratch / "claude"])
            check(scratch / "grown")
        import_roots(scratch / "once", [scratch / "claude"])
        assert check(scratch / "once") == check(scratch / "grown")
    finally:
        shutil.rmtree(scratch)


def said(home: Path, session: str) -> list[str]:
    """What opens the turns of ``session``."""
    library = Library.open(home)
    rows = library.rows(
        "SELECT e.preview FROM turn t JOIN event e ON e.id = t.event WHERE t.session = ?"
        " ORDER BY t.number",
        (sessions.find(library, session).id,),
    )
    library.close()
    return [text for (text,) in rows]


def test_a_command_that_is_answered_opens_a_turn(home: Path, tmp_path: Path) -> None:
    script = add_commands(busy_session(1, turns=1))
    script.write(tmp_path)
    import_roots(home, [tmp_path])
    told = check(home)[script.session]
    assert said(home, script.session) == ["Please mend part 0 of the parser", *ANSWERED]
    assert [row.errors for row in told] == [1, 1, 0, 0, 0, 0]
    assert [row.actions for row in told] == [3, 1, 0, 1, 0, 0]
    library = Library.open(home)
    row = sessions.find(library, script.session)
    assert (row.prompts, row.turns) == (2, 6), "a command is no prompt"


def test_commands_of_the_clients_there_were(home: Path, tmp_path: Path) -> None:
    folder = tmp_path / "projects" / "-src-demo"
    folder.mkdir(parents=True)
    for number, file in enumerate(sorted(TRANSCRIPTS.glob("*.jsonl"))):
        (folder / f"{session_id(number)}.jsonl").write_bytes(file.read_bytes())
    import_roots(home, [tmp_path])
    assert len(check(home)) > 10
    library = Library.open(home)
    commands = library.rows("SELECT DISTINCT detail FROM event WHERE kind = 2 ORDER BY 1")
    opening = library.rows(
        "SELECT e.preview FROM turn t JOIN event e ON e.id = t.event WHERE e.kind <> 1 ORDER BY 1"
    )
    assert {name for (name,) in commands} >= {"/branch", "/clear", "/compact", "/rename", "/usage"}
    assert opening == [("/greet world",), ("echo from-bang",)]


@st.composite
def talks(draw: st.DrawFn) -> Script:
    """A session of whatever the human, the agent and the client do, in any order."""
    script = Script(session_id(1), 1)
    can: list[Callable[[], object]] = [
        lambda: script.prompt("Mend it"),
        lambda: script.command("/review", "it"),
        lambda: script.command("/review", "it"),
        lambda: script.local("/model"),
        lambda: script.noted("/usage"),
        lambda: script.shell("git status"),
        script.interrupt,
        lambda: script.say("Done."),
        lambda: script.say("Done."),
        lambda: script.call("Read", "x", file_path="/a"),
    ]
    for do in draw(st.lists(st.sampled_from(can), min_size=1, max_size=14)):
        do()
    return script


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(script=talks(), cuts=st.lists(st.floats(0, 1), max_size=5), still=st.booleans())
def test_a_command_is_recorded_now_and_answered_later(
    script: Script, cuts: list[float], still: bool
) -> None:
    scratch = Path(tempfile.mkdtemp())
    try:
        if still:  # all at the same moment
            for record in script.records:
                record["timestamp"] = script.records[0]["timestamp"]
        file = script.write(scratch / "claude")
        whole = file.read_bytes()
        for cut in [*sorted(cuts), 1.0]:
            file.write_bytes(whole[: int(len(whole) * cut)])
            import_roots(scratch / "grown", [scratch / "claude"])
            check(scratch / "grown")
        import_roots(scratch / "once", [scratch / "claude"])
        assert contents(scratch / "once") == contents(scratch / "grown")
    finally:
        shutil.rmtree(scratch)


def test_a_library_of_an_older_adapter_gets_its_turns_anew(home: Path, tmp_path: Path) -> None:
    script = add_commands(busy_session(1))
    script.write(tmp_path)
    import_roots(home, [tmp_path])
    before = check(home)
    database = db.open_writer(home)
    local = int(Flag.LOCAL)
    database.execute_sql(f"UPDATE event SET flags = flags & ~{local} WHERE flags & {local}")
    database.execute_sql("DELETE FROM turn WHERE number > 3")
    name = "adapter-versions"
    row = database.execute_sql("SELECT value FROM setting WHERE name = ?", (name,)).fetchone()
    older = {agent: version - 1 for agent, version in json.loads(row[0]).items()}
    database.execute_sql("UPDATE setting SET value = ? WHERE name = ?", (json.dumps(older), name))
    database.close()
    import_roots(home, [])
    assert check(home) == before


def test_latency_is_told_by_the_wire_where_it_saw_the_answer_begin(
    home: Path, tmp_path: Path
) -> None:
    script = Script(session_id(1))
    for at in range(2):
        work(script, at)
    script.write(tmp_path)
    import_roots(home, [tmp_path])
    told = check(home)[script.session]
    assert [(row.latency_ms, row.ttft_ms) for row in told] == [(1000, None)] * 2

    second = told[1].started
    assert second is not None
    attempt = wire(script.session, 1, second + 50, sent("Do thing 1"))
    put(home, [attempt])
    import_roots(home, [tmp_path])  # the prices, and with them the turns
    told = check(home)[script.session]
    assert [(row.latency_ms, row.ttft_ms) for row in told] == [(1000, None), (550, 500)]


def test_an_attempt_that_failed_answers_nothing(home: Path, tmp_path: Path) -> None:
    script = Script(session_id(1))
    work(script, 0)
    script.write(tmp_path)
    import_roots(home, [tmp_path])
    began = check(home)[script.session][0].started
    assert began is not None
    failed = wire(script.session, 1, began + 1, sent("Do thing 0"), status=529)
    failed.outcome, failed.message_id = Outcome.ERROR, None
    put(home, [failed])
    import_roots(home, [tmp_path])
    assert [(row.latency_ms, row.ttft_ms) for row in check(home)[script.session]] == [(1000, None)]


def test_a_deleted_session_leaves_no_turns(home: Path, tmp_path: Path) -> None:
    busy_session(1).write(tmp_path)
    import_roots(home, [tmp_path])
    assert check(home)[session_id(1)]
    delete(home, row_of(home, session_id(1)))
    library = Library.open(home)
    assert library.rows("SELECT count(*) FROM turn") == [(0,)]
    assert library.rows("SELECT count(*) FROM turnmark") == [(0,)]


def test_only_what_may_have_changed_is_read_again(home: Path, tmp_path: Path) -> None:
    script = busy_session(1, turns=20)
    file = script.write(tmp_path)
    import_roots(home, [tmp_path])
    before = prompts(Library.open(home), row_of(home, script.session))
    work(script, 99)
    file.write_bytes(script.bytes())
    read = events_read(home, tmp_path)
    told = check(home)[script.session]
    assert len(told) == 21
    assert prompts(Library.open(home), row_of(home, script.session))[:20] == before
    assert read < 30, "the last turn before, and the new one, each time sums are made"


def events_read(home: Path, root: Path) -> int:
    """How many events an import of ``root`` reads to make turns."""
    read = 0
    placed = turns._placed

    def counted(*arguments: Any) -> Any:
        nonlocal read
        found = placed(*arguments)
        read += len(found)
        return found

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(turns, "_placed", counted)
        import_roots(home, [root])
    return read


def test_a_library_from_before_opens_at_once_and_is_filled_by_the_next_writer(
    home: Path, tmp_path: Path
) -> None:
    busy_session(1).write(tmp_path)
    import_roots(home, [tmp_path])
    before = check(home)
    database = db.open_writer(home)
    for table in ("turn", "turnmark"):
        database.execute_sql(f"DROP TABLE {table}")
    database.pragma("user_version", 2)
    database.close()

    database = db.open_writer(home)
    assert database.execute_sql("SELECT count(*) FROM turn").fetchone() == (0,)
    assert summary.stale(database) == {row_of(home, session_id(1))}
    database.close()
    assert stored(Library.open(home), row_of(home, session_id(1))) == []
    import_roots(home, [tmp_path])
    assert check(home) == before
