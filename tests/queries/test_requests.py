"""What a session asked of the API: attempts, responses, contexts, what is on its way or cut off."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from her_tui.events.model import EventKind
from her_tui.events.requests import Attempt, Channel, Outcome, RequestKind, Tokens
from her_tui.queries import contexts, live, requests, sessions, timeline, turns
from her_tui.queries.library import Library
from her_tui.queries.responses import ONLY_TRANSCRIPT, responses
from her_tui.queries.sessions import Origin
from her_tui.queries.traffic import traffic
from her_tui.recorder.ingest import import_roots
from tests.support.attempts import failed, put, sent, streamed, wire
from tests.support.claude import Script, session_id

SESSION = session_id(1)

Filled = Callable[..., tuple[Library, int]]


def script() -> Script:
    """Two turns; a record a second."""
    made = Script(SESSION, 1)
    made.prompt("First question")
    made.say("First answer")
    made.call("Read", "1\timport os", file_path="/src/demo/a.py")
    made.prompt("Second question")
    made.say("Second answer")
    return made


@pytest.fixture
def filled(home: Path, tmp_path: Path) -> Filled:
    """``filled(attempts…)``: a library with the script and these, and the session's row id."""

    def fill(
        *attempts: Attempt, gaps: tuple[tuple[str, int, int], ...] = ()
    ) -> tuple[Library, int]:
        script().write(tmp_path)
        import_roots(home, [tmp_path])
        put(home, attempts, gaps)
        library = Library.open(home)
        return library, sessions.find(library, SESSION).id

    return fill


def first_time() -> int:
    """The time of the script's first record, in milliseconds."""
    stamp = script().records[0]["timestamp"]
    return round(datetime.fromisoformat(stamp).timestamp() * 1000)


def test_without_channels_every_response_is_the_transcripts(filled: Filled) -> None:
    library, session = filled()
    rows = responses(library, session)
    assert [row.kind for row in rows] == ["main"] * 3
    assert {row.channels for row in rows} == {Channel.TRANSCRIPT}
    assert all(row.missing["ttft_ms"] == ONLY_TRANSCRIPT for row in rows)
    assert all(row.status is None and row.attempts == () for row in rows)
    assert sum(row.cost_usd or 0 for row in rows) == pytest.approx(
        sessions.find(library, SESSION).cost
    )


def test_an_attempt_and_the_transcript_are_one_response(filled: Filled) -> None:
    made = script()
    (answer,) = [each for each in made.records if each["type"] == "assistant"][:1]
    start = first_time() + 100
    library, session = filled(
        wire(
            SESSION, 1, start, sent("First question"),
            message_id=answer["message"]["id"], request_id=answer["requestId"],
        )
    )  # fmt: skip
    rows = responses(library, session)
    assert len(rows) == 3
    assert rows[0].channels == Channel.TRANSCRIPT | Channel.WIRE
    assert (rows[0].started, rows[0].ttft_ms, rows[0].status) == (start, 500.0, 200)
    assert rows[0].stop_reason == "end_turn"
    assert rows[0].tokens is not None
    assert rows[0].tokens.output == 20


def test_retries_are_one_response(filled: Filled) -> None:
    body, start = sent("Never seen before"), first_time()
    library, session = filled(
        failed(SESSION, 1, start, body),
        failed(SESSION, 2, start + 600, body),
        wire(SESSION, 3, start + 1_800, body),
    )
    (row,) = [each for each in responses(library, session) if each.attempts]
    assert [each.status for each in row.attempts] == [529, 529, 200]
    assert (row.started, row.message_id, row.outcome) == (start, "msg_wire_3", Outcome.OK)
    assert not row.is_side


def test_side_requests_are_told_apart_and_cost(filled: Filled) -> None:
    library, session = filled(
        wire(SESSION, 1, first_time(), sent("title?"), kind=RequestKind.TITLE, tokens=Tokens(9, 2))
    )
    found = traffic(library, session)
    assert found is not None
    assert [row.kind for row in found.sides] == ["title"]
    assert len(found.told) == 3
    assert found.sides_until(first_time() - 1) == ()
    assert found.sides_until(first_time()) == found.sides


