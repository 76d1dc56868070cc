"""The spool, into the library: each fact once, whatever is killed when."""

from __future__ import annotations

import json
import os
import time
from pathlib import Path
from typing import Any

import pytest

from her_tui.capture.agents import ADAPTERS
from her_tui.queries.library import Library
from her_tui.recorder import ingest
from her_tui.recorder.intake import Intake
from her_tui.recorder.receiver import Spool
from her_tui.spool import frames
from her_tui.spool.files import folder
from her_tui.store import bodies
from tests.support.channels import START, Wire, answered, event, export, request_body, sse
from tests.support.claude import busy_session, session_id

SESSION = session_id(900)


@pytest.fixture
def house(home: Path) -> Path:
    """Her's folder."""
    home.mkdir(mode=0o700)
    return home


def take_in(home: Path, intake: Intake | None = None, exclude: tuple[str, ...] = ()) -> Intake:
    """One pass over the spool, as the recorder makes it."""
    intake = intake or Intake(home)
    ingest.guarded_intake(home, intake, exclude)
    return intake


def told(home: Path, *records: dict[str, Any], run: str = "") -> None:
    """Telemetry arrives."""
    spool = Spool(home)
    spool.add("logs", run, export(*records))
    spool.close()


def rows(home: Path, sql: str) -> list[tuple[Any, ...]]:
    """What the library says."""
    library = Library.open(home)
    try:
        return library.rows(sql)
    finally:
        library.close()


def gaps(home: Path) -> list[tuple[Any, ...]]:
    """(reason, count, sentence) of every gap."""
    return rows(home, "SELECT detail, chars, preview FROM event WHERE kind = 30 ORDER BY ts, id")


def left(home: Path) -> list[str]:
    """Files of the spool."""
    return sorted(
        str(file.relative_to(home / "spool"))
        for file in (home / "spool").rglob("*")
        if file.is_file()
    )


def body(home: Path, column: str, condition: str = "1") -> bytes | None:
    """A body of the one attempt there is (or the one that ``condition`` tells)."""
    library = Library.open(home)

    def fetch(sql: str, values: tuple[Any, ...]) -> Any:
        return next(iter(library.rows(sql, values)), None)

    try:
        (row,) = library.rows(f"SELECT {column} FROM request WHERE {condition}")
        return bodies.read(fetch, row[0]) if row[0] is not None else None
    finally:
        library.close()


def test_an_exchange_becomes_an_attempt_and_its_file_goes(house: Path) -> None:
    wire = Wire(house)
    wire.answer(SESSION, 1, "Well done")
    wire.close()
    take_in(house)
    found = rows(
        house,
        "SELECT kind, request_id, message_id, status, outcome, input, output, channels,"
        " ttft_ms IS NOT NULL, duration_ms IS NOT NULL, chunks IS NOT NULL FROM request",
    )
    assert found == [("main", "req_w1", "msg_w1", 200, "ok", 3, 21, 4, 1, 1, 1)]
    assert rows(house, "SELECT responses, output, cost > 0, project FROM session") == [
        (1, 21, 1, "/src/demo"),
    ]
    sent = json.loads(body(house, "request_body") or b"")
    assert sent["messages"][0]["content"][0]["text"] == "Do 1"
    assert "d" * 64 not in json.dumps(sent), "ids of a device are not kept"
    assert body(house, "response_body") == sse("msg_w1", "Well done", 21)
    assert left(house) == []
    assert rows(house, "SELECT * FROM spooled") == []


def test_what_is_in_flight_is_there_at_once_and_its_text_grows(house: Path) -> None:
    wire = Wire(house)
    exchange = wire.ask(SESSION, "Tell me")
    intake = take_in(house)
    assert rows(house, "SELECT outcome, response_body FROM request") == [("pending", None)]
    under_way = intake.in_flight
    wire.begin(exchange, "req_w1", sse("msg_w1", "It goes", cut=True))
    time.sleep(0.45)
    take_in(house, intake)
    assert rows(house, "SELECT outcome, status FROM request") == [("pending", 200)]
    assert b"goes" in (body(house, "response_body") or b"")
    wire.end(exchange, "upstream")
    take_in(house, intake)
    assert rows(house, "SELECT outcome, message_id FROM request") == [("upstream", "msg_w1")]
    assert b"goes" in (body(house, "response_body") or b""), "the text of a cut stream is kept"
    assert (under_way, intake.in_flight) == (True, False)
    wire.close()


