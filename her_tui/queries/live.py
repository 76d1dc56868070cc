"""Answers that are on their way, and answers that were cut off: what of them there is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from her_tui import clock
from her_tui.events.requests import CONVERSATION, Channel, Outcome
from her_tui.queries.library import Library
from her_tui.queries.requests import AttemptRow, attempts, body
from her_tui.queries.sessions import LONGEST_MS

if TYPE_CHECKING:
    from her_tui.capture.api.answer import Answer

#: Outcomes of an answer that stopped before its end.
_CUT = (Outcome.ERROR, Outcome.CLIENT, Outcome.UPSTREAM, Outcome.LOST)


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
class CutAnswer:
    """The text of an answer that the client dropped."""

    attempt: AttemptRow
    text: str

    @property
    def time(self) -> int:
        """When it was cut off."""
        return self.attempt.ended or self.attempt.started or 0


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


def cut_attempts(library: Library, session: int) -> tuple[AttemptRow, ...]:
    """Attempts that broke off in the middle of an answer which the transcript does not tell of."""
    outcomes = ", ".join(f"'{outcome}'" for outcome in _CUT)
    known = (
        "SELECT p.message_id FROM event e JOIN response p ON p.id = e.response"
        " WHERE e.session = r.session"
    )
    rows = attempts(
        library,
        session,
        f"r.outcome IN ({outcomes}) AND r.channels & {int(Channel.WIRE)}"
        " AND r.response_body IS NOT NULL AND r.message_id IS NOT NULL"
        f" AND r.message_id NOT IN ({known})",
    )
    return tuple(row for row in rows if (row.kind or "main") in CONVERSATION)


def cut_answers(
    library: Library, session: int, since: int, until: int | None
) -> tuple[CutAnswer, ...]:
    """What was answered and then cut off from ``since`` on and before ``until``, where only the
    wire kept it."""
    found = []
    for row in cut_attempts(library, session):
        cut = CutAnswer(row, "")
        if cut.time < since or (until is not None and cut.time >= until):
            continue
        text = partial(library, row).text
        if text.strip():
            found.append(CutAnswer(row, text))
    return tuple(found)
