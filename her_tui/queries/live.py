"""Answers that are on their way, and answers that no transcript has: what of them there is."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from her_tui import clock
from her_tui.events.requests import CONVERSATION, Outcome
from her_tui.queries.library import Library
from her_tui.queries.requests import AttemptRow, attempts, body
from her_tui.queries.sessions import LONGEST_MS

if TYPE_CHECKING:
    from her_tui.capture.api.answer import Answer


#: The client writes an answer down when it is complete: 1.5 s later at most, as far as was seen.
_FRESH_MS = 5_000


@dataclass(frozen=True, slots=True)
class InFlight:
    """A request that was sent and is not answered in full yet."""

    attempt: AttemptRow
    agent: str
    """Title of the subagent it is of; empty on the main thread."""
    text: str
    """What was answered so far; empty where the wire does not see it."""
    thinking: str
    """What was thought so far."""

    @property
    def elapsed_ms(self) -> int:
        """How long ago it was sent."""
        return max(0, clock.now_ms() - (self.attempt.started or clock.now_ms()))


@dataclass(frozen=True, slots=True)
class UntoldAnswer:
    """The text of an answer that the transcript does not have: the client dropped it, or did not
    live to write it down."""

    attempt: AttemptRow
    text: str

    @property
    def time(self) -> int:
        """When it ended."""
        return self.attempt.ended or self.attempt.started or 0

    @property
    def is_fresh(self) -> bool:
        """It came whole a moment ago, so that the transcript will have it in another."""
        whole = self.attempt.outcome == Outcome.OK
        return whole and clock.now_ms() - self.time < _FRESH_MS


def in_flight(library: Library, session: int) -> tuple[InFlight, ...]:
    """What is on its way in a session (or to a subagent, by its row id), the oldest first."""
    since = clock.now_ms() - LONGEST_MS
    pending = [
        row
        for row in attempts(library, session, f"r.outcome = '{Outcome.PENDING}'")
        if row.started is not None and row.started >= since and (row.kind or "main") in CONVERSATION
    ]
    titles = {
        row[0]: row[1] or row[2]
        for row in library.rows(
            "SELECT id, title, entrypoint FROM session WHERE parent = ?1", (session,)
        )
        if pending
    }
    found = []
    for row in pending:
        answer = partial(library, row)
        thinking = [block.text for block in answer.blocks if block.kind == "thinking"]
        found.append(InFlight(row, titles.get(row.agent, ""), answer.text, "\n\n".join(thinking)))
    return tuple(found)


def partial(library: Library, row: AttemptRow) -> Answer:
    """As much of the answer to ``row`` as there is."""
    from her_tui.capture.api.answer import Answer, answer_of  # deferred: no first paint needs it

    received = body(library, row.response_body)
    return answer_of(received) if received else Answer()


def untold_answers(
    library: Library, session: int, since: int, until: int | None, told: Collection[int]
) -> tuple[UntoldAnswer, ...]:
    """What was answered from ``since`` on and before ``until`` that the transcript does not have.
    ``told`` are row ids of responses of which it is known that it has them."""
    late = f" AND r.started < {int(until)}" if until is not None else ""
    rows = attempts(
        library,
        session,
        f"r.outcome <> '{Outcome.PENDING}' AND r.response_body IS NOT NULL"
        f" AND r.message_id IS NOT NULL AND r.started >= {int(since) - LONGEST_MS}{late}",
    )
    rows = [row for row in rows if _belongs(row, since, until)]
    known = _known(library, rows, told) if rows else set()
    answers = (
        UntoldAnswer(row, _text(library, row)) for row in rows if row.message_id not in known
    )
    return tuple(answer for answer in answers if answer.text.strip())


def _belongs(row: AttemptRow, since: int, until: int | None) -> bool:
    ended = UntoldAnswer(row, "").time
    return (row.kind or "main") in CONVERSATION and since <= ended < (until or 1 << 62)


def _known(library: Library, rows: Sequence[AttemptRow], told: Collection[int]) -> set[str | None]:
    """The messages of ``rows`` that the transcript has."""
    found: set[str | None] = {
        row[0]
        for row in library.rows(
            "SELECT message_id FROM response WHERE id IN (SELECT value FROM json_each(?))",
            (json.dumps(sorted(told)),),
        )
    }
    left = [row.id for row in rows if row.message_id not in found]
    if left:  # in another turn than one would think, or in none
        found |= {
            row[0]
            for row in library.rows(
                "SELECT DISTINCT p.message_id FROM event e JOIN response p ON p.id = e.response"
                " WHERE e.session = (SELECT session FROM request WHERE id = ?)",
                (left[0],),
            )
        }
    return found


def _text(library: Library, row: AttemptRow) -> str:
    return partial(library, row).text