def test_a_pipe_that_is_killed_leaves_a_gap(house: Path) -> None:
    wire = Wire(house)
    wire.answer(SESSION, 1)
    exchange = wire.ask(SESSION, "Tell me")
    wire.begin(exchange, "req_w2", sse("msg_w2", "Half of", cut=True))
    wire.file.append(b"\x40\x00\x00\x00\x05")  # killed in the middle of a frame
    wire.close()
    take_in(house)
    found = rows(house, "SELECT request_id, outcome FROM request ORDER BY id")
    assert found == [("req_w1", "ok"), ("req_w2", "lost")]
    ((reason, count, said),) = gaps(house)
    assert (reason, count) == ("request", 1)
    assert said.startswith("A request was under way")
    assert left(house) == []


def test_frames_that_were_dropped_leave_a_gap(house: Path) -> None:
    wire = Wire(house)
    wire.answer(SESSION, 1)
    wire.put(frames.GAP, 0, {"reason": "the disk was full", "bytes": 4096})
    wire.close()
    take_in(house)
    ((reason, _, said),) = gaps(house)
    assert reason == "wire"
    assert "4096" in said
    assert "the disk was full" in said


def test_reading_again_after_a_kill_changes_nothing(house: Path) -> None:
    wire = Wire(house)
    wire.answer(SESSION, 1)
    slow = wire.ask(SESSION, "Slowly")
    wire.answer(SESSION, 2)
    take_in(house)
    wire.begin(slow, "req_w9", sse("msg_w9", "At last", 30))
    wire.end(slow)
    take_in(house)  # another recorder: the first was killed
    wire.close()
    take_in(house)
    found = rows(house, "SELECT request_id, outcome, output FROM request ORDER BY request_id")
    assert found == [("req_w1", "ok", 21), ("req_w2", "ok", 22), ("req_w9", "ok", 30)]
    assert rows(house, "SELECT count(*) FROM response") == [(3,)]
    assert left(house) == []


def test_telemetry_becomes_attempts_and_actions(house: Path) -> None:
    told(
        house,
        *answered(SESSION, 1, START, 0),
        event("tool_decision", SESSION, 3, START + 50, tool_use_id="toolu_1", decision="accept",
              source="config", tool_name="Bash"),
        event("tool_result", SESSION, 4, START + 90, tool_use_id="toolu_1", success="true",
              duration_ms=37, tool_name="Bash"),
    )  # fmt: skip
    take_in(house)
    found = rows(house, "SELECT telemetry, request_id, status, outcome, ttft_ms, duration_ms,"
                        " output, cost_usd FROM request")  # fmt: skip
    key = f"body-{SESSION[-4:]}-1"
    assert found == [(key, f"req_{SESSION[-4:]}_1", 200, "ok", 12, 40, 21, 0.01)]
    assert rows(house, "SELECT tool_use_id, duration_ms, permission FROM action") == [
        ("toolu_1", 37, "accept:config"),
    ]
    assert gaps(house) == []
    assert left(house) == []


def test_an_export_sent_twice_counts_once(house: Path) -> None:
    for _ in range(2):
        told(house, *answered(SESSION, 1, START, 0), *answered(SESSION, 2, START + 900, 3))
    take_in(house)
    assert rows(house, "SELECT count(*), sum(channels) FROM request") == [(2, 4)]
    assert rows(house, "SELECT count(*), sum(output) FROM response") == [(2, 43)]
    assert gaps(house) == []


def test_telemetry_that_did_not_arrive_is_a_gap(house: Path) -> None:
    told(house, *answered(SESSION, 1, START, 0), run="r1")
    told(house, *answered(SESSION, 2, START + 900, 8), run="r1")
    take_in(house)
    assert [(reason, count) for reason, count, _ in gaps(house)] == [("telemetry", 5)]
    told(house, *answered(SESSION, 3, START + 5000, 0), run="r2")
    take_in(house)
    assert len(gaps(house)) == 1, "another client counts from 0 again"


