"""All that passed between a session and the API, laid out to be followed by the playhead."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from her_tui.analysis.latency import Latencies, lay_latencies
from her_tui.queries.library import Library
from her_tui.queries.live import InFlight, in_flight
from her_tui.queries.requests import of_session
from her_tui.queries.responses import ResponseRow, responses

Stamp = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Traffic:
    """The responses of one session (or of one subagent of it)."""

    session: int
    stamp: Stamp = ()
    """Changes whenever anything here does, time aside."""
    told: tuple[ResponseRow, ...] = ()
    """Responses of the conversation, in order of start."""
    sides: tuple[ResponseRow, ...] = ()
    """Side requests, in order of start."""
    in_flight: tuple[InFlight, ...] = ()
    untold: frozenset[int] = frozenset()
    """Attempts (row ids) whose answer is kept but not in the transcript."""
    latencies: Latencies = field(default_factory=Latencies)
    _threads: Mapping[int, tuple[Sequence[int], Sequence[int]]] = field(default_factory=dict)
    """Subagent's row id, 0: the main thread -> times of start, places in ``told``."""

    def at(self, time: int, agent: int) -> ResponseRow | None:
        """The last response of the thread of ``agent`` that began at or before ``time``."""
        starts, places = self._threads.get(agent, ((), ()))
        found = bisect_right(starts, time)
        return self.told[places[found - 1]] if found else None

    def after(self, time: int, agent: int) -> ResponseRow | None:
        """The first response of the thread of ``agent`` that began at or after ``time``."""
        starts, places = self._threads.get(agent, ((), ()))
        found = bisect_left(starts, time)
        return self.told[places[found]] if found < len(places) else None

    def sides_until(self, time: int) -> tuple[ResponseRow, ...]:
        """The side requests that were made up to ``time``."""
        return tuple(row for row in self.sides if (row.started or 0) <= time)


def traffic(library: Library, session: int, known: Stamp = ()) -> Traffic | None:
    """The traffic of a session (of a subagent, by its row id); None if its stamp is ``known``."""
    stamp = _stamp(library, session)
    if stamp == known:
        return None
    rows = responses(library, session)
    told = tuple(row for row in rows if not row.is_side)
    return Traffic(
        session=session,
        stamp=stamp,
        told=told,
        sides=tuple(row for row in rows if row.is_side),
        in_flight=in_flight(library, session),
        untold=frozenset(attempt for row in told for attempt in row.untold),
        latencies=lay_latencies(
            (row.started, row.ttft_ms, row.duration_ms) for row in told if row.started is not None
        ),
        _threads=_threads(told, session),
    )


def _threads(rows: Sequence[ResponseRow], session: int) -> dict[int, tuple[list[int], list[int]]]:
    found: dict[int, tuple[list[int], list[int]]] = {}
    for place, row in enumerate(rows):
        if row.started is not None:
            agent = 0 if row.agent == session else row.agent
            starts, places = found.setdefault(agent, ([], []))
            starts.append(row.started)
            places.append(place)
    return found


def _stamp(library: Library, session: int) -> Stamp:
    where, values = of_session(library, session, "t")
    asked = library.rows(
        "SELECT count(*), max(id), sum(channels), sum(outcome = 'pending'), count(request_body),"
        " max(response_body), count(ttft_ms), count(duration_ms), count(status), count(cost_usd),"
        f" count(message_id), count(stop_reason) FROM request t WHERE {where}",
        values,
    )
    told = library.rows(
        "SELECT count(*), max(id), total(cost), total(output), max(ended), count(stop_reason)"
        f" FROM response t WHERE {where}",
        values,
    )
    return (session, *asked[0], *told[0])
