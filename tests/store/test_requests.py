"""Attempts: one row each, whichever channels saw it, in whatever order they tell."""

from __future__ import annotations

import itertools
from pathlib import Path
from typing import Any

import pytest
from peewee import SqliteDatabase

from her_tui.events.requests import Attempt, Channel, Outcome, RequestKind, Tokens
from her_tui.store import bodies, requests
from her_tui.store.database import open_writer
from her_tui.store.requests import Owner

BODY = b'{"model":"m","messages":[{"role":"user","content":"hi"}]}'
WIRE, TELEMETRY = Channel.WIRE, Channel.TELEMETRY


def wire(number: int, **values: Any) -> Attempt:
    """An exchange on the wire."""
    told: dict[str, Any] = {
        "session_id": "s", "kind": RequestKind.MAIN, "model": "m", "started": 1000,
        "request_body": BODY, "conversation": b"c" * 16, **values,
    }  # fmt: skip
    return Attempt(WIRE, f"wire-1.spool:{number}", **told)


def answered(number: int, **values: Any) -> Attempt:
    """An exchange that was answered."""
    told: dict[str, Any] = {
        "request_id": f"req_{number}", "message_id": f"msg_{number}", "status": 200,
        "outcome": Outcome.OK, "tokens": Tokens(3, 20), "ttft_ms": 12.5, "duration_ms": 30.25,
        "response_body": b"event: message_start", "chunks": [(20, 12.5)], **values,
    }  # fmt: skip
    return wire(number, **told)


def announced(key: str, started: int = 1003) -> Attempt:
    """What telemetry says when a request is sent."""
    return Attempt(TELEMETRY, key, "s", kind=RequestKind.MAIN, model="m", started=started)


def body_file(key: str, started: int = 1004) -> Attempt:
    """The body that the client left."""
    return Attempt(
        TELEMETRY, key, "s", model="m", started=started, request_body=BODY, conversation=b"c" * 16
    )


def told(number: int) -> Attempt:
    """What telemetry says of an answer."""
    return Attempt(
        TELEMETRY, "", "s", request_id=f"req_{number}", model="m", status=200, outcome=Outcome.OK,
        tokens=Tokens(3, 20), ttft_ms=14.0, duration_ms=33.0, cost_usd=0.25,
    )  # fmt: skip


def joined(key: str, number: int) -> Attempt:
    """The line that joins a body to its answer."""
    return Attempt(
        TELEMETRY, key, "s", request_id=f"req_{number}", message_id=f"msg_{number}", model="m"
    )


def file_answer(number: int) -> Attempt:
    """The answer that the client left."""
    return Attempt(TELEMETRY, "", request_id=f"req_{number}", message_id=f"msg_{number}",
                   response_body=b'{"type":"message"}', tokens=Tokens(3, 20))  # fmt: skip


def rows(database: SqliteDatabase, attempts: Any) -> list[dict[str, Any]]:
    """What is in the table after these were told."""
    with database.atomic("IMMEDIATE"):
        for attempt in attempts:
            requests.merge(database, Owner(1, 0), attempt)
    found = requests.of_session(database, 1)
    for row in found:
        for column in ("request_body", "response_body"):
            if row[column] is not None:
                row[column] = bodies.read(bodies.reader(database), row[column])
        del row["id"]
    return sorted(found, key=lambda row: (row["started"], row["wire"] or ""))


def table(home: Path, attempts: Any) -> list[dict[str, Any]]:
    """The same in a library of its own."""
    database = open_writer(home)
    try:
        return rows(database, attempts)
    finally:
        database.close()