@pytest.mark.parametrize("order", [("log", "files"), ("files", "log")])
def test_bodies_are_taken_in_and_deleted_at_once(house: Path, order: tuple[str, ...]) -> None:
    where = house / "spool" / "bodies"
    where.mkdir(parents=True)
    key, request = f"body-{SESSION[-4:]}-1", f"req_{SESSION[-4:]}_1"
    intake = Intake(house)
    for step in order:
        if step == "log":
            told(house, *answered(SESSION, 1, START, 0))
        else:
            sent = request_body(SESSION, "Do it").replace(
                b'"metadata"', b'"betas":["b"],"metadata"'
            )
            (where / f"{key}.request.json").write_bytes(sent)
            answer = {"id": f"msg_{SESSION[-4:]}_1", "type": "message", "role": "assistant",
                      "model": "claude-opus-4-5", "content": [{"type": "text", "text": "Yes"}],
                      "stop_reason": "end_turn", "usage": {"input_tokens": 3,
                      "output_tokens": 21}}  # fmt: skip
            (where / f"{request}.response.json").write_text(json.dumps(answer))
        take_in(house, intake)
    time.sleep(1.6)
    take_in(house, intake)
    assert left(house) == []
    found = rows(house, "SELECT count(*), min(stop_reason), min(outcome) FROM request")
    assert found == [(1, "end_turn", "ok")]
    assert b"betas" not in (body(house, "request_body") or b"")
    assert b'"Yes"' in (body(house, "response_body") or b"")


def test_a_body_that_is_still_being_written_waits(house: Path) -> None:
    where = house / "spool" / "bodies"
    where.mkdir(parents=True)
    file = where / "abc.request.json"
    whole = request_body(SESSION, "Do it")
    file.write_bytes(whole[:-5])
    intake = take_in(house)
    assert left(house) == ["bodies/abc.request.json"]
    file.write_bytes(whole)
    take_in(house, intake)
    assert left(house) == []
    assert rows(house, "SELECT telemetry, outcome FROM request") == [("abc", "pending")]


def test_the_index_joins_what_the_logs_did_not(house: Path) -> None:
    where = house / "spool" / "bodies"
    where.mkdir(parents=True)
    (where / "abc.request.json").write_bytes(request_body(SESSION, "Do it"))
    (where / "req_1.response.json").write_bytes(
        b'{"id":"msg_1","type":"message","content":[],"usage":{"input_tokens":1,"output_tokens":2}}'
    )
    line = {"timestamp": "2026-11-01T09:00:00.000Z", "session_id": SESSION, "request_id": "req_1",
            "message_id": "msg_1", "request_file": "abc.request.json", "model": "m",
            "response_file": "req_1.response.json", "query_source": "sdk"}  # fmt: skip
    index = where / "index.jsonl"
    index.write_text(json.dumps(line) + "\n" + '{"torn')
    intake = take_in(house)
    time.sleep(1.6)
    take_in(house, intake)
    assert left(house) == ["bodies/index.jsonl"]
    old = time.time() - 60
    os.utime(index, (old, old))
    take_in(house, intake)
    take_in(house, intake)
    assert left(house) == []
    found = rows(house, "SELECT telemetry, request_id, message_id, output FROM request")
    assert found == [("abc", "req_1", "msg_1", 2)]