def test_the_same_traffic_is_not_read_again(filled: Filled, home: Path) -> None:
    body = sent("Never seen before")
    library, session = filled(wire(SESSION, 1, first_time(), body))
    found = traffic(library, session)
    assert found is not None
    assert traffic(library, session, found.stamp) is None
    put(home, [wire(SESSION, 2, first_time() + 9_000, body)])
    again = traffic(library, session, found.stamp)
    assert again is not None
    assert len(again.told) == len(found.told) + 1


def test_the_response_at_the_playhead_is_the_last_that_began(filled: Filled) -> None:
    start = first_time()
    library, session = filled(
        wire(SESSION, 1, start + 200, sent("a")), wire(SESSION, 2, start + 90_000, sent("b"))
    )
    found = traffic(library, session)
    assert found is not None
    assert found.at(start, 0) is None
    row = found.at(start + 300, 0)
    assert row is not None
    assert row.message_id == "msg_wire_1"
    assert found.at(start + 300, 99) is None
    last = found.at(1 << 62, 0)
    assert last is not None
    assert last.message_id == "msg_wire_2"


def test_a_context_says_what_is_new(filled: Filled) -> None:
    start = first_time()
    library, session = filled(
        wire(SESSION, 1, start, sent("Hello")),
        failed(SESSION, 2, start + 5_000, sent("Hello", "Hi", "And now?")),
        wire(SESSION, 3, start + 6_000, sent("Hello", "Hi", "And now?")),
    )
    rows = requests.attempts(library, session)
    first, _, last = (contexts.context(library, row.id) for row in rows)
    assert first is not None
    assert last is not None
    assert first.before is None
    assert first.new == frozenset()
    assert last.before == rows[0].id
    assert [last.blocks[at].text for at in sorted(last.new)] == ["Hi", "And now?"]
    sums = last.sections()
    assert list(sums) == ["system", "tools", "messages"]
    assert [section.blocks for section in sums.values()] == [1, 3, 3]
    assert sums["messages"].new == 2
    assert last.tokens == 1103


def test_no_context_has_a_reason(filled: Filled) -> None:
    library, session = filled(
        wire(SESSION, 1, first_time(), sent("x"), request_body=None, conversation=b"",
             missing={"request_body": "the tee was full"}),
        wire(SESSION, 2, first_time() + 1, b"no request", conversation=b""),
    )  # fmt: skip
    first, second = requests.attempts(library, session)
    empty, odd = contexts.context(library, first.id), contexts.context(library, second.id)
    assert empty is not None
    assert odd is not None
    assert (empty.blocks, empty.why) == ((), "the tee was full")
    assert (odd.blocks, odd.why) == ((), "it is no request")
    assert contexts.context(library, 99_999) is None


def test_bodies_and_arrivals_come_back(filled: Filled) -> None:
    body, answer = sent("x" * 900), streamed("msg_wire_1", "y" * 900)
    arrivals = [(400, 500.25), (len(answer), 1500.0)]
    library, session = filled(
        wire(SESSION, 1, first_time(), body, response_body=answer, chunks=arrivals)
    )
    (row,) = requests.attempts(library, session)
    assert requests.body(library, row.request_body) == body
    assert requests.body(library, row.response_body) == answer
    assert (row.request_bytes, row.response_bytes) == (len(body), len(answer))
    assert requests.chunks(library, row.id) == arrivals
    assert requests.body(library, None) is None


def test_an_answer_on_its_way_is_live(filled: Filled, monkeypatch: pytest.MonkeyPatch) -> None:
    start = first_time() + 60_000
    pending = wire(
        SESSION, 1, start, sent("slow"), outcome=Outcome.PENDING, duration_ms=None, tokens=None,
        response_body=streamed("msg_wire_1", "So far", stop=None),
    )  # fmt: skip
    library, session = filled(pending)
    monkeypatch.setenv("HER_NOW", str(start + 4_200))
    (wait,) = live.in_flight(library, session)
    assert (wait.text, wait.agent, wait.elapsed_ms) == ("So far", "", 4_200)
    assert sessions.find(library, SESSION).origin is Origin.LIVE
    found = traffic(library, session)
    assert found is not None
    assert found.in_flight == (wait,)
    assert any(row.pending for row in found.told)
    monkeypatch.setenv("HER_NOW", str(start + sessions.LONGEST_MS + 1))
    assert live.in_flight(library, session) == ()


