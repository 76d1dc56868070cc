"""What passed between client and API, beside the turn: request, timing, side requests, and answers
on their way. All of it follows the playhead; what has to be read is read in worker threads.
"""

from __future__ import annotations

from collections.abc import Hashable
from functools import partial

from textual.cache import LRUCache
from textual.message import Message
from textual.timer import Timer

from her_tui.analysis.timing import timing_of
from her_tui.events.model import EventKind
from her_tui.queries import contexts, requests
from her_tui.queries.contexts import Context
from her_tui.queries.library import Library
from her_tui.queries.requests import AttemptRow
from her_tui.queries.responses import ResponseRow
from her_tui.queries.sessions import LONGEST_MS
from her_tui.queries.traffic import Traffic
from her_tui.ui.loading import Newest
from her_tui.ui.messages import Move
from her_tui.ui.renderers import context as context_lines
from her_tui.ui.renderers import timing as timing_lines
from her_tui.ui.renderers import traffic as traffic_lines
from her_tui.ui.renderers.context import ContextView, Unfolded
from her_tui.ui.renderers.line import Block, Line
from her_tui.ui.widgets.detail_reading import View
from her_tui.ui.widgets.detail_turn import TurnDetail

#: Seconds between two looks at the clock while an answer is on its way.
_TICK = 0.5
_KEPT = 8

#: After every moment there is.
_FOREVER = 1 << 62

#: Events that a request follows.
_ASKS = (EventKind.PROMPT, EventKind.COMMAND, EventKind.SHELL, EventKind.TASK)


class ContextRead(Message):
    """What an attempt sent was read."""

    def __init__(self, attempt: int, context: Context | None) -> None:
        super().__init__()
        self.attempt = attempt
        self.context = context


class TimingRead(Message):
    """How an answer came was read."""

    def __init__(self, key: Hashable, lines: tuple[Line, ...]) -> None:
        super().__init__()
        self.key = key
        self.lines = lines


def read_context(library: Library, attempt: int) -> ContextRead:
    """What ``attempt`` sent."""
    return ContextRead(attempt, contexts.context(library, attempt))


def read_timing(library: Library, key: Hashable, row: ResponseRow) -> TimingRead:
    """How the answer ``row`` came."""
    last = row.last
    if last is None:
        return TimingRead(key, tuple(timing_lines.lines(row, None, ())))
    arrivals = requests.chunks(library, last.id)
    output = last.tokens.output if last.tokens is not None else None
    timing = timing_of(arrivals, output, last.ttft_ms, last.duration_ms)
    return TimingRead(key, tuple(timing_lines.lines(row, timing, arrivals)))