def test_all_channels_make_the_rows_of_the_richest(home: Path, tmp_path: Path) -> None:
    def record(where: Path, telemetry: bool) -> dict[str, Any]:
        where.mkdir(mode=0o700, parents=True)
        script = busy_session(3)
        script.write(tmp_path / "claude")
        wire = Wire(where)
        bodies_folder = where / "spool" / "bodies"
        bodies_folder.mkdir(parents=True)
        for number in (1, 2, 3):
            exchange = wire.ask(script.session, f"Do {number}")
            request, message = f"req_{script.session[-4:]}_{number}", f"msg_x{number}"
            now = time.time_ns() // 1_000_000
            if telemetry:
                key = f"body-{script.session[-4:]}-{number}"
                sent = request_body(script.session, f"Do {number}")
                (bodies_folder / f"{key}.request.json").write_bytes(sent)
            if number == 2:
                wire.begin(
                    exchange, "", b'{"type":"error","error":{"type":"overloaded_error"}}', 529
                )
                wire.end(exchange)
                time.sleep(0.6)
                continue
            wire.begin(exchange, request, sse(message, "Done", 20 + number))
            wire.end(exchange)
            if telemetry:
                records = answered(script.session, number, now, 3 * (number > 1))
                records[-1]["attributes"] = [
                    {"key": "message.id", "value": {"stringValue": message}}
                    if each["key"] == "message.id" else each
                    for each in records[-1]["attributes"]
                ]  # fmt: skip
                told(where, *records)
        wire.close()
        ingest.guarded_pass(where, [(ADAPTERS[0], tmp_path / "claude")])
        intake = take_in(where)
        time.sleep(1.6)
        take_in(where, intake)
        tables = ("session", "event", "response", "action", "request", "body")
        return {name: rows(where, f"SELECT count(*) FROM {name}") for name in tables}

    both = record(home, telemetry=True)
    alone = record(tmp_path / "alone", telemetry=False)
    assert both == alone
    assert both["request"] == [(3,)]


def test_a_session_the_user_deleted_is_not_brought_back(house: Path, tmp_path: Path) -> None:
    from her_tui.recorder.deletion import delete

    wire = Wire(house)
    wire.answer(SESSION, 1, "Secretive")
    take_in(house)
    ((session,),) = rows(house, "SELECT id FROM session")
    delete(house, session)
    wire.answer(SESSION, 2)
    wire.close()
    told(house, *answered(SESSION, 3, START, 0))
    take_in(house)
    for table in ("session", "request", "body", "piece", "response", "event"):
        assert rows(house, f"SELECT count(*) FROM {table}") == [(0,)], table
    assert left(house) == []
    assert b"Secretive" not in (house / "library.db").read_bytes()


def test_an_excluded_project_is_not_recorded_by_any_channel(house: Path) -> None:
    wire = Wire(house)
    wire.answer(SESSION, 1)
    wire.close()
    take_in(house, exclude=("/src/demo",))
    assert rows(house, "SELECT count(*) FROM session") == [(0,)]
    assert rows(house, "SELECT count(*) FROM body") == [(0,)]
    assert left(house) == []


def test_rows_made_anew_from_the_raw_records_keep_what_channels_told(
    house: Path, tmp_path: Path
) -> None:
    from her_tui.recorder.rebuild import rebuild
    from her_tui.store.writer import Writer

    script = busy_session(5)
    script.write(tmp_path)
    ingest.guarded_pass(house, [(ADAPTERS[0], tmp_path)])
    action = next(
        block["id"] for record in script.records if record["type"] == "assistant"
        for block in record["message"]["content"] if block["type"] == "tool_use"
    )  # fmt: skip
    told(
        house,
        *answered(script.session, 1, START, 0),
        event("tool_decision", script.session, 5, START + 50, tool_use_id=action,
              decision="accept", source="user_permanent", tool_name="Bash"),
        run="r",
    )  # fmt: skip
    take_in(house)
    columns = ("SELECT responses, output, cost, errors FROM session",
               "SELECT message_id, output FROM response ORDER BY 1",
               "SELECT tool_use_id, permission FROM action ORDER BY 1",
               "SELECT kind, preview FROM event ORDER BY 1, 2")  # fmt: skip
    before = [rows(house, sql) for sql in columns]
    assert any(permission for _, permission in before[2])
    writer = Writer(house)
    ((session,),) = writer.database.execute_sql("SELECT id FROM session").fetchall()
    with writer.transaction():
        rebuild(writer, ADAPTERS[0], session)
        writer.refresh()
    writer.close()
    take_in(house)
    assert [rows(house, sql) for sql in columns] == before
    assert folder(os.fspath(house))


def previews(home: Path) -> list[tuple[Any, ...]]:
    """(kind, first line) of every event."""
    return rows(home, "SELECT kind, preview FROM event ORDER BY ts, id")