def test_an_answer_that_broke_off_stands_in_its_turn(filled: Filled) -> None:
    start = first_time()
    body = sent("First question")
    cut = wire(
        SESSION, 1, start + 100, body, outcome=Outcome.UPSTREAM, duration_ms=200.0, tokens=None,
        response_body=streamed("msg_wire_1", "I was about to", stop=None),
    )  # fmt: skip
    library, session = filled(cut, wire(SESSION, 2, start + 600, body))
    line = timeline.load(library, session)
    turn = turns.load_turn(library, line, 1)
    said = [(item.text, item.untold) for item in turn.items if item.kind is EventKind.TEXT]
    assert said == [("I was about to", "wire"), ("First answer", "")]
    assert "about to" not in turn.response_text()
    for position, at in turn.index.items():
        assert turn.items[at].position <= position
        assert not turn.items[at].untold
    second = turns.load_turn(library, line, 2)
    assert not any(item.untold for item in second.items)


def test_an_answer_the_client_did_not_live_to_write_down_is_told(filled: Filled) -> None:
    last = round(datetime.fromisoformat(script().records[-1]["timestamp"]).timestamp() * 1000)
    answer = streamed("msg_wire_1", "Nobody wrote this down")
    library, session = filled(wire(SESSION, 1, last + 5_000, sent("?"), response_body=answer))
    line = timeline.load(library, session)
    told = turns.load_turn(library, line, 2).items[-1]
    assert (told.text, told.untold, told.detail) == ("Nobody wrote this down", "wire", "")
    found = traffic(library, session)
    assert found is not None
    assert len(found.untold) == 1


def test_a_text_the_transcript_has_is_not_told_twice(filled: Filled) -> None:
    answer = next(each for each in script().records if each["type"] == "assistant")
    library, session = filled(
        wire(
            SESSION, 1, first_time() + 100, sent("First question"), outcome=Outcome.CLIENT,
            message_id=answer["message"]["id"], request_id=answer["requestId"],
            response_body=streamed(answer["message"]["id"], "First answ", stop=None),
        )
    )  # fmt: skip
    found = traffic(library, session)
    assert found is not None
    assert found.untold == frozenset()
    assert live.untold_answers(library, session, 0, None, ()) == ()


def test_a_gap_stands_at_its_time(filled: Filled) -> None:
    start = first_time()
    library, session = filled(gaps=((SESSION, 4, start + 1_500),))
    line = timeline.load(library, session)
    at = line.kinds.index(EventKind.GAP)
    assert 0 < at < len(line) - 1
    assert line.times[at] == start + 1_500
    turn = turns.load_turn(library, line, 1)
    (gap,) = [item for item in turn.items if item.kind is EventKind.GAP]
    assert "4 telemetry events" in gap.text
    assert gap.chars == len(gap.text)
    assert gap.detail == "telemetry"


def test_actions_of_a_whole_session(filled: Filled) -> None:
    library, session = filled()
    (action,) = turns.all_actions(library, session)
    assert (action.name, action.agent_id) == ("Read", "")


def test_what_no_channel_saw_of_a_failure_the_transcript_may_tell(
    home: Path, tmp_path: Path
) -> None:
    told_by = script()
    start = first_time() + 3_600_000

    def announced(number: int, seconds: int) -> Attempt:
        return Attempt(
            Channel.TELEMETRY, f"b{number}", SESSION, kind=RequestKind.MAIN, model="m",
            started=start + seconds * 1000, outcome=Outcome.ERROR,
            missing={"status": "telemetry tells only of the last attempt"},
        )  # fmt: skip

    def at(seconds: int) -> str:
        moment = datetime.fromtimestamp(start / 1000 + seconds, UTC)
        return moment.strftime("%Y-%m-%dT%H:%M:%S.000Z")

    overloaded = {"status": 529, "formatted": "529 Overloaded"}
    told_by.add("system", subtype="api_error", error=overloaded, timestamp=at(1))
    interrupted = {"role": "user", "content": "[Request interrupted by user]"}
    told_by.add("user", message=interrupted, timestamp=at(12))
    told_by.write(tmp_path)
    import_roots(home, [tmp_path])
    put(home, [announced(number, 5 * number) for number in range(3)])
    library = Library.open(home)
    told = requests.attempts(library, sessions.find(library, SESSION).id)
    assert [(each.status, each.outcome, each.error) for each in told] == [
        (529, "error", "529 Overloaded"),
        (None, "error", ""),
        (None, "client", "[Request interrupted by user]"),
    ]
    assert [bool(each.missing) for each in told] == [False, True, True]
