"""The ledger of real sessions: at their end it says what their rows say."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from her_tui.analysis.ledger import Ledger
from her_tui.analysis.state import State, Todo
from her_tui.analysis.timeline import Timeline
from her_tui.demo import build
from her_tui.queries import ledger, sessions, timeline
from her_tui.queries.library import Library
from her_tui.queries.sessions import SessionRow
from her_tui.recorder.ingest import import_roots
from tests.support.claude import Script, session_id

NOW = 1_795_174_972_000


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Library:
    home = tmp_path_factory.mktemp("demo") / "her"
    build(home, NOW)
    return Library.open(home)


def _every(library: Library) -> list[SessionRow]:
    ids = [row[0] for row in library.rows("SELECT id FROM session")]
    return list(sessions.rows(library, ids).values())


def _all(row: SessionRow) -> tuple[int, ...]:
    tokens = row.tokens
    return tokens.input, tokens.output, tokens.cache_creation, tokens.cache_read


def _end(library: Library, session: int) -> tuple[Timeline, State]:
    laid = timeline.load(library, session)
    return laid, ledger.load(library, laid).at(len(laid) - 1)


def test_at_the_end_the_sums_are_those_of_the_row(demo: Library) -> None:
    rows = _every(demo)
    assert len(rows) > 30
    assert any(row.parent for row in rows)
    for row in rows:
        laid, state = _end(demo, row.id)
        spent = state.spent
        if not len(laid):
            continue
        tokens = (spent.input, spent.output, spent.cache_creation, spent.cache_read)
        assert tokens == _all(row)
        assert (spent.cost is None) == (row.cost is None)
        assert spent.cost == pytest.approx(row.cost, rel=1e-12)
        assert (spent.unpriced, state.errors) == (row.unpriced, row.errors)
        assert state.model == row.model
        assert sum(state.context.parts.values()) == state.context.tokens
        assert state.turn == len(laid.prompts)
        edits, added, removed = demo.rows(
            "SELECT count(*), ifnull(sum(added), 0), ifnull(sum(removed), 0) FROM action"
            f" WHERE {'agent' if row.parent else 'session'} = ?"
            " AND kind = 'edit' AND status = 'ok'",
            (row.id,),
        )[0]
        files = state.files.values()
        assert edits == sum(file.edits for file in files)
        assert (added, removed) == (
            sum(file.added for file in files),
            sum(file.removed for file in files),
        )


def test_a_copied_history_counts_as_in_the_row(demo: Library) -> None:
    forks = [row for row in _every(demo) if row.forked_from]
    assert forks
    for row in forks:
        _, state = _end(demo, row.id)
        assert state.spent.total == sum(_all(row))


def test_the_model_has_a_window_that_holds_what_was_in_it(demo: Library) -> None:
    seen = 0
    for row in _every(demo):
        laid = timeline.load(demo, row.id)
        found = ledger.load(demo, laid)
        for position in range(len(laid)):
            context = found.at(position).context
            if context.tokens and context.window is not None:
                seen += 1
                assert context.tokens <= context.window
    assert seen


def _one(home: Path, tmp_path: Path, script: Script) -> tuple[Library, Timeline, Ledger]:
    script.write(tmp_path)
    import_roots(home, [tmp_path])
    library = Library.open(home)
    laid = timeline.load(library, sessions.find(library, script.session).id)
    return library, laid, ledger.load(library, laid)


def test_a_session_of_one_event(home: Path, tmp_path: Path) -> None:
    script = Script(session_id(1))
    script.prompt("Hello")
    _, laid, found = _one(home, tmp_path, script)
    assert len(laid) == 1
    state = found.at(0)
    assert (state.turn, state.model, state.spent.total, state.context.tokens) == (1, "", 0, 0)


def test_an_empty_session(library: Library) -> None:
    laid = timeline.load(library, sessions.find(library, session_id(11)).id)
    assert ledger.load(library, laid).at(0) == State(0, 0, 0)


def test_a_session_without_times(home: Path, tmp_path: Path) -> None:
    script = Script(session_id(1))
    script.prompt("Go")
    script.call("Bash", "boom", error=True, command="make")
    script.say("Done")
    for record in script.records:
        del record["timestamp"]
    library, laid, found = _one(home, tmp_path, script)
    row = sessions.find(library, script.session)
    state = found.at(len(laid) - 1)
    assert state.time == 0
    assert (state.errors, state.spent.output) == (row.errors, row.tokens.output) == (1, 40)
    assert [len(found.at(at).pending) for at in range(len(laid))] == [0, 1, 0, 0]


def test_the_task_list_is_read_from_the_records(home: Path, tmp_path: Path) -> None:
    script = Script(session_id(1))
    script.prompt("Go")
    todos = [
        {"content": "Find it", "status": "completed", "activeForm": "Finding it"},
        {"content": "Mend it", "status": "in_progress"},
    ]
    script.call("TodoWrite", "ok", todos=todos)
    script.call("TodoWrite", "no", error=True, todos=[])
    script.call("TaskCreate", "Task #7 created successfully: Test it", subject="Test it")
    script.call("TaskUpdate", "Updated task #7 status", taskId="7", status="completed")
    script.call("TaskList", "#7 Test it")
    _, laid, found = _one(home, tmp_path, script)
    written = (Todo("Find it", "completed"), Todo("Mend it", "in_progress"))
    assert [found.at(at).todo for at in range(len(laid))] == [
        (),
        (),
        written,
        written,
        written,
        written,
        (*written, Todo("Test it", "pending")),
        (*written, Todo("Test it", "pending")),
        *[(*written, Todo("Test it", "completed"))] * 3,
    ]


def test_permission_modes_are_found_where_they_stand(home: Path, tmp_path: Path) -> None:
    script = Script(session_id(1))
    script.prompt("First")
    script.records[-1]["permissionMode"] = "default"
    script.say("Yes")
    script.records.append(
        {"type": "permission-mode", "permissionMode": "plan", "sessionId": script.session}
    )
    script.prompt("Second")
    script.say("Well")
    script.records.append(
        {"type": "permission-mode", "permissionMode": "auto", "sessionId": script.session}
    )
    library, laid, found = _one(home, tmp_path, script)
    modes = [found.at(at).mode for at in range(len(laid))]
    assert modes == ["default", "default", "plan", "auto"]
    kinds = [row[0] for row in library.rows("SELECT count(*) FROM event WHERE kind = 24")]
    assert (len(laid), kinds) == (4, [3])


def test_a_long_path_is_whole(home: Path, tmp_path: Path) -> None:
    script = Script(session_id(1))
    script.prompt("Go")
    paths = [f"/src/{'long/' * 60}file{number}.py" for number in range(2)]
    for path in paths:
        script.call("Write", "ok", file_path=path, content="one\ntwo\n")
    _, laid, found = _one(home, tmp_path, script)
    assert list(found.at(len(laid) - 1).files) == paths
    assert [edit.path for edit in found.edits] == paths


def _with_subagent(home: Path, tmp_path: Path) -> Library:
    parent = Script(session_id(1))
    parent.prompt("Look around")
    launch = parent.call("Agent", "Found", description="Door finder", prompt="Find the door")
    parent.records[-1]["toolUseResult"] = {"agentId": "a1", "status": "completed"}
    folder = parent.write(tmp_path).with_suffix("") / "subagents"
    folder.mkdir(parents=True)
    agent = Script(session_id(1), 7)
    agent.prompt("Find the door")
    agent.call("Edit", "ok", file_path="door.py", old_string="a", new_string="b\nc")
    agent.call("TodoWrite", "ok", todos=[{"content": "Mine", "status": "pending"}])
    agent.add(
        "assistant",
        isApiErrorMessage=True,
        error="overloaded",
        message={"model": "<synthetic>", "content": [{"type": "text", "text": "API Error"}]},
    )
    # Within the call that launched it.
    stamps = [parent.records[1]["timestamp"], parent.records[2]["timestamp"]]
    for number, record in enumerate(agent.records):
        record.update(isSidechain=True, agentId="a1", timestamp=stamps[0])
        if number == len(agent.records) - 1:
            record["timestamp"] = stamps[1]
    (folder / "agent-a1.jsonl").write_bytes(agent.bytes())
    meta = {"agentType": "Explore", "description": "Door finder", "toolUseId": launch}
    (folder / "agent-a1.meta.json").write_text(json.dumps(meta))
    import_roots(home, [tmp_path])
    return Library.open(home)


def test_a_subagent_is_at_work_while_its_call_is_pending(home: Path, tmp_path: Path) -> None:
    library = _with_subagent(home, tmp_path)
    row = sessions.find(library, session_id(1))
    laid = timeline.load(library, row.id)
    child = library.rows("SELECT id FROM session WHERE parent = ?", (row.id,))[0][0]
    found = ledger.load(library, laid)
    launch = next(at for at in range(len(laid)) if found.at(at).pending)
    pending = found.at(launch).pending[0]
    assert (pending.name, pending.agent, pending.subagent) == ("Agent", 0, child)
    assert found.at(launch).agents == (child,)
    inner = [each for at in range(len(laid)) for each in found.at(at).pending if each.agent]
    assert {each.agent for each in inner} == {child}
    end = found.at(len(laid) - 1)
    assert (end.pending, end.agents, end.todo) == ((), (), ())
    assert end.files["door.py"].added == 2
    assert (end.spent.output, end.errors) == (row.tokens.output, row.errors) == (60, 1)


@pytest.mark.parametrize("live", [True, False])
def test_a_subagent_in_the_background_works_on_at_the_live_edge(
    home: Path, tmp_path: Path, *, live: bool
) -> None:
    parent = Script(session_id(1))
    parent.prompt("Look around")
    launch = parent.call("Agent", "Launched", description="Door finder", prompt="Find the door")
    parent.records[-1]["toolUseResult"] = {"agentId": "a1", "status": "async_launched"}
    file = parent.write(tmp_path)
    folder = file.with_suffix("") / "subagents"
    folder.mkdir(parents=True)
    agent = Script(session_id(1), 7)
    agent.prompt("Find the door")
    agent.call("Read", "a", file_path="/src/door.py")
    del agent.records[-1]
    for number, record in enumerate(agent.records):
        stamp = f"2026-12-01T10:00:0{number}.000Z"
        record.update(isSidechain=True, agentId="a1", timestamp=stamp)
    (folder / "agent-a1.jsonl").write_bytes(agent.bytes())
    meta = {"agentType": "Explore", "description": "Door finder", "toolUseId": launch}
    (folder / "agent-a1.meta.json").write_text(json.dumps(meta))
    for each in (file, *folder.iterdir()) if not live else ():
        os.utime(each, (0, 1_000_000_000))
    import_roots(home, [tmp_path])
    library = Library.open(home)
    _, end = _end(library, sessions.find(library, session_id(1)).id)
    assert bool(end.agents) == live


def test_a_subagent_has_a_state_of_its_own(home: Path, tmp_path: Path) -> None:
    library = _with_subagent(home, tmp_path)
    child = library.rows("SELECT id FROM session WHERE parent IS NOT NULL")[0][0]
    row = sessions.rows(library, [child])[child]
    laid, state = _end(library, child)
    assert (state.turn, state.spent.output, state.errors) == (1, 40, 1)
    assert (row.tokens.output, row.errors) == (40, 1)
    assert state.context.tokens == 1_123
    assert state.todo == (Todo("Mine", "pending"),)
    assert list(state.files) == ["door.py"]
    begun: list[Any] = [
        each.agent for at in range(len(laid)) for each in ledger.load(library, laid).at(at).pending
    ]
    assert begun == [0] * len(begun)
    assert begun


def test_the_ledger_is_read_in_bulk(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    """As many questions to the library for a long session as for a short one."""
    asked: list[str] = []
    rows = Library.rows

    def counting(self: Library, sql: str, parameters: tuple[Any, ...] = ()) -> list[Any]:
        asked.append(sql)
        return rows(self, sql, parameters)

    monkeypatch.setattr(Library, "rows", counting)
    counts = []
    for number in range(3):  # of 2, 3 and 4 turns
        laid = timeline.load(library, sessions.find(library, session_id(number)).id)
        asked.clear()
        ledger.load(library, laid)
        counts.append(len(asked))
    assert len(set(counts)) == 1
    assert counts[0] < 20
