"""The last row: the keys that work here, what recorder and encoder are doing, and what just
happened."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import ClassVar

from textual import events
from textual.message import Message
from textual.timer import Timer

from her_tui import units
from her_tui.queries.meaning import MeaningState
from her_tui.queries.status import Phase, RecorderStatus
from her_tui.ui.actions import Action
from her_tui.ui.hints import Hint
from her_tui.ui.text import cut
from her_tui.ui.widgets.one_line import OneLine, spread, width_of
from her_tui.ui.widgets.session_line import Piece

_ROLES = (
    "key", "label", "idle", "dim", "number", "live", "warning", "error", "progress", "notice",
    "hint",
)  # fmt: skip

#: A message is read by then, at the earliest.
GLIMPSE_SECONDS = 1.0
NOTICE_SECONDS = 4.0
PROBLEM_SECONDS = 9.0

_WORDS = {
    Phase.SCANNING: "looking for sessions",
    Phase.IMPORTING: "importing",
    Phase.PRICING: "pricing",
    Phase.INDEXING: "indexing",
}


def recorder_pieces(
    recorder: RecorderStatus, room: int, demo: bool = False, cost: bool = True
) -> list[Piece]:
    """What the recorder is doing, in at most ``room`` cells; with ``cost`` also what it costs."""
    if demo and recorder.phase in (Phase.ABSENT, Phase.FOLLOWING):
        return []  # the first row says it
    match recorder.phase:
        case Phase.ABSENT:
            said: list[Piece] = [("○ not recording ", "warning")]
            return [*said, ("· restart Her ", "dim")] if room >= 34 else said
        case Phase.FOLLOWING:
            return _following(recorder, room, cost)
        case Phase.WAITING:
            text = f"◌ waiting: {recorder.message}" if recorder.message else "◌ waiting"
            return [(cut(text, max(8, room - 1)) + " ", "warning")]
        case Phase.FAILED:
            text = f"✗ not recording: {recorder.message or 'the recorder failed'}"
            return [(cut(text, max(12, room - 1)) + " ", "error")]
        case phase:
            pieces: list[Piece] = [(f"{_WORDS[phase]} ", "dim")]
            if recorder.total > 0:
                done = units.percent(recorder.done, recorder.total)
                bar = units.bar(recorder.done, recorder.total, 10 if room >= 50 else 5)
                pieces += [(bar, "progress"), (f" {done} % ", "number")]
            return pieces


def _following(recorder: RecorderStatus, room: int, cost: bool) -> list[Piece]:
    """That it is up to date, what it is being told beside the transcripts, and what it costs."""
    pieces: list[Piece] = [("● ", "live"), ("recording ", "dim")]
    more = []
    if recorder.clients and recorder.telemetry:
        times = f" ×{recorder.clients}" if recorder.clients > 1 else ""
        more.append((f"telemetry{times} ", "live"))
    if recorder.wire:
        times = f" ×{recorder.wire}" if recorder.wire > 1 else ""
        more.append((f"wire{times} ", "live"))
    if cost and recorder.cpu is not None:
        more.append((f"{recorder.cpu * 100:.1f} % CPU ", "dim"))
    for text, role in more:
        if width_of(pieces) + len(text) + 2 <= room:
            pieces += [("· ", "dim"), (text, role)]
    return pieces


def meaning_pieces(meaning: MeaningState) -> list[Piece]:
    """How far encoding has come, while it goes on."""
    if not meaning.encoding or not meaning.total:
        return []
    return [("◈ ", "progress"), (f"{meaning.done:,}/{meaning.total:,} ", "number")]


def hint_spans(hints: Sequence[Hint], room: int) -> list[tuple[int, int, Hint]]:
    """Which of ``hints`` fit into ``room`` cells, each with where it starts and ends. The way to
    all keys is among them wherever there is room for it."""
    fitting: list[Hint] = []
    left = room + 1
    for hint in sorted(hints, key=lambda hint: hint.action.name != "app.help"):
        if _width(hint) + 2 <= left:
            fitting.append(hint)
            left -= _width(hint) + 2
    spans = []
    start = 1
    for hint in hints:
        if hint in fitting:
            spans.append((start, start + _width(hint), hint))
            start += _width(hint) + 2
    return spans


def _width(hint: Hint) -> int:
    return width_of([(hint.keys, ""), (hint.label, "")]) + 1


def hint_pieces(spans: Sequence[tuple[int, int, Hint]]) -> list[Piece]:
    """The keys of `hint_spans`, drawn."""
    pieces: list[Piece] = [(" ", "dim")]
    for at, (_, _, hint) in enumerate(spans):
        if at:
            pieces.append(("  ", "dim"))
        key, label = ("idle", "idle") if hint.idle else ("key", "label")
        pieces += [(hint.keys, key), (" " + hint.label, label)]
    return pieces


class StatusLine(OneLine):
    """The last row of the main screen."""

    prefix = "status-line"
    COMPONENT_CLASSES: ClassVar[set[str]] = {f"status-line--{role}" for role in _ROLES}

    class Pressed(Message):
        """A key in the footer was clicked."""

        def __init__(self, action: Action) -> None:
            super().__init__()
            self.action = action

    def __init__(self, demo: bool) -> None:
        super().__init__()
        self._demo = demo
        self._hints: Sequence[Hint] = ()
        self._recorder: RecorderStatus | None = None
        self._meaning = MeaningState()
        self._since = 0.0
        self._message: list[Piece] = []
        self._clear: Timer | None = None
        self._spans: list[tuple[int, int, Hint]] = []

    def show_hints(self, hints: Sequence[Hint]) -> None:
        """These keys work now."""
        if list(hints) != list(self._hints):
            self._hints = hints
            self.redraw()

    def show_recorder(self, recorder: RecorderStatus) -> None:
        """The recorder does this now."""
        self._recorder = recorder
        self.redraw()

    def show_meaning(self, meaning: MeaningState) -> None:
        """The encoder does this now."""
        before, self._meaning = meaning_pieces(self._meaning), meaning
        if meaning_pieces(meaning) != before:
            self.redraw()

    def notice(self, text: str, sign: str = "✓") -> None:
        """Say for a moment that something is done."""
        self._say([(f" {sign} " if sign else " ", "live"), (text, "notice")], NOTICE_SECONDS)

    def problem(self, title: str, hint: str) -> None:
        """Say for a while that something cannot be done, and the way out."""
        said: list[Piece] = [(" ✗ ", "error"), (title, "error")]
        self._say([*said, (f". {hint}", "hint")] if hint else said, PROBLEM_SECONDS)

    def quiet(self) -> None:
        """Say nothing any more."""
        self._message = []
        self.redraw()

    def read(self) -> bool:
        """A key was pressed: say nothing any more, unless it came too soon to have been read.
        Whether there was something to end."""
        read = bool(self._message) and time.monotonic() - self._since > GLIMPSE_SECONDS
        if read:
            self.quiet()
        return read

    def _say(self, pieces: list[Piece], seconds: float) -> None:
        self._message, self._since = pieces, time.monotonic()
        if self._clear is not None:
            self._clear.stop()
        self._clear = self.set_timer(seconds, self.quiet)
        self.redraw()

    def pieces(self, width: int) -> list[Piece]:
        """A message alone; else keys at the left, as many as fit, and at the right the encoder, as
        long as it is at work, and the recorder."""
        self._spans = []
        if self._message:
            return _cut_pieces(self._message, width)
        right = self._right(width, True)
        self._spans = hint_spans(self._hints, width - width_of(right) - 2)
        if len(self._spans) < len(self._hints):  # keys say more than what recording costs
            right = self._right(width, False)
            self._spans = hint_spans(self._hints, width - width_of(right) - 2)
        return spread(hint_pieces(self._spans), right, width)

    def _right(self, width: int, cost: bool) -> list[Piece]:
        """What encoder and recorder are doing."""
        right: list[Piece] = []
        if self._recorder is not None:
            right = recorder_pieces(self._recorder, width // 2, self._demo, cost)
        encoding = meaning_pieces(self._meaning)
        if width_of(encoding) + width_of(right) <= width // 2:
            right = [*encoding, *right]
        return [] if width_of(right) > width - 12 else right

    def on_click(self, event: events.Click) -> None:
        """A click on a key is the key."""
        for start, end, hint in self._spans:
            if start <= event.x < end and not hint.idle:
                self.post_message(self.Pressed(hint.action))


def _cut_pieces(pieces: Sequence[Piece], width: int) -> list[Piece]:
    """``pieces`` made safe, on one line of at most ``width`` cells."""
    shown: list[Piece] = []
    for text, role in pieces:
        lead = " " if text.startswith(" ") else ""
        trail = " " if text.endswith(" ") and text.strip() else ""
        room = width - width_of(shown) - len(lead) - len(trail)
        if room <= 0:
            break
        said = cut(text, room)
        shown.append((lead + said + trail, role))
        if said.endswith("…") and not text.rstrip().endswith("…"):
            break  # it was cut: what follows would be another …
    return shown
