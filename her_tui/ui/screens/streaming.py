"""Answers that come in as one watches: where the wire saw them, piece by piece."""

from __future__ import annotations

from functools import partial
from math import inf

from her_tui.analysis.tape import Stretch
from her_tui.events.requests import Channel
from her_tui.queries.streams import Stream, coming_in
from her_tui.queries.traffic import Traffic
from her_tui.ui import loading
from her_tui.ui.screens.charting import Charting
from her_tui.ui.state import State

#: Milliseconds of session time before and after the playhead whose answers are kept at hand.
_BEFORE, _AFTER = 60_000, 600_000


class Streaming(Charting):
    """Shows what was on its way at the playhead, while the detail is as of the playhead."""

    def __init__(self, state: State) -> None:
        super().__init__(state)
        self.seen_to_come: tuple[Stretch, ...] = ()
        """When answers came in that the wire saw."""
        self._streams: tuple[Stream, ...] = ()
        self._kept: Stretch = (inf, -inf)
        """The stretch of the session that ``_streams`` are of."""
        self._stream_jobs = loading.Newest(self, "answers")

    @property
    def streams_show(self) -> bool:
        """It goes slowly enough for pieces to be seen."""
        return True

    def traffic_shown(self) -> None:
        """Other answers may have been seen to come."""
        super().traffic_shown()
        seen = tuple(_seen_to_come(self.traffic)) if self.traffic is not None else ()
        if seen != self.seen_to_come:
            self.seen_to_come = seen
            self._streams, self._kept = (), (inf, -inf)

    def playhead_moved(self) -> None:
        """Other answers may be on their way."""
        super().playhead_moved()
        self.show_coming()

    def show_coming(self) -> None:
        """Show what is on its way at the playhead."""
        if self.timeline is None or not len(self.timeline) or not self.detail.as_of:
            return
        if not self.seen_to_come or not self.streams_show:
            self.detail.show_streaming(())
            return
        first, last = self._kept
        if not first <= self.now <= last:
            self._read_streams()
        coming = coming_in(self._streams, self.timeline, self.playhead, self.now)
        self.detail.show_streaming(coming)

    def _read_streams(self) -> None:
        """Read the answers around the playhead."""
        since, until = self._kept = self.now - _BEFORE, self.now + _AFTER
        self._streams = ()
        wanted = any(start <= until and end >= since for start, end in self.seen_to_come)
        if wanted and self.library is not None and self.session is not None:
            job = partial(loading.read_streams, self.library, self.session.id, since, until)
            self._stream_jobs.ask(job)

    def on_streams_read(self, event: loading.StreamsRead) -> None:
        """Answers were read; those of another stretch or session are dropped."""
        session = self.session.id if self.session is not None else None
        if (event.session, event.since, event.until) == (session, *self._kept):
            self._streams = event.streams
            self.show_coming()
            self.streams_shown()

    def streams_shown(self) -> None:
        """Answers were read that are shown piece by piece."""

    def next_change(self) -> float:
        """When the next piece comes that is shown, in session time; infinite if none does."""
        if not self.streams_show:
            return inf
        pieces = (stream.next_piece(self.now) for stream in self._streams)
        return min((piece for piece in pieces if piece is not None), default=inf)


def _seen_to_come(traffic: Traffic) -> list[Stretch]:
    """From the first byte to the last of the answers that the wire saw."""
    found: list[Stretch] = []
    for row in traffic.told:
        last = row.last
        if last is None or last.started is None or last.duration_ms is None:
            continue
        if last.channels & Channel.WIRE:
            found.append((last.started + (last.ttft_ms or 0.0), last.started + last.duration_ms))
    return found
