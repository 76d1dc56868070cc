"""Requests, timings, side requests and answers on their way, as lines."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

import pytest

from her_tui.analysis.timing import Timing, timing_of
from her_tui.capture.api.blocks import blocks_of
from her_tui.events.requests import Channel, Outcome
from her_tui.queries.contexts import Context
from her_tui.queries.live import InFlight
from her_tui.queries.requests import AttemptRow
from her_tui.queries.responses import ResponseRow
from her_tui.queries.tokens import Tokens
from her_tui.ui.renderers import context as contexts
from her_tui.ui.renderers import timing as timings
from her_tui.ui.renderers import traffic
from her_tui.ui.renderers.context import Unfolded
from her_tui.ui.renderers.line import Block, Line
from tests.support.attempts import sent
from tests.ui.hostile import HOSTILE
from tests.ui.replay_values import START


def attempt(number: int = 1, **more: object) -> AttemptRow:
    """An attempt that was answered."""
    given: dict[str, object] = {
        "id": number, "agent": 0, "kind": "main", "query_source": "", "request_id": "req_1",
        "message_id": "msg_1", "model": "claude-opus-4-5-20251101", "started": START,
        "ttft_ms": 1_240.0, "duration_ms": 14_200.0, "status": 200, "outcome": "ok", "error": "",
        "streamed": True, "stop_reason": "end_turn", "effort": "", "tokens": Tokens(3, 780, 0, 40),
        "cost_usd": 0.12, "conversation": b"", "channels": Channel.WIRE, "request_body": 1,
        "response_body": 2, "request_bytes": 4_000, "response_bytes": 9_000, "missing": {},
    }  # fmt: skip
    return AttemptRow(**(given | more))  # type: ignore[arg-type]


def response(*attempts: AttemptRow, **more: object) -> ResponseRow:
    """What came of ``attempts``."""
    last = attempts[-1] if attempts else attempt()
    given: dict[str, object] = {
        "message_id": "msg_1", "request_id": "req_1", "agent": 0, "agent_id": None, "kind": "main",
        "model": last.model, "started": START, "ttft_ms": last.ttft_ms,
        "duration_ms": last.duration_ms, "status": last.status, "outcome": last.outcome,
        "attempts": attempts, "stop_reason": "end_turn", "tokens": last.tokens, "cost_usd": 0.12,
        "channels": Channel.WIRE,
    }  # fmt: skip
    return ResponseRow(**(given | more))  # type: ignore[arg-type]


def context(*texts: str, new: Iterable[int] = (), **more: object) -> Context:
    """The context of a request with these turns."""
    blocks = tuple(blocks_of(sent(*texts)))
    given: dict[str, object] = {
        "attempt": attempt(), "blocks": blocks, "new": frozenset(new), "before": 7, "why": "",
    }  # fmt: skip
    return Context(**(given | more))  # type: ignore[arg-type]


def texts(lines: Iterable[Line]) -> list[str]:
    """What lines say, prefixes and tails aside."""
    return [line.text for line in lines]


def said(blocks: Sequence[Block]) -> str:
    """All that blocks say."""
    return "\n".join(text for block in blocks for text in texts(block.lines))


def test_what_was_sent_before_is_one_row_and_what_is_new_is_marked() -> None:
    view = contexts.lay_out(context("a", "b", "c", "d", "e", new=[7, 8]), Unfolded())
    rows = [texts(row.lines[row.lead :])[0] for row in view.rows]
    assert rows[1:] == [
        "· label  You help.".replace("label", "text"),
        "▸ 3 tools as before",
        "▸ 3 blocks as before",
        "+ assistant  d",
        "+ user  e",
    ]
    assert view.new == (4, 5)
    assert view.blocks == (None, 0, None, None, 7, 8)
    assert "3 new" not in said(view.rows)
    assert "2 new" in said(view.rows)


def test_rows_unfold_to_blocks_and_blocks_to_their_text() -> None:
    shown = context("one\ntwo", "b", "c", new=[])
    key = contexts.lay_out(shown, Unfolded()).rows[3].key
    opened = contexts.lay_out(shown, Unfolded().turn(key))
    assert len(opened.rows) == len(contexts.lay_out(shown, Unfolded()).rows) + 3
    everything = contexts.lay_out(shown, Unfolded(everything=True))
    assert said(everything.rows).count("two") == 1
    assert '"description": "Does it."' in said(everything.rows)


def test_the_sizes_of_the_parts_add_up_to_what_the_api_counted() -> None:
    shown = context("a" * 500, "b" * 400, "c" * 300)
    assert shown.tokens == 43
    assert sum(part.tokens for part in shown.sections().values()) in range(41, 46)
    assert "43 tokens" in said(contexts.lay_out(shown, Unfolded()).rows)
    guessed = replace(shown, attempt=attempt(tokens=None))
    assert f"≈ {guessed.chars // 4} tokens" in said(contexts.lay_out(guessed, Unfolded()).rows)


def test_without_a_request_before_nothing_is_new() -> None:
    view = contexts.lay_out(context("a", "b", "c", before=None), Unfolded())
    assert view.new == ()
    assert "no request before it" in said(view.rows)
    assert "as before" not in said(view.rows)


def test_timing_tells_waits_attempts_pace_and_stalls() -> None:
    busy = attempt(1, status=529, outcome="error", error="overloaded", duration_ms=90.0)
    row = response(busy, attempt(2, started=START + 1_090))
    arrivals = [(100, 1_240.0), (4_000, 5_000.0), (9_000, 14_200.0)]
    told = "\n".join(texts(timings.lines(row, timing_of(arrivals, 780), arrivals)))
    for part in (
        "first token 1.24 s", "in all      14.2 s", "waited for  15.3 s", "60 tokens/s",
        "stalled     3.76 s  at 1.24 s", "stalled     9.20 s", " 1  ", "529", "overloaded",
        "then 1.00 s of waiting", "780 received", "arrivals", "3 arrivals, 9.0 kB",
        "seen by     wire",
    ):  # fmt: skip
        assert part in told
    assert timings.title(row).endswith("first token 1.24 s · 14.2 s · 1 retry")


def test_timing_says_what_is_missing_and_why() -> None:
    row = response(attempt(status=None), missing={"status": "telemetry does not tell"})
    assert "status: telemetry does not tell" in texts(timings.lines(row, None, ()))
    unseen = response(channels=Channel.TRANSCRIPT, ttft_ms=None, duration_ms=None)
    told = "\n".join(texts(timings.lines(unseen, None, ())))
    assert "only the transcript tells" in told
    assert "her-tui run" in told


@pytest.mark.parametrize("outcome", list(Outcome))
def test_every_end_of_an_attempt_has_its_words(outcome: Outcome) -> None:
    row = response(attempt(outcome=str(outcome), status=None, duration_ms=None))
    assert timings.lines(row, Timing(None, None, None, None, 0, ()), ())


def test_side_requests_the_latest_first() -> None:
    rows = [
        response(kind="title", model="claude-haiku-4-5", tokens=Tokens(400, 11), cost_usd=0.001),
        response(kind="count", tokens=None, cost_usd=None, started=START + 60_000),
    ]
    lines = texts(traffic.side_lines(rows))
    assert "count" in lines[1]
    assert "haiku-4-5 · 411 tokens · <$0.01" in lines[2]
    assert traffic.side_title(rows) == "2 requests · 411 tokens · <$0.01"
    assert traffic.side_title([]) == ""


def test_an_answer_on_its_way_is_waited_for_thought_of_or_read(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("HER_NOW", str(START + 4_200))
    pending = attempt(outcome="pending", channels=Channel.TELEMETRY)
    wait = InFlight(pending, "", "", "")
    assert "waiting for opus-4-5 … 4.2 s" in said(traffic.arriving([wait]))
    assert "without --wire" in said(traffic.arriving([wait]))
    seen = replace(wait, attempt=attempt(outcome="pending"))
    assert "--wire" not in said(traffic.arriving([seen]))
    assert "is thinking" in said(traffic.arriving([replace(seen, thinking="hm")]))
    answered = said(traffic.arriving([replace(seen, text="So **far**", agent="scout")]))
    assert "scout: opus-4-5 is answering" in answered
    assert "So far" in answered


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_nothing_that_was_captured_drives_a_terminal(text: str) -> None:
    known = text.encode("utf-8", "replace").decode()
    bad = attempt(error=text, model=text, outcome="error", stop_reason=text)
    row = response(bad, kind=text, stop_reason=text, missing={text: text})
    wait = InFlight(attempt(model=text, outcome="pending"), text, text, text)
    shown = context(known, known, known, new=[4])
    lines = [
        *timings.lines(row, None, ()),
        *traffic.side_lines([row]),
        *(line for block in traffic.arriving([wait]) for line in block.lines),
        *(
            line
            for block in contexts.lay_out(shown, Unfolded(everything=True)).rows
            for line in block.lines
        ),
    ]
    for line in lines:
        for span in (*line.prefix, *line.spans, *line.after, *line.tail):
            assert span.text.isprintable() or not span.text, repr(span.text[:80])