class TrafficDetail(TurnDetail):
    """The panels request, timing and side, and what is on its way at the end of the flow."""

    traffic: Traffic | None = None
    unfolded = Unfolded()

    def on_mount(self) -> None:
        """Nothing is on its way yet."""
        self._contexts: LRUCache[int, Context | None] = LRUCache(_KEPT)
        self._timings: LRUCache[Hashable, tuple[Line, ...]] = LRUCache(_KEPT)
        self._context_jobs = Newest(self, "request")
        self._timing_jobs = Newest(self, "timing")
        self._shown: tuple[Context, ContextView] | None = None
        self._ticker: Timer = self.set_interval(_TICK, self._tick, pause=True)

    # What there is

    def show_traffic(self, traffic: Traffic) -> None:
        """Show what passed between the session on screen and the API."""
        before, self.traffic = self.traffic, traffic
        if before is not None and before.untold != traffic.untold:
            self._views.clear()  # these answers stand in the turns
            if self.timeline is not None:
                self.seek(self.position, self.now)
        if self.arriving() or (before is not None and before.in_flight):
            self._draw_arriving(appeared=before is None or not before.in_flight)
        if traffic.in_flight:
            self._ticker.resume()
        else:
            self._ticker.pause()
        self.follow()

    def forget_traffic(self) -> None:
        """Another session: what passed between client and API is not known yet."""
        self.traffic = None
        self._ticker.pause()
        self._contexts.clear()
        self._timings.clear()

    def arriving(self) -> tuple[Block, ...]:
        """What is on its way, if the turn on screen is the last."""
        if self.traffic is None or self.view is None or self.timeline is None:
            return ()
        if self.view.key[0] != self.traffic.session or self.view.key[3] < len(self.timeline):
            return ()
        waits = [wait for wait in self.traffic.in_flight if wait.elapsed_ms < LONGEST_MS]
        return traffic_lines.arriving(waits)

    def _display(self, view: View) -> None:
        """What is on its way may have been known before the turn was read: it is seen, too."""
        other = self.view is None or self.view.key[:3] != view.key[:3]
        super()._display(view)
        if other and self.arriving():
            self._draw_arriving(appeared=True)

    def _tick(self) -> None:
        """Time passed for what is on its way."""
        if self.arriving():
            self._draw_arriving()

    def _draw_arriving(self, appeared: bool = False) -> None:
        """Draw the end of the flow; who looks at it goes on looking at it."""
        if self.view is None or self.timeline is None:
            return
        follows = self.at_end and (appeared or self.response.at_end)
        self._redraw()
        self.response.set_cursor(self.view.flow.index_at(self.position))
        if follows:
            self.response.scroll_rows(Move.END)

    @property
    def asked(self) -> ResponseRow | None:
        """The response at or before the playhead; at a prompt the one that answers it, at the end
        of a session the last of all."""
        if self.traffic is None:
            return None
        now, thread = self._now(), self._thread()
        timeline = self.timeline
        if timeline is not None and now < _FOREVER and timeline.kinds[self.position] in _ASKS:
            found = self.traffic.after(now, thread)
            if found is not None:
                return found
        return self.traffic.at(now, thread)

    def _now(self) -> int:
        timeline = self.timeline
        if timeline is None or self.position >= len(timeline) - 1:
            return _FOREVER
        return timeline.times[self.position]

    def _thread(self) -> int:
        return self.timeline.agents[self.position] if self.timeline is not None else 0

    # Following the playhead

    def follow(self) -> None:
        """Bring the panels in sight to the playhead."""
        super().follow()
        if self.traffic is None:
            return
        if self.in_sight("request"):
            self._show_request(self.asked)
        elif self.in_sight("timing"):
            self._show_timing(self.asked)
        elif self.in_sight("side"):
            self._show_side(self.traffic)

    def _show_request(self, row: ResponseRow | None) -> None:
        attempt = sent_by(row)
        if row is None or attempt is None:
            self._shown = None
            nothing = "No request yet at the playhead." if row is None else _UNSEEN
            self.request.say(nothing)
            self._title("request")
        elif attempt.id in self._contexts:
            self._show_context(self._contexts[attempt.id])
        elif self.library is not None:
            self._context_jobs.ask(partial(read_context, self.library, attempt.id))

    def on_context_read(self, message: ContextRead) -> None:
        """Show what was sent, if it is still what is asked for."""
        message.stop()
        self._contexts[message.attempt] = message.context
        attempt = sent_by(self.asked)
        if self.aside == "request" and attempt is not None and attempt.id == message.attempt:
            self._show_context(message.context)

    def _show_context(self, context: Context | None) -> None:
        if context is None or not context.blocks:
            self._shown = None
            why = context.why if context is not None else "it is no longer in the library"
            self.request.say(f"What was sent is not known: {why}.")
            self._title("request")
            return
        fresh = self._shown is None or self._shown[0] is not context
        if fresh:
            self.unfolded = Unfolded()
            self._draw_context(context, fresh=True)

    def _draw_context(self, context: Context, fresh: bool = False) -> None:
        view = context_lines.lay_out(context, self.unfolded)
        self._shown = context, view
        self.request.show_rows(view, fresh)
        self._title("request", context_lines.title(context))
        self._keys_changed()

    def _show_timing(self, row: ResponseRow | None) -> None:
        if row is None:
            self.timing.say("No response yet at the playhead.")
            self._title("timing")
            return
        key = _timing_key(row)
        if key in self._timings:
            self.timing.show_lines(key, self._timings[key])
        elif self.library is not None:
            self._timing_jobs.ask(partial(read_timing, self.library, key, row))
        self._title("timing", timing_lines.title(row))

    def on_timing_read(self, message: TimingRead) -> None:
        """Show how the answer came, if it is still the one at the playhead."""
        message.stop()
        self._timings[message.key] = message.lines
        row = self.asked
        if self.aside == "timing" and row is not None and _timing_key(row) == message.key:
            self.timing.show_lines(message.key, message.lines)

    def _show_side(self, traffic: Traffic) -> None:
        rows = traffic.sides_until(self._now())
        if rows:
            key = ("side", traffic.session, traffic.stamp, len(rows))
            self.side.show_lines(key, traffic_lines.side_lines(rows))
        else:
            self.side.say("No side request up to here." if traffic.told else _UNSEEN)
        self._title("side", traffic_lines.side_title(rows))

    # The cursor in the request

    @property
    def context_block(self) -> tuple[Context, int] | None:
        """The block of the context under the cursor."""
        if self._shown is None or self.request.cursor is None:
            return None
        context, view = self._shown
        row = self.request.cursor
        place = view.blocks[row] if row < len(view.blocks) else None
        return None if place is None else (context, place)

    @property
    def can_unfold(self) -> bool:
        """Whether Enter does anything in the request."""
        return self._shown is not None and context_lines.foldable(
            self._shown[1], self.request.cursor
        )

    def unfold(self) -> None:
        """Unfold or fold the row under the cursor."""
        if self._shown is not None and self.can_unfold and self.request.cursor is not None:
            context, view = self._shown
            self.unfolded = self.unfolded.turn(view.rows[self.request.cursor].key)
            self._draw_context(context)
            self.request.reveal(self.request.cursor)

    def unfold_all(self) -> None:
        """Unfold or fold every row."""
        if self._shown is not None:
            self.unfolded = Unfolded(everything=not self.unfolded.everything)
            self._draw_context(self._shown[0], fresh=not self.unfolded.everything)


_UNSEEN = f"Only the transcript tells of this. {timing_lines.HOW_TO_SEE}"


def sent_by(row: ResponseRow | None) -> AttemptRow | None:
    """The attempt whose request is shown for ``row``: the last that has one."""
    if row is None or not row.attempts:
        return None
    kept = (attempt for attempt in reversed(row.attempts) if attempt.request_body is not None)
    return next(kept, row.attempts[-1])


def _timing_key(row: ResponseRow) -> Hashable:
    last = row.last
    if last is None:
        return ("timing", row.message_id, row.request_id)
    return ("timing", last.id, len(row.attempts), last.outcome, last.response_bytes, row.channels)
