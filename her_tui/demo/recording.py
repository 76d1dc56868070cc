"""Puts into the library what the wire and telemetry would have seen of the demo's sessions."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from her_tui.demo.traffic import Traffic
from her_tui.demo.transcript import Transcript
from her_tui.demo.world import Story
from her_tui.events.requests import Attempt, Channel, Outcome
from her_tui.recorder.accept import Accept
from her_tui.recorder.exclusion import Exclusion
from her_tui.store.locks import writer_lock
from her_tui.store.writer import Writer


def record(home: Path, told: Iterable[tuple[Story, Transcript]], now_ms: int) -> None:
    """Record the requests of the sessions ``told`` in the library below ``home``."""
    lock = writer_lock(home)
    lock.acquire()
    writer = Writer(home)
    try:
        accept = Accept(writer, Exclusion(()))
        with writer.transaction():
            for story, transcript in told:
                if story.channels:
                    _record(accept, story, transcript, now_ms)
            writer.refresh()
    finally:
        writer.close()
        lock.release()


def _record(accept: Accept, story: Story, transcript: Transcript, now_ms: int) -> None:
    stage = transcript.stage
    channel = Channel.WIRE if story.wire else Channel.TELEMETRY
    traffic = Traffic(stage.session_id, stage.cwd, story.model, channel)
    traffic.read(transcript.lines, cuts=stage.cut)
    for agent, lines in stage.agents.items():
        traffic.read(lines, agent)
    if stage.coming:
        traffic.pending(transcript.lines, now_ms, stage.coming)
    for attempt in traffic.attempts:
        accept.attempt(attempt)
        if story.wire and attempt.outcome is Outcome.OK:
            accept.attempt(_as_telemetry_tells(attempt))
    for time, events in stage.gaps:
        accept.lost(stage.session_id, 1, events, round(time))


def _as_telemetry_tells(attempt: Attempt) -> Attempt:
    """The same answer, in the words of the client."""
    return Attempt(
        Channel.TELEMETRY,
        key=attempt.key.replace("demo-", "told-"),
        session_id=attempt.session_id,
        agent_id=attempt.agent_id,
        request_id=attempt.request_id,
        outcome=Outcome.OK,
        ttft_ms=attempt.ttft_ms,
        duration_ms=attempt.duration_ms,
    )
