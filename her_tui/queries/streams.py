"""How answers came, piece by piece, where the wire saw it."""

from __future__ import annotations

import json
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from her_tui.analysis.timeline import Timeline
from her_tui.events.model import BLOCKS
from her_tui.events.requests import CONVERSATION
from her_tui.queries.library import Library
from her_tui.queries.requests import AttemptRow, attempts, body, chunks

if TYPE_CHECKING:
    from her_tui.capture.api.answer import Answer

#: Bytes of an answer that is taken apart: of a longer one nothing streams.
_LONGEST = 4 << 20


@dataclass(frozen=True, slots=True)
class Stream:
    """One answer as it came. It came block after block."""

    response: int
    """Row id of the response; 0 if it is not told of in the transcript."""
    agent: int
    """Row id of the subagent; 0 on the main thread."""
    started: int
    """When the request was sent, in milliseconds since the epoch."""
    times: Sequence[float]
    """When each piece came, in milliseconds since the epoch; never decreasing."""
    blocks: Sequence[int]
    """Which block of the answer each piece belongs to, from 0."""
    kinds: Sequence[str]
    """``thinking``, ``text`` or ``tool_use`` of each block."""
    ends: Sequence[int]
    """Characters of its block there are after each piece."""
    texts: Sequence[str]
    """The whole text of each block; of a call its tool's name, and its input as JSON below."""

    @property
    def ended(self) -> float:
        """When its last piece came."""
        return self.times[-1] if self.times else self.started

    def at(self, time: float) -> list[tuple[str, str]]:
        """(kind, text so far) of the blocks that have begun by ``time``."""
        here = bisect_right(self.times, time) - 1
        if here < 0:
            return []
        last = self.blocks[here]
        whole = list(zip(self.kinds[:last], self.texts[:last], strict=True))
        return [*whole, (self.kinds[last], self.texts[last][: self.ends[here]])]

    def next_piece(self, time: float) -> float | None:
        """When the next piece after ``time`` came; None if none did."""
        after = bisect_right(self.times, time)
        return self.times[after] if after < len(self.times) else None


#: How long after its last piece an answer is told of in the transcript, at the latest; what is not
#: by then never will be (in milliseconds).
_LATE = 2_000


def coming_in(
    found: Iterable[Stream], timeline: Timeline, position: int, time: int
) -> tuple[tuple[str, str], ...]:
    """(kind, text so far) of the blocks that are on their way at ``time`` and not on the timeline
    up to ``position``, on which each block stands once it is complete."""
    coming: list[tuple[str, str]] = []
    for stream in found:
        if stream.started <= time <= stream.ended + _LATE:
            start = bisect_left(timeline.times, stream.started)
            told = sum(
                timeline.kinds[at] in BLOCKS and timeline.agents[at] == stream.agent
                for at in range(start, position + 1)
            )
            coming += stream.at(time)[told:]
    return tuple(coming)


def streams(library: Library, session: int, since: int, until: int) -> tuple[Stream, ...]:
    """The answers of a session (or subagent, by its row id) that were on their way at any time
    between two times, in order of start; only those the wire saw."""
    rows = attempts(
        library,
        session,
        "r.chunks IS NOT NULL AND r.response_body IS NOT NULL AND"
        f" r.started <= {int(until)} AND r.started + coalesce(r.duration_ms, 0) >= {int(since)}",
    )
    wanted = [
        row
        for row in rows
        if (row.kind or "main") in CONVERSATION and (row.response_bytes or 0) <= _LONGEST
    ]
    told = _responses(library, wanted)
    found = (_stream(library, session, row, told.get(row.message_id or "", 0)) for row in wanted)
    return tuple(stream for stream in found if stream is not None)


def _responses(library: Library, rows: Sequence[AttemptRow]) -> dict[str, int]:
    """Row ids of the responses that ``rows`` were answered with, by message."""
    messages = sorted({row.message_id for row in rows if row.message_id})
    if not messages:
        return {}
    return dict(
        library.rows(
            "SELECT message_id, max(id) FROM response"
            " WHERE message_id IN (SELECT value FROM json_each(?)) GROUP BY message_id",
            (json.dumps(messages),),
        )
    )


def _stream(library: Library, session: int, row: AttemptRow, response: int) -> Stream | None:
    """The answer to ``row``; None if it says nothing."""
    received = body(library, row.response_body)
    if received is None or row.started is None:
        return None
    pieces = list(_pieces(received, chunks(library, row.id)))
    if not pieces:
        return None
    answer = pieces[-1].answer
    first = row.started
    return Stream(
        response=response,
        agent=0 if row.agent == session else row.agent,
        started=first,
        times=[first + piece.after_ms for piece in pieces],
        blocks=[piece.block for piece in pieces],
        kinds=[block.kind for block in answer.blocks],
        ends=[piece.end for piece in pieces],
        texts=[
            f"{block.name}\n{block.text}" if block.name else block.text for block in answer.blocks
        ],
    )


@dataclass(frozen=True, slots=True)
class _Piece:
    """What one arrival added to one block."""

    after_ms: float
    block: int
    end: int
    answer: Answer
    """All there was then, and, once all is read, all there is."""


def _pieces(received: bytes, arrivals: Sequence[tuple[int, float]]) -> Iterator[_Piece]:
    """What each arrival added; none of an answer that is no stream of events. What is no arrival's
    came with the last."""
    from her_tui.capture.api.answer import Answer  # deferred: no first paint needs them
    from her_tui.capture.api.sse import SseReader

    if not arrivals or received.lstrip()[:1] == b"{":
        return
    answer, reader = Answer(), SseReader()
    start, last, end = 0, 0, -1
    for number, (size, after_ms) in enumerate(arrivals):
        stop = size if number < len(arrivals) - 1 else len(received)
        for event in reader.feed(received[start:stop]):
            answer.take(event.data)
        start = max(start, stop)
        if not answer.blocks:
            continue
        now = len(answer.blocks) - 1
        length = _length(answer, now)
        if (now, length) != (last, end):
            last, end = now, length
            yield _Piece(after_ms, now, length, answer)


def _length(answer: Answer, block: int) -> int:
    """Characters of ``block`` so far, its tool's name counted in."""
    said = answer.blocks[block]
    named = len(said.name) + 1 if said.name else 0
    return named + sum(map(len, said.pieces))