def unnamed(wire: Wire, *said: tuple[str, str]) -> int:
    """A request of a client that names no session."""
    body = {"model": "m", "messages": [{"role": role, "content": text} for role, text in said]}
    wire.numbers += 1
    head = {"method": "POST", "path": "/v1/messages", "headers": {}}
    wire.put(1, wire.numbers, head)
    wire.put(2, wire.numbers, body)
    wire.put(3, wire.numbers)
    return wire.numbers


def test_a_client_that_names_no_session_is_recorded_all_the_same(house: Path) -> None:
    wire = Wire(house)
    first = unnamed(wire, ("user", "Mend the door"))
    wire.begin(first, "req_1", sse("msg_1", "It is mended", cut=True))
    intake = take_in(house)
    assert previews(house) == [(1, "Mend the door")], "asked, and not answered yet"
    wire.put(frames.RESPONSE_BODY, first, sse("msg_1", "", 20)[-300:])
    wire.end(first)
    take_in(house, intake)
    second = unnamed(wire, ("user", "Mend the door"), ("assistant", "It is mended"),
                     ("user", "And the gate"))  # fmt: skip
    wire.begin(second, "req_2", sse("msg_2", "That too"))
    wire.end(second)
    take_in(house, intake)
    assert previews(house) == [
        (1, "Mend the door"), (11, "Itismended"), (1, "And the gate"), (11, "Thattoo"),
    ]  # fmt: skip
    assert rows(house, "SELECT agent, prompts, responses, title FROM session") == [
        ("wire", 2, 2, "Mend the door"),
    ]
    wire.close()


def test_a_session_without_a_transcript_is_written_down_until_there_is_one(
    house: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    script = busy_session(6, turns=1)
    wire = Wire(house)
    wire.answer(script.session, 1, "Well done")
    intake = take_in(house)
    assert previews(house) == [], "its transcript may come any moment"
    assert (intake.unsettled, intake.waiting()) == (True, False)
    monkeypatch.setenv("HER_NOW", str(time.time_ns() // 1_000_000 + 60_000))
    assert intake.waiting(), "though nothing came since"
    take_in(house, intake)
    assert (intake.unsettled, intake.waiting()) == (False, False)
    assert previews(house) == [(1, "Do 1"), (11, "Welldone")]
    wire.answer(script.session, 2, "Again")
    take_in(house, intake)
    assert previews(house)[2:] == [(1, "Do 2"), (11, "Again")]
    script.write(tmp_path)
    ingest.guarded_pass(house, [(ADAPTERS[0], tmp_path)])
    take_in(house, intake)
    fresh = tmp_path / "fresh"
    ingest.import_roots(fresh, [tmp_path / "projects"])
    assert previews(house) == previews(fresh)
    assert rows(house, "SELECT count(*) FROM chunk") == rows(fresh, "SELECT count(*) FROM chunk")
    wire.close()


def test_an_answer_the_client_did_not_write_down_is_told_by_the_transcript(
    house: Path, tmp_path: Path
) -> None:
    from her_tui.queries import requests, retold, sessions

    script = busy_session(8, turns=1)
    script.write(tmp_path)
    ingest.guarded_pass(house, [(ADAPTERS[0], tmp_path)])
    last = [record for record in script.records if record["type"] == "assistant"][-1]
    message = last["message"]
    where = house / "spool" / "bodies"
    where.mkdir(parents=True)
    file = where / f"{last['requestId']}.response.json"
    file.touch()
    told(
        house,
        event("api_response_body", script.session, 0, START, request_id=last["requestId"],
              request_body_id="b", message__id=message["id"], model=message["model"]),
    )  # fmt: skip
    intake = take_in(house)
    assert left(house) == [f"bodies/{file.name}"], "it may still be written"
    old = time.time() - 10
    os.utime(file, (old, old))
    take_in(house, intake)
    assert left(house) == []
    library = Library.open(house)
    row = sessions.find(library, script.session)
    (attempt,) = requests.attempts(library, row.id)
    assert attempt.missing["response_body"].startswith("the client ended")
    answer = json.loads(retold.answer(library, attempt) or b"")
    assert answer["content"] == message["content"]
    assert answer["usage"] == message["usage"]
    assert (answer["id"], answer["stop_reason"]) == (message["id"], message["stop_reason"])