def test_every_channel_in_every_order_makes_one_row(tmp_path: Path) -> None:
    say = [answered(1), announced("b"), body_file("b"), told(1), joined("b", 1), file_answer(1)]
    expected = table(tmp_path / "expected", say)
    assert len(expected) == 1
    (row,) = expected
    assert row["channels"] == WIRE | TELEMETRY
    assert (row["ttft_ms"], row["duration_ms"]) == (12.5, 30.25), "the wire's word counts"
    assert row["cost_usd"] == 0.25, "what only telemetry tells is added"
    assert row["response_body"] == b"event: message_start"
    orders = list(itertools.permutations(say))
    for number, order in enumerate(orders[:: len(orders) // 120]):
        if order[0].session_id is None:
            continue  # whose an answer is, is not known before something else tells
        assert table(tmp_path / str(number), order) == expected, order


def test_what_was_sent_is_the_wires_word_in_every_order(tmp_path: Path) -> None:
    withheld = body_file("b")
    withheld.request_body = BODY.replace(b"}", b' , "thinking":"<REDACTED>"}', 1)
    withheld.missing = {"request_body": "thoughts are withheld"}
    told_ = [wire(1), answered(1), announced("b"), withheld, joined("b", 1)]
    for number, order in enumerate(itertools.permutations(told_)):
        database = open_writer(tmp_path / str(number))
        (row,) = rows(database, order)
        assert row["request_body"] == BODY
        assert row["missing"] == {}
        kept = database.execute_sql("SELECT count(*) FROM body").fetchone()
        assert kept == (2,), "a body that nothing refers to is not kept"
        database.close()


def test_telemetry_alone_in_every_order_makes_one_row(tmp_path: Path) -> None:
    say = [announced("b"), body_file("b"), told(1), joined("b", 1), file_answer(1)]
    expected = table(tmp_path / "expected", say)
    assert len(expected) == 1
    assert expected[0]["outcome"] == "ok"
    for number, order in enumerate(itertools.permutations(say)):
        if order[0].session_id is not None:
            assert table(tmp_path / str(number), order) == expected, order


def test_attempts_that_were_not_answered_are_told_apart_by_their_time(home: Path) -> None:
    found = table(
        home,
        [
            wire(1, started=1000, status=529, outcome=Outcome.ERROR),
            wire(2, started=1600, status=529, outcome=Outcome.ERROR),
            body_file("a", 1004),
            body_file("b", 1603),
            answered(3, started=2800),
            body_file("c", 2803),
            joined("c", 3),
        ],
    )
    assert [(row["wire"][-1], row["telemetry"]) for row in found] == [
        ("1", "a"), ("2", "b"), ("3", "c"),
    ]  # fmt: skip
    assert [row["outcome"] for row in found] == ["error", "error", "ok"]


def test_telling_it_again_changes_nothing(home: Path) -> None:
    say = [answered(1), body_file("b"), joined("b", 1), told(1)]
    database = open_writer(home)
    once = rows(database, say)
    assert rows(database, [*say, *reversed(say)]) == once
    counted = database.execute_sql("SELECT count(*) FROM body").fetchone()
    assert counted == (2,), "a body that was replaced is gone"
    database.close()


def test_an_answer_that_grows_keeps_one_body(home: Path) -> None:
    database = open_writer(home)
    for size in range(1, 6):
        rows(database, [wire(1, response_body=b"x" * size)])
    assert database.execute_sql("SELECT count(*) FROM body").fetchone() == (2,)
    (row,) = rows(database, [answered(1)])
    assert row["outcome"] == "ok"
    database.close()


def test_what_one_channel_misses_another_has(home: Path) -> None:
    missing = {"response_body": "it was encoded", "cost_usd": "the wire knows no prices"}
    (row,) = table(
        home, [answered(1, response_body=None, missing=missing), joined("b", 1), file_answer(1)]
    )
    assert row["response_body"] == b'{"type":"message"}'
    assert row["missing"] == {"cost_usd": "the wire knows no prices"}


def test_a_request_whose_end_nobody_saw_is_settled(home: Path) -> None:
    database = open_writer(home)
    rows(database, [body_file("a"), wire(5, started=9000, agent_id=None, conversation=b"d" * 16)])
    reason = "only the wire sees how it ended"
    assert requests.given_up(database, 1000, reason) == []
    (settled,) = requests.given_up(database, 5000, reason)
    assert settled["telemetry"] == "a"
    first, second = requests.of_session(database, 1)
    assert (first["outcome"], second["outcome"]) == ("lost", "pending")
    assert first["missing"]["status"] == reason
    database.close()


def test_an_upstream_that_gives_every_answer_one_id_loses_none(home: Path) -> None:
    found = table(home, [answered(number, request_id="req_1") for number in (1, 2, 3)])
    assert [row["wire"][-1] for row in found] == ["1", "2", "3"]


def test_an_attempt_without_a_body_is_the_one_that_began_nearest(home: Path) -> None:
    failed = {"status": 529, "outcome": Outcome.ERROR}
    tries = [
        wire(1, started=1000, **failed, request_id="req_1"),
        wire(2, started=1012, **failed, request_id="req_2"),
        answered(3, started=2000),
    ]
    sent = [announced("a", 999), announced("b", 1010), announced("c", 1999)]
    database = open_writer(home)
    rows(database, [*tries, *sent, told(3), joined("c", 3)])
    with database.atomic("IMMEDIATE"):
        requests.overtaken(database, "the client went on")
    found = rows(database, [])
    assert [(row["wire"][-1], row["telemetry"], row["outcome"]) for row in found] == [
        ("1", "a", "error"), ("2", "b", "error"), ("3", "c", "ok"),
    ]  # fmt: skip
    database.close()


def test_an_answered_attempt_without_a_body_is_no_failed_one(home: Path) -> None:
    refused = wire(1, status=529, outcome=Outcome.ERROR, request_id="req_1")
    told_first = [refused, joined("c", 3), told(3), announced("c", 1100), answered(3, started=1101)]
    found = table(home, told_first)
    assert [(row["request_id"], row["telemetry"]) for row in found] == [
        ("req_1", None), ("req_3", "c"),
    ]  # fmt: skip


def test_what_the_conversation_went_on_after_is_settled_until_its_end_is_told(home: Path) -> None:
    database = open_writer(home)
    rows(database, [announced("a", 1000), announced("b", 3000)])
    requests.overtaken(database, "not told")
    assert [row["outcome"] for row in requests.of_session(database, 1)] == ["lost", "pending"]
    rows(database, [joined("a", 1), told(1)])
    row = requests.of_session(database, 1)[0]
    assert (row["outcome"], row["missing"]) == ("ok", {})
    database.close()


@pytest.mark.parametrize("kind", [RequestKind.TITLE, RequestKind.MAIN])
def test_what_an_attempt_says_of_its_response(home: Path, kind: RequestKind) -> None:
    database = open_writer(home)
    rows(database, [answered(1, kind=kind)])
    (row,) = requests.of_session(database, 1)
    response = requests.response_of(row, None)
    assert response is not None
    assert (response.message_id, response.request_id) == ("msg_1", "req_1")
    assert response.kind == ("title" if kind is RequestKind.TITLE else "")
    assert response.output == 20
    assert requests.response_of({**row, "message_id": None}, None) is None
    database.close()


def test_a_forgotten_session_leaves_no_body(home: Path) -> None:
    database = open_writer(home)
    rows(database, [answered(1), body_file("b")])
    with database.atomic("IMMEDIATE"):
        requests.forget(database, 1)
    for name in ("request", "body", "piece"):
        assert database.execute_sql(f"SELECT count(*) FROM {name}").fetchone() == (0,)
    database.close()
